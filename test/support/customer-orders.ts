/** Orders for tests, small and large. */
import { limits } from '../../lambdas/contract/limits.ts';
import { type Order, place } from '../../lambdas/domain/order.ts';
import type { Currency, Instant, OrderId, Sku } from '../../lambdas/domain/values.ts';
import { issuer } from './http-event.ts';

export const orderId = 'o'.repeat(43) as OrderId;
export const placedAt = '2026-03-14T09:26:53.589Z' as Instant;
export const later = '2026-03-14T09:26:54.000Z' as Instant;
export const alice = { issuer, subject: 'alice' };
export const mallory = { issuer, subject: 'mallory' };
const usd = 'USD' as Currency;

export function placedOrder(change: Partial<Parameters<typeof place>[0]> = {}): Order {
  return place({
    id: orderId,
    principal: alice,
    lines: [
      { sku: 'tea' as Sku, title: 'Tea', quantity: 2, unitPrice: { amount: 450, currency: usd } },
      { sku: 'cup' as Sku, title: 'Cup', quantity: 1, unitPrice: { amount: 1200, currency: usd } },
    ],
    paymentMethod: 'pm_card_visa',
    shipping: {
      name: 'Alice',
      line1: '1 Main Street',
      city: 'Springfield',
      postalCode: '12345',
      country: 'US',
    },
    deadline: '2026-03-14T09:40:53.589Z' as Instant,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    at: placedAt,
    ...change,
  });
}

/** Everything as long as the contract lets it be, in characters of three bytes. */
export function largestOrder(): Order {
  const wide = (length: number) => '\u{8336}'.repeat(length);
  return placedOrder({
    principal: { issuer: `https://${'i'.repeat(504)}`, subject: wide(255) },
    lines: Array.from({ length: limits.linesPerOrder }, (_, index) => ({
      sku: `${index}`.padStart(64, 's') as Sku,
      title: wide(200),
      quantity: limits.quantityPerLine,
      unitPrice: { amount: limits.priceMinor, currency: usd },
    })),
    paymentMethod: `pm_${'x'.repeat(60)}`,
    shipping: {
      name: wide(100),
      line1: wide(100),
      city: wide(100),
      postalCode: wide(16),
      country: 'US',
    },
  });
}
