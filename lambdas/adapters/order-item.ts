/**
 * The order as an item, and back. Compact on purpose: every started kilobyte is a write unit, so
 * lines are tuples, instants of events are epoch milliseconds, and what can be derived is not stored.
 */
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import { currency, sku } from '../contract/fields.ts';
import { limits } from '../contract/limits.ts';
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

/** A W3C trace context has 55 characters. */
const longestTraceparent = 64;
const text = z.string().check(z.maxLength(512));
const upTo = (longest: number) => z.int().check(z.gte(1), z.lte(longest));

/** In the intake's bounds: what exceeds one is no order of ours, and no reader may choke on it. */
const line = z.tuple([sku, text, upTo(limits.quantityPerLine), upTo(limits.priceMinor)]);
const shape = z.object({
  id: z.string().check(z.refine(isOrderId)),
  version: z.int().check(z.gte(1)),
  status: z.enum(orderStatuses),
  issuer: z.string().check(z.maxLength(limits.issuerLength)),
  customer: z.string().check(z.maxLength(limits.subjectLength)),
  currency,
  /** [sku, title, quantity, unit price in minor units] */
  lines: z.array(line).check(z.minLength(1), z.maxLength(limits.linesPerOrder)),
  paymentMethod: text,
  shipping: z.object({
    name: text,
    line1: text,
    city: text,
    postalCode: text,
    country: text,
  }),
  deadline: z.int(),
  payment: z.enum(['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED', 'PARKED']),
  shipment: z.object({
    status: z.enum(['PENDING', 'BOOKED', 'CANCELLED', 'PARKED']),
    trackingNumber: z.optional(text),
  }),
  reason: z.optional(z.enum(rejectionCodes)),
  parked: z.optional(z.array(text)),
  cancelledFrom: z.optional(z.int()),
  traceparent: z.string().check(z.maxLength(longestTraceparent)),
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
