/** Load, decide, commit: and when the race is lost, decide again on what won. */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { Decision, Order } from '../domain/order.ts';
import type { OrderId } from '../domain/values.ts';
import type { OrderStore } from './ports.ts';

const maxRaces = 5;

/** A lost response needs no mark of its own: deciding again on the stored order gives `unchanged`. */
export async function decideOrder<R extends string = never>(
  orders: OrderStore,
  id: OrderId,
  decide: (order: Order) => Decision<R>,
): Promise<Decision<R>> {
  const found = await orders.find(id);
  if (!found) throw new PermanentFault(`no order ${id}`);
  let order = found;
  for (let race = 0; race < maxRaces; race++) {
    const decision = decide(order);
    if (decision.outcome !== 'changed') return decision;
    const result = await orders.commit(order, decision.order);
    if (result.outcome === 'committed') return decision;
    order = result.stored;
  }
  throw new TransientFault(`order ${id} changed ${maxRaces} times meanwhile`);
}
