/**
 * An order as its customer sees it: an explicit allow-list, in a fixed order of fields, so that equal
 * orders give equal bytes. Links are added when answering, because they depend on the moment.
 */
import {
  lineTotal,
  type Order,
  type OrderEventType,
  type OrderStatus,
  orderTotal,
  type PaymentStatus,
  type RejectionCode,
  type ShipmentStatus,
} from '../domain/order.ts';
import type { Instant, Money, OrderId, Sku } from '../domain/values.ts';

export type LineRepresentation = {
  readonly sku: Sku;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly lineTotal: Money;
};

/** What the 202 says: only what never changes afterwards, so that a replay is equal to the byte. */
export type AcceptedRepresentation = {
  readonly id: OrderId;
  readonly status: OrderStatus;
  readonly version: number;
  readonly lines: readonly LineRepresentation[];
  readonly total: Money;
  readonly placedAt: Instant;
};

export type OrderRepresentation = AcceptedRepresentation & {
  readonly payment: { readonly status: PaymentStatus; readonly amount: Money };
  readonly shipment: { readonly status: ShipmentStatus; readonly trackingNumber?: string };
  /** Why a rejected order was rejected. */
  readonly reason?: { readonly code: RejectionCode };
  /** True when something about the order waits for a person. */
  readonly parked: boolean;
  readonly timeline: readonly { readonly at: Instant; readonly type: OrderEventType }[];
};

export function orderRepresentation(order: Order): OrderRepresentation {
  const { trackingNumber, status } = order.shipment;
  return {
    ...accepted(order),
    payment: { status: order.payment, amount: orderTotal(order.lines) },
    shipment: { status, ...(trackingNumber && { trackingNumber }) },
    ...(order.reason && { reason: { code: order.reason } }),
    parked: order.parked.length > 0,
    timeline: order.events.map(({ time, type }) => ({ at: time, type })),
  };
}

/** The body of the 202, out of the order at any later version. */
export const acceptedRepresentation = (order: Order): AcceptedRepresentation =>
  accepted(asPlaced(order));

/** What GET answers until the view has the order: version 1, never something newer. */
export const placedRepresentation = (order: Order): OrderRepresentation =>
  orderRepresentation(asPlaced(order));

function accepted(order: Order): AcceptedRepresentation {
  const { id, status, version, lines, placedAt } = order;
  return {
    id,
    status,
    version,
    lines: lines.map((line) => ({
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      unitPrice: { amount: line.unitPrice.amount, currency: line.unitPrice.currency },
      lineTotal: lineTotal(line),
    })),
    total: orderTotal(lines),
    placedAt,
  };
}

/** The order as it was at version 1. */
function asPlaced({ reason: _reason, cancelledFrom: _cancelledFrom, ...order }: Order): Order {
  return {
    ...order,
    version: 1,
    status: 'PENDING',
    payment: 'PENDING',
    shipment: { status: 'PENDING' },
    parked: [],
    events: order.events.slice(0, 1),
  };
}
