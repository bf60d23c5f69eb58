import { describe, expect, it } from 'vitest';
import { swarmOf } from '../../../bin/explore/swarm.ts';
import { faultsAt } from '../../../local/explorer/fault-kinds.ts';
import { siteOf } from './sites.ts';

const site = siteOf('book-shipment/PutItem.Sandbox@1', { source: 'states' });

/** What a seed makes of so many sites. */
function drawn(seed: number, times: number) {
  const swarm = swarmOf(seed);
  return Array.from({ length: times }, () => swarm(site)?.id);
}
const struck = (seed: number, times = 3000) =>
  drawn(seed, times).filter((id): id is string => id !== undefined);

const seeds = Array.from({ length: 40 }, (_, at) => at + 1);

describe('a swarm', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(drawn(5, 500)).toEqual(drawn(5, 500));
    expect(drawn(6, 500)).not.toEqual(drawn(5, 500));
  });

  it('strikes at most twelve times', () => {
    for (const seed of seeds) expect(struck(seed).length).toBeLessThanOrEqual(12);
    expect(seeds.some((seed) => struck(seed).length === 12)).toBe(true);
  });

  it('leaves most sites alone', () => {
    const often = seeds.flatMap((seed) => struck(seed, 20)).length;
    expect(often).toBeGreaterThan(0);
    expect(often).toBeLessThan((seeds.length * 20) / 4);
  });

  it('is of a few kinds, others in each seed', () => {
    const letters = seeds.map((seed) => new Set(struck(seed).map((id) => id.charAt(0))));
    const all = new Set(faultsAt(site).map(({ letter }) => letter));
    expect(letters.some(({ size }) => size > 1 && size < all.size)).toBe(true);
    expect(new Set(letters.flatMap((each) => [...each]))).toEqual(all);
  });

  it('breaks no assumption', () => {
    const ids = new Set(seeds.flatMap((seed) => struck(seed)));
    expect(ids).toContain('Tb');
    expect(ids).not.toContain('Tb20m');
  });
});
