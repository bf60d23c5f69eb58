/** Sales of one day out of the shards that count them. Currencies are never added up. */
import { add } from './money.ts';
import type { Currency, Money } from './values.ts';

/** What one shard of a day's counters has counted. */
export type SalesShard = { readonly orders: number; readonly revenue: readonly Money[] };
export type DailySales = { readonly orders: number; readonly revenue: readonly Money[] };

/** Revenue in every currency in which something was sold, US dollars first, then by code. */
export function dailySales(shards: readonly SalesShard[]): DailySales {
  const revenue = new Map<Currency, Money>();
  for (const amount of shards.flatMap((shard) => shard.revenue)) {
    const sum = revenue.get(amount.currency);
    revenue.set(amount.currency, sum ? add(sum, amount) : amount);
  }
  return {
    orders: shards.reduce((sum, { orders }) => sum + orders, 0),
    revenue: [...revenue.values()].filter(({ amount }) => amount !== 0).sort(byCurrency),
  };
}

function byCurrency(a: Money, b: Money): number {
  if (a.currency === 'USD') return -1;
  if (b.currency === 'USD') return 1;
  return a.currency < b.currency ? -1 : 1;
}
