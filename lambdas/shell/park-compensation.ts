/** A compensation that gave up: kept for a person, shown on the order; the rest of the undo goes on. */
import type { ParkInput } from '../contract/saga.ts';
import { recordParked } from '../domain/order.ts';
import { decideOrder } from './decide-order.ts';
import type { Clock, OrderStore, ParkingLot } from './ports.ts';

/** The alarm comes first: it must go off even if the order cannot be written. */
export async function parkCompensation(
  { orders, parking, clock }: { orders: OrderStore; parking: ParkingLot; clock: Clock },
  { orderId, step, failure }: ParkInput,
): Promise<void> {
  const at = clock();
  await parking.park({
    id: `order:${orderId}:${step}`,
    reason: failure.error,
    at,
    payload: failure.cause,
  });
  await decideOrder(orders, orderId, (order) => recordParked(order, { step, at }));
}
