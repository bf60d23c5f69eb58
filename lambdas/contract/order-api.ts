/** Requests and answers of the order routes: the schemas that validate are the ones that document. */
import * as z from 'zod/mini';
import { orderEventTypes, orderStatuses, rejectionCodes } from '../domain/order.ts';
import type { OrderId } from '../domain/values.ts';
import { cursorText } from './cursor.ts';
import { orderId, plainText, queryInteger, sku, sum } from './fields.ts';
import { limits } from './limits.ts';
import type { OrderRepresentation } from './order-representation.ts';

/** The scope of an idempotency key, and the name of the route. */
export const placeOrderRoute = 'POST /orders';

const line = z.strictObject({
  sku,
  quantity: z.int().check(z.gte(1), z.lte(limits.quantityPerLine)),
});

const eachSkuOnce = (lines: readonly { sku: string }[]): boolean =>
  new Set(lines.map((one) => one.sku)).size === lines.length;

export const placeOrderRequest = z.strictObject({
  lines: z
    .array(line)
    .check(
      z.minLength(1),
      z.maxLength(limits.linesPerOrder),
      z.refine(eachSkuOnce, 'must name each SKU once'),
    ),
  payment: z.strictObject({
    method: z.string().check(z.regex(/^pm_[A-Za-z0-9_]{1,60}$/, 'must be a payment method token')),
  }),
  shipping: z.strictObject({
    name: plainText(100),
    line1: plainText(100),
    city: plainText(100),
    postalCode: plainText(16),
    country: z.string().check(z.regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code, as US')),
  }),
});

export type PlaceOrderRequest = z.infer<typeof placeOrderRequest>;

export const listOrdersQuery = z.strictObject({
  status: z.optional(z.enum(orderStatuses)),
  limit: z.optional(queryInteger(1, limits.pageSize)),
  cursor: z.optional(cursorText),
});

/** Position in a customer's list: when the last order of a page was placed, and its id. */
export const listPosition = z.tuple([z.iso.datetime({ precision: 3 }), orderId]);
export type ListPosition = readonly [placedAt: string, id: string];

const link = z.object({ href: z.string() });
const acceptedFields = {
  id: orderId,
  status: z.enum(orderStatuses),
  version: z.int().check(z.gte(1)),
  lines: z.array(
    z.object({ sku, title: z.string(), quantity: z.int(), unitPrice: sum, lineTotal: sum }),
  ),
  total: sum,
  placedAt: z.iso.datetime(),
};

export const acceptedAnswer = z.object({
  ...acceptedFields,
  status: z.literal('PENDING'),
  version: z.literal(1),
  _links: z.object({ self: link }),
});

export const orderAnswer = z.object({
  ...acceptedFields,
  payment: z.object({
    status: z.enum(['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'DECLINED', 'PARKED']),
    amount: sum,
  }),
  shipment: z.object({
    status: z.enum(['PENDING', 'BOOKED', 'CANCELLED', 'PARKED']),
    trackingNumber: z.optional(z.string()),
  }),
  reason: z.optional(z.object({ code: z.enum(rejectionCodes) })),
  parked: z.boolean(),
  timeline: z.array(z.object({ at: z.iso.datetime(), type: z.enum(orderEventTypes) })),
  _links: z.object({ self: link, cancel: z.optional(link) }),
});

export const listOrdersAnswer = z.object({
  orders: z.array(orderAnswer),
  _links: z.object({ self: link, next: z.optional(link) }),
});

export const cancellationAnswer = z.object({
  id: orderId,
  status: z.literal('CANCELLED'),
  version: z.int(),
  _links: z.object({ self: link }),
});

export const orderPath = (id: OrderId): string => `/orders/${id}`;

/** An order with what can be done about it now: `cancel` exactly while it is pending. */
export const linkedOrder = (order: OrderRepresentation) => ({
  ...order,
  _links: {
    self: { href: orderPath(order.id) },
    ...(order.status === 'PENDING' && {
      cancel: { href: `${orderPath(order.id)}/cancellation` },
    }),
  },
});
