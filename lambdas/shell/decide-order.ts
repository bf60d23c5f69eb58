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
  return decideFrom(orders, existing(id, await orders.find(id)), decide);
}

/** The same for an order that was already read. */
export async function decideFrom<R extends string = never>(
  orders: Pick<OrderStore, 'commit'>,
  found: Order,
  decide: (order: Order) => Decision<R>,
): Promise<Decision<R>> {
  let order = found;
  for (let race = 0; race < maxRaces; race++) {
    const decision = decide(order);
    if (decision.outcome !== 'changed') return decision;
    const result = await orders.commit(order, decision.order);
    if (result.outcome === 'committed') return decision;
    order = result.stored;
  }
  throw new TransientFault(`order ${found.id} changed ${maxRaces} times meanwhile`);
}

export function existing(id: OrderId, order: Order | undefined): Order {
  if (order) return order;
  throw new PermanentFault(`no order ${id}`);
}
