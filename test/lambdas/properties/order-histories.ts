/** Orders' ways through their states, by the domain's own decisions, as their stream tells them. */
import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import {
  cancel,
  confirm,
  type Decision,
  type Order,
  recordCapture,
  recordCaptureRefused,
  recordParked,
  reject,
} from '../../../lambdas/domain/order.ts';
import type { Currency, Instant } from '../../../lambdas/domain/values.ts';
import { placedOrder, sampleOrderId } from '../../support/sample-orders.ts';
import { streamRecord } from '../../support/stream-events.ts';

export type OrderHistory = {
  /** As it was at last; a deleted one is gone. */
  readonly last: Order;
  readonly isDeleted: boolean;
  readonly records: readonly DynamoDBRecord[];
};

const at = '2026-03-14T10:00:00.000Z' as Instant;
type Change = (order: Order) => Decision<string>;
const changes: readonly Change[] = [
  (order) => confirm(order, { trackingNumber: 'TRACK-1', at }),
  (order) => confirm(order, { trackingNumber: 'TRACK-1', at }),
  (order) => reject(order, { code: 'OUT_OF_STOCK', at }),
  (order) => cancel(order, { ifVersion: order.version, at }),
  (order) => recordCapture(order, { at }),
  (order) => recordCaptureRefused(order, { at }),
  (order) => recordParked(order, { step: 'VoidPayment', at }),
  (order) => recordParked(order, { step: 'CancelShipment', at }),
  (order) => ({ outcome: 'changed', order }),
];

/** Days and currencies that share counters, and some that do not. */
const anyPlaced = (name: string): fc.Arbitrary<Order> =>
  fc
    .record({
      day: fc.constantFrom('2026-03-14', '2026-03-15'),
      currency: fc.constantFrom('USD', 'EUR'),
      amount: fc.integer({ min: 1, max: 1_000 }),
    })
    .map(({ day, currency, amount }) => {
      const order = placedOrder(sampleOrderId(name), `${day}T09:00:00.000Z` as Instant);
      const unitPrice = { amount, currency: currency as Currency };
      return { ...order, lines: order.lines.map((line) => ({ ...line, unitPrice })) };
    });

/** Up to six changes: placing, decisions, writes that change nothing, and the end by TTL. */
export const anyHistory = (name: string): fc.Arbitrary<OrderHistory> =>
  fc
    .tuple(anyPlaced(name), fc.array(fc.constantFrom(...changes), { maxLength: 8 }), fc.boolean())
    .map(([placed, wanted, isDeleted]) => {
      const states = wanted.reduce(stateAfter, [placed]).slice(0, isDeleted ? 5 : 6);
      const last = states.at(-1) ?? placed;
      const images = states.map((after, index) => ({ before: states[index - 1], after }));
      const written = images.map(({ before, after }, index) =>
        streamRecord(`${name}-${index}`, before ? { before, after } : { after }),
      );
      const removed = streamRecord(`${name}-removed`, { before: last });
      return { last, isDeleted, records: isDeleted ? [...written, removed] : written };
    });

function stateAfter(states: readonly Order[], change: Change): Order[] {
  const last = states.at(-1);
  const decision = last && change(last);
  return decision?.outcome === 'changed' ? [...states, decision.order] : [...states];
}
