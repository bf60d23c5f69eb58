import { describe, expect, it } from 'vitest';
import { guardOf } from '../../../../bin/explore/guards/catalogue.ts';
import type { Trial, Verdict } from '../../../../bin/explore/guards/guard-worker.ts';
import { judge, wrongOf } from '../../../../bin/explore/guards/judging.ts';
import type { Removal } from '../../../../bin/explore/guards/removals.ts';

const removalOf = (ids: readonly string[], expects: readonly string[]): Removal => ({
  ...{ id: ids.join('+'), guards: ids.map(guardOf), expects, hint: '' },
});

const violationOf = (invariant: string) => ({
  ...{ invariant, name: 'kept', problem: 'it is not', step: 1, atMs: 1 },
});

const breaking = (invariant: string, schedule = 'a'): Verdict => ({
  ...{ schedule, violation: violationOf(invariant), unmet: [], tried: 1 },
});

/** `breaks`: of the guards that are taken away together, the schedules that then break V7. */
const threadsWhere = (breaks: Readonly<Record<string, readonly string[]>>) => ({
  async judge({ guards, schedules }: Trial): Promise<Verdict> {
    const schedule = schedules.find((each) => breaks[guards.join('+')]?.includes(each));
    return schedule ? breaking('V7', schedule) : { unmet: [], tried: schedules.length };
  },
});

describe('guards that hide each other', () => {
  const pair = removalOf(['g14', 'p18'], ['V7']);

  it('are shown to matter by a schedule that breaks nothing once either of them is back', async () => {
    const threads = threadsWhere({ 'g14+p18': ['a', 'b'], p18: ['a'] });
    const verdict = await judge(threads, pair, ['a', 'b']);
    expect(verdict).toMatchObject({ schedule: 'b' });
    expect(wrongOf(pair, verdict, ['a'])).toBeUndefined();
  });

  it('are not, when one of them alone does the same harm: the other may be in its place', async () => {
    const verdict = await judge(threadsWhere({ 'g14+p18': ['a'], p18: ['a'] }), pair, ['a']);
    expect(wrongOf(pair, verdict, ['a'])).toBe('V7 kept breaks also with g14 in its place');
  });
});

describe('a removal', () => {
  const noticed = removalOf(['g14'], ['V7', 'V5']);
  const inDepth = removalOf(['p25'], []);
  const unseen: Verdict = { unmet: [], tried: 1 };

  it('that must be noticed is right only when what it expects breaks', () => {
    expect(wrongOf(noticed, breaking('V5'), [])).toBeUndefined();
    expect(wrongOf(noticed, breaking('V9'), [])).toBe('V9 kept broke, expected V7 or V5');
    expect(wrongOf(noticed, breaking('run'), [])).toBe('run kept broke, expected V7 or V5');
    expect(wrongOf(noticed, unseen, [])).toBe('nothing broke, expected V7 or V5');
  });

  it('in depth is right when nothing breaks, although every recorded fault has struck', () => {
    expect(wrongOf(inDepth, unseen, ['a'])).toBeUndefined();
    expect(wrongOf(inDepth, breaking('V7'), ['a'])).toBe('V7 kept broke, expected nothing');
    expect(wrongOf(inDepth, { unmet: ['a'], tried: 1 }, ['a'])).toBe('a fault of a never struck');
    expect(wrongOf(inDepth, { unmet: ['found'], tried: 2 }, ['a'])).toBeUndefined();
    expect(wrongOf(inDepth, { unmet: [], tried: 0 }, [])).toBe('no schedule is recorded');
  });
});
