/**
 * The order: its states, its transitions, its events. Each decision is pure, and deciding twice
 * gives the first answer, so a redelivery, a duplicate execution or a lost response changes nothing.
 */
import assert from 'node:assert/strict';
import { add, times, zero } from './money.ts';
import type { Currency, Instant, Money, OrderId, Principal, Sku } from './values.ts';

export const orderEventTypes = [
  'OrderPlaced',
  'OrderConfirmed',
  'OrderRejected',
  'OrderCancelled',
  'PaymentCaptured',
  'PaymentParked',
  'OrderParked',
] as const;
export type OrderEventType = (typeof orderEventTypes)[number];

/** An event as the order keeps it; (order, version) identifies it, and it is never rewritten. */
export type OrderEvent = {
  readonly type: OrderEventType;
  /** The order's version after the transition. */
  readonly version: number;
  readonly time: Instant;
};

export const orderStatuses = ['PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const rejectionCodes = [
  'OUT_OF_STOCK',
  'PAYMENT_DECLINED',
  'UNDELIVERABLE_ADDRESS',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

export type OrderLine = {
  readonly sku: Sku;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: Money;
};

export type Shipping = {
  readonly name: string;
  readonly line1: string;
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
};

export type PaymentStatus =
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'VOIDED'
  | 'DECLINED'
  | 'PARKED';
export type ShipmentStatus = 'PENDING' | 'BOOKED' | 'CANCELLED' | 'PARKED';
export type Shipment = { readonly status: ShipmentStatus; readonly trackingNumber?: string };

export type Order = {
  readonly id: OrderId;
  /** 1 when placed; every transition adds one. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly principal: Principal;
  readonly lines: readonly OrderLine[];
  /** The provider's token for the payment method; opaque here. */
  readonly paymentMethod: string;
  readonly shipping: Shipping;
  readonly placedAt: Instant;
  /** No step of the saga starts at or after it. */
  readonly deadline: Instant;
  readonly payment: PaymentStatus;
  readonly shipment: Shipment;
  readonly reason?: RejectionCode;
  /** What gave up and waits for a person: names of saga steps. */
  readonly parked: readonly string[];
  /** The version a customer's cancellation was based on. */
  readonly cancelledFrom?: number;
  readonly traceparent: string;
  /** Every event so far, oldest first: the outbox. */
  readonly events: readonly OrderEvent[];
};

/** An order has few transitions; more than this many is a defect. */
const maxEvents = 16;

export type Decision<Refusal extends string = never> =
  | { readonly outcome: 'changed'; readonly order: Order }
  | { readonly outcome: 'unchanged'; readonly order: Order }
  | { readonly outcome: 'refused'; readonly reason: Refusal; readonly order: Order };

export type Placement = Pick<
  Order,
  'id' | 'principal' | 'lines' | 'paymentMethod' | 'shipping' | 'deadline' | 'traceparent'
> & { readonly at: Instant };

export function place({ at, ...placement }: Placement): Order {
  assert(placement.lines.length > 0, 'an order has lines');
  const currencies = new Set(placement.lines.map((line) => line.unitPrice.currency));
  assert.equal(currencies.size, 1, 'the intake refuses mixed currencies');
  return {
    ...placement,
    version: 1,
    status: 'PENDING',
    placedAt: at,
    payment: 'PENDING',
    shipment: { status: 'PENDING' },
    parked: [],
    events: [{ type: 'OrderPlaced', version: 1, time: at }],
  };
}

/** The pivot. Only a pending order is confirmed; whoever comes late reads the winner. */
export function confirm(
  order: Order,
  booked: { trackingNumber: string; at: Instant },
): Decision<'ORDER_NOT_PENDING'> {
  if (order.status === 'CONFIRMED') return { outcome: 'unchanged', order };
  if (order.status !== 'PENDING') return { outcome: 'refused', reason: 'ORDER_NOT_PENDING', order };
  const shipment: Shipment = { status: 'BOOKED', trackingNumber: booked.trackingNumber };
  return changed(order, 'OrderConfirmed', booked.at, {
    status: 'CONFIRMED',
    payment: 'AUTHORIZED',
    shipment,
  });
}

/** The abort decision. A confirmed order stays confirmed; a cancelled one is already decided. */
export function reject(
  order: Order,
  { code, at }: { code: RejectionCode; at: Instant },
): Decision<'ORDER_CONFIRMED'> {
  if (order.status === 'CONFIRMED') return { outcome: 'refused', reason: 'ORDER_CONFIRMED', order };
  if (order.status !== 'PENDING') return { outcome: 'unchanged', order };
  return changed(order, 'OrderRejected', at, {
    status: 'REJECTED',
    reason: code,
    ...withoutEffects(code),
  });
}

/** A customer's cancellation: from exactly the version it was based on, while pending. */
export function cancel(
  order: Order,
  { ifVersion, at }: { ifVersion: number; at: Instant },
): Decision<'STALE_VERSION' | 'ORDER_DECIDED'> {
  if (order.cancelledFrom === ifVersion) return { outcome: 'unchanged', order };
  if (order.version !== ifVersion) return { outcome: 'refused', reason: 'STALE_VERSION', order };
  if (order.status !== 'PENDING') return { outcome: 'refused', reason: 'ORDER_DECIDED', order };
  return changed(order, 'OrderCancelled', at, {
    status: 'CANCELLED',
    cancelledFrom: ifVersion,
    ...withoutEffects(),
  });
}

/** The money of a confirmed order has moved. */
export function recordCapture(
  order: Order,
  { at }: { at: Instant },
): Decision<'ORDER_NOT_CONFIRMED'> {
  if (order.status !== 'CONFIRMED')
    return { outcome: 'refused', reason: 'ORDER_NOT_CONFIRMED', order };
  if (order.payment === 'CAPTURED') return { outcome: 'unchanged', order };
  return changed(order, 'PaymentCaptured', at, { payment: 'CAPTURED' });
}

/** The provider refuses the capture for good: someone has to look. */
export function recordCaptureRefused(
  order: Order,
  { at }: { at: Instant },
): Decision<'ORDER_NOT_CONFIRMED'> {
  if (order.status !== 'CONFIRMED')
    return { outcome: 'refused', reason: 'ORDER_NOT_CONFIRMED', order };
  if (order.payment !== 'AUTHORIZED') return { outcome: 'unchanged', order };
  return changed(order, 'PaymentParked', at, { payment: 'PARKED' });
}

/** A compensation, or the whole recovery, gave up. The order shows it; the rest goes on. */
export function recordParked(order: Order, { step, at }: { step: string; at: Instant }): Decision {
  if (order.parked.includes(step)) return { outcome: 'unchanged', order };
  return changed(order, 'OrderParked', at, { parked: [...order.parked, step] });
}

/** Whether a forward step of the saga may start. */
export function mayProceed(
  order: Order,
  now: Instant,
): 'yes' | 'ORDER_NOT_PENDING' | 'DEADLINE_EXCEEDED' {
  if (order.status !== 'PENDING') return 'ORDER_NOT_PENDING';
  return now < order.deadline ? 'yes' : 'DEADLINE_EXCEEDED';
}

export const lineTotal = (line: OrderLine): Money => times(line.unitPrice, line.quantity);

export const orderTotal = (lines: readonly OrderLine[]): Money =>
  lines.map(lineTotal).reduce(add, zero(currencyOf(lines)));

function currencyOf(lines: readonly OrderLine[]): Currency {
  const [first] = lines;
  assert(first, 'an order has lines');
  return first.unitPrice.currency;
}

/** What an order without effects shows: the undo chain makes it true, or parks and says so. */
function withoutEffects(code?: RejectionCode): Partial<Order> {
  return {
    payment: code === 'PAYMENT_DECLINED' ? 'DECLINED' : 'VOIDED',
    shipment: { status: 'CANCELLED' },
  };
}

function changed(
  order: Order,
  type: OrderEventType,
  time: Instant,
  change: Partial<Order>,
): { outcome: 'changed'; order: Order } {
  const version = order.version + 1;
  const events = [...order.events, { type, version, time }];
  assert.equal(order.events.length, order.version, 'each version has exactly one event');
  assert(events.length <= maxEvents, `an order has at most ${maxEvents} events`);
  return { outcome: 'changed', order: { ...order, ...change, version, events } };
}
