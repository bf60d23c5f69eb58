/** What clients ask of the order pipeline. */
import type { EngineRequest } from '../../local/http-api/client.ts';

export interface Ask extends EngineRequest {
  /** Who asks; `operator` does so as an operator. @default alice */
  readonly as?: string;
}

export interface Wish {
  readonly as?: string;
  /** Units by SKU. @default one mug */
  readonly lines?: Readonly<Record<string, number>>;
  /** @default pm_card_visa, which is authorised */
  readonly method?: string;
  /** @default 12345; 00000 is undeliverable */
  readonly postalCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const placing = (key: string, wish: Wish = {}): Ask => ({
  method: 'POST',
  path: '/orders',
  headers: { 'idempotency-key': key, ...wish.headers },
  as: wish.as ?? 'alice',
  body: {
    lines: Object.entries(wish.lines ?? { mug: 1 }).map(([sku, quantity]) => ({ sku, quantity })),
    payment: { method: wish.method ?? 'pm_card_visa' },
    shipping: {
      name: 'Alice',
      line1: '1 Main Street',
      city: 'Springfield',
      postalCode: wish.postalCode ?? '12345',
      country: 'US',
    },
  },
});

export const cancelling = (id: string, version = 1, as = 'alice'): Ask => ({
  method: 'POST',
  path: `/orders/${id}/cancellation`,
  headers: { 'if-match': `"${version}"` },
  as,
});
