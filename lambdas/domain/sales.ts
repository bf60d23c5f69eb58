/** What an order contributes to a day's sales: once confirmed, to the UTC day on which it was placed. */
import { isSameMoney } from './money.ts';
import { type Order, orderTotal } from './order.ts';
import type { Currency, Money, OrderId } from './values.ts';

export type Sale = {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly revenue: Money;
};

/** What is to be added to one day's counters; negative parts take back. */
export type SalesChange = {
  readonly day: string;
  readonly orders: number;
  /** Minor units by currency; no zeros. */
  readonly revenue: ReadonlyMap<Currency, number>;
};

/** Counters a day is spread over, so that a busy day is not one hot item; summed when read. */
export const salesShards = 8;

export function salesShard(id: OrderId): number {
  const hash = [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 0);
  return hash % salesShards;
}

export function saleOf(order: Order): Sale | undefined {
  if (order.status !== 'CONFIRMED') return undefined;
  return { day: order.placedAt.slice(0, 10), revenue: orderTotal(order.lines) };
}

export function isSameSale(a: Sale | undefined, b: Sale | undefined): boolean {
  if (!a || !b) return a === b;
  return a.day === b.day && isSameMoney(a.revenue, b.revenue);
}

/** Contribution of the new row − contribution of the one it replaces, by day. */
export function salesChanges(
  replaced: Sale | undefined,
  added: Sale | undefined,
): readonly SalesChange[] {
  if (isSameSale(replaced, added)) return [];
  const changes = new Map<string, SalesChange>();
  if (replaced) count(changes, replaced, -1);
  if (added) count(changes, added, 1);
  return [...changes.values()];
}

function count(changes: Map<string, SalesChange>, { day, revenue }: Sale, sign: 1 | -1): void {
  const { orders, revenue: sofar } = changes.get(day) ?? { orders: 0, revenue: new Map() };
  const amount = (sofar.get(revenue.currency) ?? 0) + sign * revenue.amount;
  const sums = new Map(sofar);
  if (amount !== 0) sums.set(revenue.currency, amount);
  changes.set(day, { day, orders: orders + sign, revenue: sums });
}
