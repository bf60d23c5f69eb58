/** Rows and sales counters in memory under the real store's condition. */
import { isSameSale, type SalesChange, salesShard } from '../../../lambdas/domain/sales.ts';
import type { HeldRow, ViewRow } from '../../../lambdas/domain/view.ts';
import type { ViewStore } from '../../../lambdas/shell/project-orders.ts';

export type FakeViewStore = ViewStore & {
  readonly rows: Map<string, ViewRow>;
  /** `<day>#<shard>` → `orders` and each currency's sum, zeros left out. */
  counters(): Record<string, Record<string, number>>;
  writes(): number;
  /** Writes of this order's row fail. */
  failFor(id: string, error: Error): void;
};

export function createFakeViewStore(): FakeViewStore {
  const rows = new Map<string, ViewRow>();
  const sums = new Map<string, Map<string, number>>();
  const failing = new Map<string, Error>();
  let writes = 0;

  const add = (key: string, name: string, amount: number) => {
    const shard = sums.get(key) ?? new Map<string, number>();
    sums.set(key, shard.set(name, (shard.get(name) ?? 0) + amount));
  };
  const count = (shard: number, { day, orders, revenue }: SalesChange) => {
    add(`${day}#${shard}`, 'orders', orders);
    for (const [currency, amount] of revenue) add(`${day}#${shard}`, currency, amount);
  };

  return {
    rows,
    writes: () => writes,
    failFor: (id, error) => void failing.set(id, error),
    counters: () =>
      Object.fromEntries(
        [...sums]
          .map(([key, shard]) => [key, [...shard].filter(([, sum]) => sum !== 0)] as const)
          .filter(([, shard]) => shard.length > 0)
          .map(([key, shard]) => [key, Object.fromEntries(shard)]),
      ),
    async replace({ held, row, sales }) {
      const error = failing.get(row.id);
      if (error) throw error;
      const stored = heldOf(rows.get(row.id));
      if (!isSame(stored, held)) return { outcome: 'lost', stored };
      rows.set(row.id, row);
      writes += 1;
      for (const change of sales) count(salesShard(row.id), change);
      return { outcome: 'replaced' };
    },
  };
}

function heldOf(row: ViewRow | undefined): HeldRow | undefined {
  if (!row) return undefined;
  const sale = 'deleted' in row ? undefined : row.sale;
  return { version: row.version, ...(sale && { sale }) };
}

const isSame = (a: HeldRow | undefined, b: HeldRow | undefined): boolean =>
  a?.version === b?.version && isSameSale(a?.sale, b?.sale);
