/** One order in each of its states, made by the domain's own decisions. */
import { createHash } from 'node:crypto';
import {
  cancel,
  confirm,
  type Order,
  place,
  recordCapture,
  reject,
} from '../../lambdas/domain/order.ts';
import type { Currency, Instant, OrderId, Sku } from '../../lambdas/domain/values.ts';

export const sampleInstant = '2026-03-14T09:26:53.589Z' as Instant;

/** A well-formed id, the same for the same name. */
export const sampleOrderId = (name = 'order-1'): OrderId =>
  createHash('sha256').update(name).digest('base64url') as OrderId;

export function placedOrder(id = sampleOrderId(), at = sampleInstant): Order {
  const currency = 'USD' as Currency;
  return place({
    id,
    principal: { issuer: 'https://issuer.example', subject: 'customer-1' },
    lines: [
      { sku: 'tea' as Sku, title: 'Tea', quantity: 2, unitPrice: { amount: 1_000, currency } },
      { sku: 'cup' as Sku, title: 'Cup', quantity: 1, unitPrice: { amount: 500, currency } },
    ],
    paymentMethod: 'pm_card_visa',
    shipping: {
      name: 'Ada',
      line1: '1 Main Street',
      city: 'Springfield',
      postalCode: '12345',
      country: 'US',
    },
    deadline: '2026-03-14T09:40:53.589Z' as Instant,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    at,
  });
}

export const confirmedOrder = (order = placedOrder()): Order =>
  confirm(order, { trackingNumber: 'TRACK-1', at: order.placedAt }).order;

export const capturedOrder = (order = confirmedOrder()): Order =>
  recordCapture(order, { at: order.placedAt }).order;

export const rejectedOrder = (order = placedOrder()): Order =>
  reject(order, { code: 'OUT_OF_STOCK', at: order.placedAt }).order;

export const cancelledOrder = (order = placedOrder()): Order =>
  cancel(order, { ifVersion: order.version, at: order.placedAt }).order;
