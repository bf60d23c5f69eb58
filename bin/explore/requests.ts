/**
 * What clients and operators ask of the order pipeline. Names and addresses carry canaries: whoever
 * finds one where it does not belong has found a leak, and knows whose.
 */
import type { EngineRequest } from '../../local/http-api/client.ts';

export interface Ask extends EngineRequest {
  /** Who asks; `operator` does so as an operator. @default alice */
  readonly as?: string;
}

export interface Wish {
  /** @default alice */
  readonly as?: string;
  /** Units by SKU. @default a mug and a cup */
  readonly lines?: Readonly<Record<string, number>>;
  /** @default pm_card_visa, which is authorised */
  readonly method?: string;
  /** @default 12345; 00000 is undeliverable */
  readonly postalCode?: string;
}

/** What scenarios sell, unless their story is about scarcity. */
export const plenty: Readonly<Record<string, number>> = { mug: 10, cup: 10 };

export const canaryOf = (client: string): string => `Canary-${client}`;
/** Line 1 of every address. */
export const canaryStreet = '1 Canary Street';

export function placing(key: string, wish: Wish = {}): Ask {
  const { as = 'alice', lines = { mug: 1, cup: 1 }, method = 'pm_card_visa' } = wish;
  const { postalCode = '12345' } = wish;
  const firstName = as.charAt(0).toUpperCase() + as.slice(1);
  return {
    ...{ method: 'POST', path: '/orders', as, headers: { 'idempotency-key': key } },
    body: {
      lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
      payment: { method },
      shipping: {
        name: `${firstName} ${canaryOf(as)}`,
        line1: canaryStreet,
        city: 'Springfield',
        postalCode,
        country: 'US',
      },
    },
  };
}

export const cancelling = (id: string, version = 1, as = 'alice'): Ask => ({
  method: 'POST',
  path: `/orders/${id}/cancellation`,
  headers: { 'if-match': `"${version}"` },
  as,
});

export interface Look {
  /** @default alice */
  readonly as?: string;
  /** Version that the client has: 304 if there is no newer one. */
  readonly known?: number;
  /** Seconds for which the client will wait for a newer one. */
  readonly wait?: number;
}

export const reading = (id: string, { as = 'alice', known, wait }: Look = {}): Ask => ({
  path: `/orders/${id}`,
  as,
  headers: {
    ...(known !== undefined && { 'if-none-match': `"${known}"` }),
    ...(wait !== undefined && { prefer: `wait=${wait}` }),
  },
});

export interface Adjustment {
  readonly sku: string;
  readonly delta: number;
  readonly key: string;
}

export const adjusting = ({ sku, delta, key }: Adjustment): Ask => ({
  ...{ method: 'POST', path: `/products/${sku}/stock-adjustments`, as: 'operator' },
  headers: { 'idempotency-key': key },
  body: { delta, reason: 'explored' },
});

/** `amount` in cents. */
export const pricing = (sku: string, amount: number): Ask => ({
  ...{ method: 'PUT', path: `/products/${sku}`, as: 'operator' },
  body: { title: sku, price: { amount, currency: 'USD' } },
});
