/** V23: the counters of a day are what adding up the view's rows comes to. */
import type { Row } from '../world.ts';
import type { Invariant } from './invariant.ts';

export const counters: Invariant = {
  id: 'V23',
  name: 'counters',
  sentence: 'Orders and revenue of each day equal their recomputation over the rows of the view.',
  watch: () => ({
    atRest(world) {
      const rows = world.rows('OrderView');
      const counted = sums(rows.flatMap(counterParts));
      const expected = sums(rows.flatMap(saleParts));
      return [...new Set([...counted.keys(), ...expected.keys()])]
        .map((name) => ({ name, found: counted.get(name) ?? 0, due: expected.get(name) ?? 0 }))
        .filter(({ found, due }) => found !== due)
        .map(({ name, found, due }) => `${name}: counted ${found}, recomputed ${due}`);
    },
  }),
};

type Part = readonly [name: string, amount: number];

function sums(parts: readonly Part[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const [name, amount] of parts) totals.set(name, (totals.get(name) ?? 0) + amount);
  return totals;
}

/** One of the shards `sales#<day>#<shard>`. */
function counterParts({ id, ...attributes }: Row): Part[] {
  const [, day] = /^sales#([^#]+)#/.exec(String(id)) ?? [];
  if (day === undefined) return [];
  return Object.entries(attributes).map(([name, amount]) => [`${day} ${name}`, Number(amount)]);
}

function saleParts({ status, order }: Row): Part[] {
  if (status !== 'CONFIRMED') return [];
  const { placedAt, total } = JSON.parse(String(order)) as {
    placedAt: string;
    total: { amount: number; currency: string };
  };
  const day = placedAt.slice(0, 10);
  return [
    [`${day} orders`, 1],
    [`${day} revenue#${total.currency}`, total.amount],
  ];
}
