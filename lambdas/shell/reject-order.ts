/** The abort decision of the saga: nothing is undone before it, and a confirmed order wins over it. */
import assert from 'node:assert/strict';
import {
  type AbortInput,
  type AbortOutput,
  refusalCode,
  type StepFailure,
} from '../contract/saga.ts';
import { type RejectionCode, reject, rejectionCodes } from '../domain/order.ts';
import { decideOrder } from './decide-order.ts';
import type { Clock, OrderStore } from './ports.ts';

export async function rejectOrder(
  { orders, clock }: { orders: OrderStore; clock: Clock },
  { orderId, failure }: AbortInput,
): Promise<AbortOutput> {
  const code = rejectionOf(failure);
  const { order } = await decideOrder(orders, orderId, (found) =>
    reject(found, { code, at: clock() }),
  );
  assert(order.status !== 'PENDING', 'a decided order is not pending');
  return { decision: order.status };
}

/** What a customer may be told; whatever is no refusal of theirs means that tries ran out. */
export function rejectionOf(failure: StepFailure): RejectionCode {
  const code = refusalCode(failure);
  return rejectionCodes.find((known) => known === code) ?? 'UNAVAILABLE';
}
