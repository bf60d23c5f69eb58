import { describe, expect, it } from 'vitest';
import {
  cancel,
  confirm,
  mayProceed,
  type Order,
  orderTotal,
  place,
  recordCapture,
  recordCaptureRefused,
  recordParked,
  reject,
} from '../../../lambdas/domain/order.ts';
import { type Currency, epochMs, instant } from '../../../lambdas/domain/values.ts';
import {
  sampleInstant as at,
  cancelledOrder,
  capturedOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
} from '../../support/sample-orders.ts';

const placed = placedOrder();
const confirmed = confirmedOrder();
const later = instant(epochMs(at) + 1_000);
const booked = { trackingNumber: 'TRACK-1', at: later };

describe('a placed order', () => {
  it('is pending in everything, at version 1, with the event that says so', () => {
    expect(placed).toMatchObject({
      version: 1,
      status: 'PENDING',
      placedAt: at,
      payment: 'PENDING',
      shipment: { status: 'PENDING' },
      parked: [],
      events: [{ type: 'OrderPlaced', version: 1, time: at }],
    });
  });

  it('has lines, and prices in one currency', () => {
    const { lines } = placed;
    const inEuro = lines.map((line) => ({
      ...line,
      unitPrice: { ...line.unitPrice, currency: 'EUR' as Currency },
    }));
    expect(() => place({ ...placed, at, lines: [] })).toThrow('an order has lines');
    expect(() => place({ ...placed, at, lines: [...lines, ...inEuro] })).toThrow('currencies');
    expect(() => orderTotal([])).toThrow('an order has lines');
  });

  it('may proceed until its deadline, and only while it is pending', () => {
    const before = instant(epochMs(placed.deadline) - 1);
    expect(mayProceed(placed, before)).toBe('yes');
    expect(mayProceed(placed, placed.deadline)).toBe('DEADLINE_EXCEEDED');
    for (const decided of [confirmed, rejectedOrder(), cancelledOrder()])
      expect(mayProceed(decided, before)).toBe('ORDER_NOT_PENDING');
  });
});

describe('the confirmation', () => {
  it('shows the money held and the parcel booked', () => {
    const { outcome, order } = confirm(placed, booked);
    expect(outcome).toBe('changed');
    expect(order).toEqual({
      ...placed,
      version: 2,
      status: 'CONFIRMED',
      payment: 'AUTHORIZED',
      shipment: { status: 'BOOKED', trackingNumber: 'TRACK-1' },
      events: [...placed.events, { type: 'OrderConfirmed', version: 2, time: later }],
    });
  });

  it('is the first one when it is made again', () => {
    const again = confirm(confirmed, { trackingNumber: 'TRACK-2', at: later });
    expect(again).toEqual({ outcome: 'unchanged', order: confirmed });
  });

  it.each([rejectedOrder(), cancelledOrder()])('loses to the decision $status', (order) => {
    const refused = { outcome: 'refused', reason: 'ORDER_NOT_PENDING', order };
    expect(confirm(order, booked)).toEqual(refused);
  });
});

describe('the rejection', () => {
  it.each([
    ['PAYMENT_DECLINED', 'DECLINED'],
    ['OUT_OF_STOCK', 'VOIDED'],
  ] as const)('for %s shows a payment that is %s, and no parcel', (code, payment) => {
    const { outcome, order } = reject(placed, { code, at: later });
    expect(outcome).toBe('changed');
    expect(order).toEqual({
      ...placed,
      version: 2,
      status: 'REJECTED',
      reason: code,
      payment,
      shipment: { status: 'CANCELLED' },
      events: [...placed.events, { type: 'OrderRejected', version: 2, time: later }],
    });
  });

  it('loses to a confirmation', () => {
    const refused = { outcome: 'refused', reason: 'ORDER_CONFIRMED', order: confirmed };
    expect(reject(confirmed, { code: 'UNAVAILABLE', at: later })).toEqual(refused);
  });

  it.each([rejectedOrder(), cancelledOrder()])('leaves an order $status as it is', (order) => {
    const unchanged = { outcome: 'unchanged', order };
    expect(reject(order, { code: 'UNAVAILABLE', at: later })).toEqual(unchanged);
  });
});

describe('a cancellation', () => {
  it('shows no payment and no parcel, and on which version it was based', () => {
    const { outcome, order } = cancel(placed, { ifVersion: 1, at: later });
    expect(outcome).toBe('changed');
    expect(order).toEqual({
      ...placed,
      version: 2,
      status: 'CANCELLED',
      cancelledFrom: 1,
      payment: 'VOIDED',
      shipment: { status: 'CANCELLED' },
      events: [...placed.events, { type: 'OrderCancelled', version: 2, time: later }],
    });
  });

  it('is the first one when it is repeated, though the order has moved on', () => {
    const order = recordParked(cancelledOrder(), { step: 'VoidPayment', at }).order;
    const unchanged = { outcome: 'unchanged', order };
    expect(cancel(order, { ifVersion: 1, at: later })).toEqual(unchanged);
  });

  it('is refused on another version before it is refused for the state', () => {
    const refusal = (order: Order, reason: string) => ({ outcome: 'refused', reason, order });
    const from = (ifVersion: number) => ({ ifVersion, at: later });
    expect(cancel(placed, from(2))).toEqual(refusal(placed, 'STALE_VERSION'));
    expect(cancel(confirmed, from(1))).toEqual(refusal(confirmed, 'STALE_VERSION'));
    expect(cancel(confirmed, from(2))).toEqual(refusal(confirmed, 'ORDER_DECIDED'));
  });
});

describe('the capture', () => {
  it('is shown on the confirmed order, once', () => {
    const { outcome, order } = recordCapture(confirmed, { at: later });
    const event = { type: 'PaymentCaptured', version: 3, time: later };
    expect(outcome).toBe('changed');
    expect(order).toEqual({
      ...confirmed,
      version: 3,
      payment: 'CAPTURED',
      events: [...confirmed.events, event],
    });
    expect(recordCapture(order, { at })).toEqual({ outcome: 'unchanged', order });
  });

  it('is shown as parked when it is refused for good, once', () => {
    const { outcome, order } = recordCaptureRefused(confirmed, { at: later });
    const event = { type: 'PaymentParked', version: 3, time: later };
    expect(outcome).toBe('changed');
    expect(order).toEqual({
      ...confirmed,
      version: 3,
      payment: 'PARKED',
      events: [...confirmed.events, event],
    });
    expect(recordCaptureRefused(order, { at })).toEqual({ outcome: 'unchanged', order });
  });

  it('is not taken back by a refusal that comes late', () => {
    const order = capturedOrder();
    expect(recordCaptureRefused(order, { at })).toEqual({ outcome: 'unchanged', order });
  });

  it('is for confirmed orders only, whatever became of it', () => {
    const refused = { outcome: 'refused', reason: 'ORDER_NOT_CONFIRMED', order: placed };
    expect(recordCapture(placed, { at })).toEqual(refused);
    expect(recordCaptureRefused(placed, { at })).toEqual(refused);
  });
});

describe('what gave up', () => {
  it('is listed on the order, each step once', () => {
    const first = recordParked(rejectedOrder(), { step: 'VoidPayment', at: later });
    expect(first).toMatchObject({
      outcome: 'changed',
      order: {
        version: 3,
        status: 'REJECTED',
        parked: ['VoidPayment'],
        events: [{}, {}, { type: 'OrderParked', version: 3, time: later }],
      },
    });
    const again = recordParked(first.order, { step: 'VoidPayment', at });
    expect(again).toEqual({ outcome: 'unchanged', order: first.order });
    const second = recordParked(first.order, { step: 'ReleaseStock', at });
    expect(second.order.parked).toEqual(['VoidPayment', 'ReleaseStock']);
  });
});

describe('the events of an order', () => {
  const parkedTimes = (times: number): Order => {
    const steps = Array.from({ length: times }, (_, index) => `step-${index}`);
    return steps.reduce((order, step) => recordParked(order, { step, at }).order, placed);
  };

  it('are sixteen at most: more is a defect that must not grow the item', () => {
    expect(parkedTimes(15).events).toHaveLength(16);
    expect(() => parkedTimes(16)).toThrow('at most 16 events');
  });

  it('are one for each version: an order that lacks one is not written', () => {
    const torn = { ...confirmed, events: placed.events };
    expect(() => recordCapture(torn, { at })).toThrow('exactly one event');
  });
});
