/**
 * The shipment fence of one order. The carrier has no idempotency keys, so `TRIED` is a lease: one
 * trier at a time, each looks up by reference before it books, and the undo waits the lease out.
 */
import assert from 'node:assert/strict';
import { type Order, orderTotal, type Shipping } from './order.ts';
import { epochMs, type Instant, instant, type Money, type OrderId } from './values.ts';

declare const brand: unique symbol;
/** The carrier's name for a booking; opaque. */
export type BookingId = string & { readonly [brand]: 'BookingId' };

type Row = { readonly orderId: OrderId; readonly version: number };
export type TriedShipment = Row & {
  readonly status: 'TRIED';
  /** The invocation that holds the lease; also recognises its own write. */
  readonly trier: string;
  readonly leaseUntil: Instant;
};
export type BookedShipment = Row & {
  readonly status: 'BOOKED';
  readonly bookingId: BookingId;
  readonly trackingNumber: string;
};
/** `CANCELLING` keeps every trier out but does not mean done; `CANCELLED` is the tombstone. */
export type UndoneShipment = Row & {
  readonly status: 'CANCELLING' | 'CANCELLED';
  /** Where one is known. The carrier's own list may not show it yet. */
  readonly bookingId?: BookingId;
};
export type ShipmentRow = TriedShipment | BookedShipment | UndoneShipment;

export type BookingRequest = {
  /** The order's id: what a look-up finds the booking by. */
  readonly reference: OrderId;
  readonly shipping: Shipping;
  readonly weightGrams: number;
  readonly declaredValue: Money;
  readonly orderedAt: Instant;
};

/** A booking as the carrier shows it now. */
export type Booking = {
  readonly id: BookingId;
  readonly status: 'BOOKED' | 'CANCELLED' | 'UNDER_WAY';
  readonly trackingNumber: string;
};

/** The catalogue knows no weights: every unit counts the same, and every parcel weighs something. */
const gramsPerUnit = 500;

export function bookingRequest(order: Order): BookingRequest {
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    reference: order.id,
    shipping: order.shipping,
    weightGrams: units * gramsPerUnit,
    declaredValue: orderTotal(order.lines),
    orderedAt: order.placedAt,
  };
}

export type Trier = {
  readonly orderId: OrderId;
  readonly trier: string;
  /** Lambda deadline of a trier + clock skew + the carrier's longest processing lag. */
  readonly leaseMs: number;
  readonly now: Instant;
};

export type BookMove =
  | { readonly next: 'save'; readonly shipment: TriedShipment }
  | { readonly next: 'book'; readonly tried: TriedShipment; readonly isFirstTry: boolean }
  | { readonly next: 'wait'; readonly until: Instant }
  | { readonly next: 'done' }
  | { readonly next: 'refuse'; readonly reason: 'SHIPMENT_CANCELLED' };

export function bookMove(shipment: ShipmentRow | undefined, me: Trier): BookMove {
  if (!shipment) return { next: 'save', shipment: lease(me, 1) };
  switch (shipment.status) {
    case 'TRIED':
      return tryAgain(shipment, me);
    case 'BOOKED':
      return { next: 'done' };
    default:
      return { next: 'refuse', reason: 'SHIPMENT_CANCELLED' };
  }
}

/** A row's first version is its first try: nobody can have called the carrier before it. */
function tryAgain(tried: TriedShipment, me: Trier): BookMove {
  const isOver = me.now >= tried.leaseUntil;
  if (isOver) return { next: 'save', shipment: lease(me, tried.version + 1) };
  if (tried.trier !== me.trier) return { next: 'wait', until: tried.leaseUntil };
  return { next: 'book', tried, isFirstTry: tried.version === 1 };
}

export type CancelMove =
  | { readonly next: 'save'; readonly shipment: UndoneShipment }
  | { readonly next: 'cancel'; readonly cancelling: UndoneShipment }
  | { readonly next: 'wait'; readonly until: Instant }
  | { readonly next: 'done' };

export function cancelMove(
  shipment: ShipmentRow | undefined,
  { orderId, now }: { orderId: OrderId; now: Instant },
): CancelMove {
  if (!shipment) return { next: 'save', shipment: { orderId, version: 1, status: 'CANCELLED' } };
  switch (shipment.status) {
    case 'TRIED':
      if (now < shipment.leaseUntil) return { next: 'wait', until: shipment.leaseUntil };
      return { next: 'save', shipment: undone(shipment, 'CANCELLING') };
    case 'BOOKED':
      return { next: 'save', shipment: undone(shipment, 'CANCELLING') };
    case 'CANCELLING':
      return { next: 'cancel', cancelling: shipment };
    case 'CANCELLED':
      return { next: 'done' };
  }
}

export const booked = (tried: TriedShipment, { id, trackingNumber }: Booking): BookedShipment => ({
  orderId: tried.orderId,
  version: tried.version + 1,
  status: 'BOOKED',
  bookingId: id,
  trackingNumber,
});

/** The trier knows that the carrier holds nothing of its own: nobody needs to wait for it. */
export const leaseGivenBack = (tried: TriedShipment, now: Instant): TriedShipment => ({
  ...tried,
  version: tried.version + 1,
  leaseUntil: now < tried.leaseUntil ? now : tried.leaseUntil,
});

export function cancelled(cancelling: UndoneShipment): UndoneShipment {
  assert.equal(cancelling.status, 'CANCELLING', 'a shipment is cancelled at the carrier first');
  return undone(cancelling, 'CANCELLED');
}

function undone(row: ShipmentRow, status: UndoneShipment['status']): UndoneShipment {
  const { orderId, version } = row;
  const bookingId = 'bookingId' in row ? row.bookingId : undefined;
  return { orderId, version: version + 1, status, ...(bookingId && { bookingId }) };
}

function lease({ orderId, trier, leaseMs, now }: Trier, version: number): TriedShipment {
  assert(leaseMs > 0, 'a lease lasts');
  const leaseUntil = instant(epochMs(now) + leaseMs);
  return { orderId, version, status: 'TRIED', trier, leaseUntil };
}
