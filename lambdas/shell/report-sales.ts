/** One day's sales, as the API shows them. */
import type { SalesAnswer } from '../contract/sales-api.ts';
import { dailySales } from '../domain/daily-sales.ts';
import { zero } from '../domain/money.ts';
import type { Currency } from '../domain/values.ts';
import type { SalesReader } from './sales-reader.ts';

/** What the revenue of a day without any is counted in. */
const defaultCurrency = 'USD' as Currency;

export async function reportSales(
  { sales }: { readonly sales: SalesReader },
  day: string,
): Promise<SalesAnswer> {
  const { orders, revenue } = dailySales(await sales.shards(day));
  const [first = zero(defaultCurrency), ...otherRevenue] = revenue;
  return { day, orders, revenue: first, ...(otherRevenue.length > 0 && { otherRevenue }) };
}
