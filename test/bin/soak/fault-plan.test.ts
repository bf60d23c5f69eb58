import { describe, expect, it } from 'vitest';
import { ArmedFaults } from '../../../bin/soak/armed-faults.ts';
import { engineKinds, faultNames, nameOf } from '../../../bin/soak/fault-kinds.ts';
import { faultPlan } from '../../../bin/soak/fault-plan.ts';
import { Tally } from '../../../bin/soak/tally.ts';
import type { Site } from '../../../local/explorer/site.ts';

const kinds = ['lost', 'late', 'double', 'killed'];
function episodes(seed: number, count: number, of: readonly string[] = kinds) {
  const plan = faultPlan(seed, of);
  return Array.from({ length: count }, () => plan.next().value);
}

describe('a plan of faults', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(episodes(5, 40)).toEqual(episodes(5, 40));
    expect(episodes(5, 40)).not.toEqual(episodes(6, 40));
  });

  it('gives every kind its turn before one comes again', () => {
    const planned = episodes(5, 12).map(({ kind }) => kind);
    for (const round of [planned.slice(0, 4), planned.slice(4, 8), planned.slice(8)])
      expect(round.toSorted()).toEqual(kinds.toSorted());
  });

  it('comes through a round of all kinds within the shortest life of an engine', () => {
    const round = episodes(1, faultNames.length, faultNames);
    expect(round.reduce((sum, { waitMs }) => sum + waitMs, 0)).toBeLessThan(20_000);
  });
});

describe('an armed fault', () => {
  const site: Site = {
    ...{ id: 'relay/SendMessageBatch@1', what: 'call', actor: 'relay', source: 'stream' },
    ...{ action: 'SendMessageBatch', place: 'queue', path: 'relay', edge: 'relay' },
  };
  const [lost] = engineKinds.filter(({ what, id }) => what === 'call' && id === 'B');
  const armed = (chance: number) => {
    const faults = new ArmedFaults(() => chance);
    if (lost) faults.arm(lost, 2);
    return faults;
  };

  it('strikes as often as it is to, and then no more', () => {
    const faults = armed(0);
    expect([1, 2, 3].map(() => faults.at(site)?.id)).toEqual(['B', 'B', undefined]);
  });

  it('lets most sites pass, and all that are not of its kind', () => {
    expect(armed(0.9).at(site)).toBeUndefined();
    expect(armed(0).at({ ...site, what: 'delivery' })).toBeUndefined();
  });
});

describe('a soak', () => {
  const never = (minutes: number) => {
    const tally = new Tally();
    for (const name of faultNames.slice(1)) tally.hear({ faults: { [name]: 1 } });
    return tally.checks(minutes, 3).flatMap(({ problems }) => problems);
  };

  it('of five minutes or more fails when a kind of fault never struck', () => {
    expect(never(5)).toEqual([`never: ${faultNames[0]}`]);
    expect(never(4)).toEqual([]);
  });

  it('has a name of its own for every fault', () => {
    expect(new Set(faultNames).size).toBe(faultNames.length);
    expect(engineKinds.map(nameOf).filter((name) => !faultNames.includes(name))).toEqual([]);
  });
});
