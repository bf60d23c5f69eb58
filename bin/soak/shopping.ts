/** The goods of a soak, and the requests that clients make about them. */
import type { EngineRequest } from '../../local/http-api/client.ts';
import type { BookProduct } from '../demo/order-book.ts';

const shelfCount = 20;
export const price = { amount: 1250, currency: 'USD' };

/** Enough for any run: there is something else that runs out. */
export const shelf: readonly BookProduct[] = Array.from({ length: shelfCount }, (_, n) => ({
  sku: `SOAK-${n + 1}`,
  title: `Product ${n + 1}`,
  price: { amount: 500 + 125 * n, currency: 'USD' },
  stock: 1_000_000,
}));

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}
export interface Wish {
  readonly key: string;
  readonly lines: readonly Line[];
  /** @default a card that pays */
  readonly method?: string;
  /** @default one that a carrier reaches */
  readonly postalCode?: string;
}

export const declinedCard = 'pm_card_chargeDeclined';
export const unreachable = '00000';

/** In every name: where it does not belong, it shows a leak. */
export const canary = 'Canary-';

export const placing = (
  customer: string,
  { key, lines, method, postalCode }: Wish,
): EngineRequest => ({
  method: 'POST',
  path: '/orders',
  headers: { 'idempotency-key': key },
  body: {
    lines,
    payment: { method: method ?? 'pm_card_visa' },
    shipping: {
      name: `Ada ${canary}${customer}`,
      line1: '12 St James Square',
      city: 'London',
      postalCode: postalCode ?? 'SW1Y 4JH',
      country: 'GB',
    },
  },
});

/** Of the order as it was placed. */
export const cancelling = (id: string): EngineRequest => ({
  method: 'POST',
  path: `/orders/${id}/cancellation`,
  headers: { 'if-match': '"1"' },
});

export const reading = (id: string, waitSeconds = 0): EngineRequest => ({
  path: `/orders/${id}`,
  ...(waitSeconds > 0 && {
    headers: { prefer: `wait=${waitSeconds}`, 'if-none-match': '"1"' },
  }),
});

export const listing = (): EngineRequest => ({ path: '/orders?limit=100' });

export const offering = (sku: string): EngineRequest => ({
  method: 'PUT',
  path: `/products/${sku}`,
  body: { title: sku, price },
});

export const delivering = (sku: string, delta: number, key: string): EngineRequest => ({
  method: 'POST',
  path: `/products/${sku}/stock-adjustments`,
  headers: { 'idempotency-key': key },
  body: { delta, reason: 'delivery' },
});
