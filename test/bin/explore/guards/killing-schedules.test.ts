import { describe, expect, it } from 'vitest';
import { readKillings } from '../../../../bin/explore/guards/killing-schedules.ts';
import { removals } from '../../../../bin/explore/guards/removals.ts';
import { parseOptions } from '../../../../bin/explore/options.ts';

const killings = Object.entries(readKillings());
const known = new Map(removals().map((removal) => [removal.id, removal]));

describe('a schedule that is recorded for a removal', () => {
  it('is for one that there is', () => {
    expect(killings.filter(([id]) => !known.has(id))).toEqual([]);
  });

  it('can be run here: its scenario and its faults are known', () => {
    const wrong = killings.flatMap(([id, { schedule }]) => {
      const parsed = parseOptions(['--replay', schedule]);
      return parsed.kind === 'run' ? [] : [[id, parsed]];
    });
    expect(wrong).toEqual([]);
  });

  it('broke an invariant that is expected to break; none where others keep the promise', () => {
    const wrong = killings.filter(([id, { invariant }]) => {
      const expects = known.get(id)?.expects ?? [];
      return invariant === undefined ? expects.length > 0 : !expects.includes(invariant);
    });
    expect(wrong).toEqual([]);
  });

  it('stands in the order of the catalogue', () => {
    const order = [...known.keys()];
    const places = killings.map(([id]) => order.indexOf(id));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
