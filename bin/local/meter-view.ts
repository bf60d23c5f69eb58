/** What `GET /_local/meter` shows: everything counted since the start, and the same per order. */
import type { Usage } from '../../local/gateway/meter.ts';

type Tree = { readonly [name: string]: number | Tree };
export type MeterView = Usage & { readonly orders: number; readonly perOrder: Tree };

export const meterView = (usage: Usage, orders: number): MeterView => ({
  ...usage,
  orders,
  perOrder: orders === 0 ? {} : divide(usage as unknown as Tree, orders),
});

/** Rounded to a thousandth: enough to read, and to multiply by a million orders. */
function divide(tree: Tree, by: number): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round((1000 * value) / by) / 1000 : divide(value, by),
    ]),
  );
}
