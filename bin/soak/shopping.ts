/** The goods of a soak, and what is special in its requests. */
import type { BookProduct } from '../demo/order-book.ts';
import type { Ask } from '../explore/requests.ts';

const shelfCount = 20;

/** Enough for any run: there is something else that runs out. */
export const shelf: readonly BookProduct[] = Array.from({ length: shelfCount }, (_, n) => ({
  sku: `SOAK-${n + 1}`,
  title: `Product ${n + 1}`,
  price: { amount: 500 + 125 * n, currency: 'USD' },
  stock: 1_000_000,
}));

export const declinedCard = 'pm_card_chargeDeclined';
export const unreachable = '00000';

export const listing = (as: string): Ask => ({ path: '/orders?limit=100', as });
