/** The abort decision of the saga: nothing is undone before it, and a confirmed order wins over it. */
import assert from 'node:assert/strict';
import {
  type AbortInput,
  type AbortOutput,
  messageOf,
  refusalCode,
  type StepFailure,
} from '../contract/saga.ts';
import { type RejectionCode, reject, rejectionCodes } from '../domain/order.ts';
import type { Instant, OrderId } from '../domain/values.ts';
import { decideOrder } from './decide-order.ts';
import type { Clock, OrderStore, ParkedEntry, ParkingLot } from './ports.ts';

export type RejectOrderPorts = {
  readonly orders: OrderStore;
  readonly parking: ParkingLot;
  readonly clock: Clock;
};

export async function rejectOrder(
  { orders, parking, clock }: RejectOrderPorts,
  { orderId, failure }: AbortInput,
): Promise<AbortOutput> {
  const code = rejectionOf(failure);
  const { order } = await decideOrder(orders, orderId, (found) =>
    reject(found, { code, at: clock() }),
  );
  assert(order.status !== 'PENDING', 'a decided order is not pending');
  if (failure.error === 'PermanentFault') await parking.park(faultOf(orderId, failure, clock()));
  return { decision: order.status };
}

/** The order is rejected and undone all the same; but the next one will meet the fault again. */
const faultOf = (orderId: OrderId, failure: StepFailure, at: Instant): ParkedEntry => ({
  id: `order:${orderId}:fault`,
  reason: messageOf(failure) ?? failure.error,
  at,
  payload: JSON.stringify({ orderId }),
});

/** What a customer may be told; whatever is no refusal of theirs means that tries ran out. */
export function rejectionOf(failure: StepFailure): RejectionCode {
  const code = refusalCode(failure);
  return rejectionCodes.find((known) => known === code) ?? 'UNAVAILABLE';
}
