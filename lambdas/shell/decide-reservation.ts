/** Decide on what is known of a reservation, commit, and when the fence has moved decide again. */
import { TransientFault } from '../contract/faults.ts';
import type { Reservation, ReservationDecision } from '../domain/stock.ts';
import type { OrderId } from '../domain/values.ts';
import type { Shortage, StockStore } from './stock-store.ts';

/** A reservation moves twice in its life (none → HELD → RELEASED): the third decision is the last. */
const maxDecisions = 3;

export type ReservationOutcome<Refusal extends string> =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: Refusal }
  | { readonly outcome: 'short'; readonly shortages: readonly Shortage[] };

/** A lost response needs no mark of its own: deciding on the stored reservation gives `unchanged`. */
export async function decideReservation<Refusal extends string = never>(
  stock: StockStore,
  orderId: OrderId,
  known: Reservation | undefined,
  decide: (found: Reservation | undefined) => ReservationDecision<Refusal>,
): Promise<ReservationOutcome<Refusal>> {
  let found = known;
  for (let decided = 0; decided < maxDecisions; decided++) {
    const decision = decide(found);
    if (decision.outcome === 'refused') return decision;
    if (decision.outcome === 'unchanged') return { outcome: 'done' };
    const { reservation, movements } = decision;
    const commit = await stock.commitReservation(orderId, { found, reservation, movements });
    if (commit.outcome === 'committed') return { outcome: 'done' };
    if (commit.outcome === 'short') return commit;
    found = commit.stored;
  }
  throw new TransientFault(`reservation of ${orderId} changed ${maxDecisions} times meanwhile`);
}
