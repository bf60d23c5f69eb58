/**
 * The order as an item, and back. Compact on purpose: every started kilobyte is a write unit, so
 * lines are tuples, instants of events are epoch milliseconds, and what can be derived is not stored.
 */
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import { type Order, orderEventTypes, orderStatuses, rejectionCodes } from '../domain/order.ts';
import {
  type Currency,
  epochMs,
  type Instant,
  instant,
  isOrderId,
  type OrderId,
  type Sku,
} from '../domain/values.ts';
import type { Attributes } from './dynamo.ts';

const line = z.tuple([z.string(), z.string(), z.int(), z.int()]);
const shape = z.object({
  id: z.string().check(z.refine(isOrderId)),
  version: z.int(),
  status: z.enum(orderStatuses),
  issuer: z.string(),
  customer: z.string(),
  currency: z.string(),
  /** [sku, title, quantity, unit price in minor units] */
  lines: z.array(line),
  paymentMethod: z.string(),
  shipping: z.object({
    name: z.string(),
    line1: z.string(),
    city: z.string(),
    postalCode: z.string(),
    country: z.string(),
  }),
  deadline: z.int(),
  payment: z.enum(['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED', 'PARKED']),
  shipment: z.object({
    status: z.enum(['PENDING', 'BOOKED', 'CANCELLED', 'PARKED']),
    trackingNumber: z.optional(z.string()),
  }),
  reason: z.optional(z.enum(rejectionCodes)),
  parked: z.optional(z.array(z.string())),
  cancelledFrom: z.optional(z.int()),
  traceparent: z.string(),
  /** The events, oldest first; the n-th belongs to version n. */
  outbox: z.array(z.object({ type: z.enum(orderEventTypes), time: z.int() })).check(z.minLength(1)),
});

export function orderItem(order: Order): Attributes {
  const { principal, lines, deadline, events, parked, placedAt: _derived, ...same } = order;
  return {
    ...same,
    issuer: principal.issuer,
    customer: principal.subject,
    currency: lines[0]?.unitPrice.currency,
    lines: lines.map(({ sku, title, quantity, unitPrice }) => [
      sku,
      title,
      quantity,
      unitPrice.amount,
    ]),
    deadline: epochMs(deadline),
    outbox: events.map(outboxEntry),
    ...(parked.length > 0 && { parked }),
  };
}

export const outboxEntry = ({ type, time }: { type: string; time: Instant }) => ({
  type,
  time: epochMs(time),
});

/** Reads an item or a stream image. What is no order is a `PermanentFault` naming the attribute. */
export function parseOrderItem(item: unknown): Order {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not an order item: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { issuer, customer, outbox, lines, deadline, parked = [], ...same } = parsed.data;
  const currency = same.currency as Currency;
  const events = outbox.map(({ type, time }, index) => ({
    type,
    version: index + 1,
    time: instant(time),
  }));
  const { id, version, status, paymentMethod, shipping, payment, traceparent } = same;
  const { trackingNumber } = same.shipment;
  return {
    id: id as OrderId,
    version,
    status,
    principal: { issuer, subject: customer },
    lines: lines.map(([sku, title, quantity, amount]) => ({
      sku: sku as Sku,
      title,
      quantity,
      unitPrice: { amount, currency },
    })),
    paymentMethod,
    shipping,
    placedAt: events[0]?.time as Instant,
    deadline: instant(deadline),
    payment,
    shipment: { status: same.shipment.status, ...(trackingNumber && { trackingNumber }) },
    ...(same.reason && { reason: same.reason }),
    ...(same.cancelledFrom && { cancelledFrom: same.cancelledFrom }),
    parked,
    traceparent,
    events,
  };
}
