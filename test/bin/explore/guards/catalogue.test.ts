import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { absentGuards } from '../../../../bin/explore/guards/absent.ts';
import { guardOf, guards } from '../../../../bin/explore/guards/catalogue.ts';
import { charterId, type Guard, isSourceEdit } from '../../../../bin/explore/guards/guard.ts';
import { removals } from '../../../../bin/explore/guards/removals.ts';
import { sourcesWithout } from '../../../../bin/explore/guards/source-edits.ts';
import { invariants } from '../../../../bin/explore/invariants/all.ts';

const charter = Array.from({ length: 48 }, (_, index) => `g${index + 1}`);
const ids = guards.map(({ id }) => id);

describe('the catalogue of guards', () => {
  it('has every guard of the charter, or the reason why it does not exist here', () => {
    const found = new Set([...ids.map(charterId), ...Object.keys(absentGuards)]);
    expect(charter.filter((id) => !found.has(id))).toEqual([]);
  });

  it('has no guard that it says does not exist', () => {
    expect(Object.keys(absentGuards).filter((id) => ids.map(charterId).includes(id))).toEqual([]);
    expect(Object.keys(absentGuards).filter((id) => !charter.includes(id))).toEqual([]);
  });

  it('names each guard once', () => {
    expect(ids).toEqual([...new Set(ids)]);
    expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
  });

  it.each(guards.map((guard) => [guard.id, guard] as const))(
    'finds every text of %s exactly once in the source, and replaces it by another',
    (_, guard) => {
      expect(guard.edits.length).toBeGreaterThan(0);
      for (const [path, text] of sourcesWithout([guard]))
        expect(text).not.toBe(readFileSync(path, 'utf8'));
    },
  );

  it('names an invariant for each removal that must be noticed, and none for defence in depth', () => {
    const wrong = guards.filter(
      ({ expects, defenceInDepth = false }) => (expects.length === 0) !== defenceInDepth,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
    const named = removals().flatMap(({ expects }) => expects);
    const known = invariants.map(({ id }) => id);
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });

  it('edits nothing but the product', () => {
    const files = guards.flatMap(({ edits }) => edits.filter(isSourceEdit).map(({ file }) => file));
    expect(files.filter((file) => !file.startsWith('lambdas/'))).toEqual([]);
    expect(files.filter((file) => file.includes('/sandbox/'))).toEqual([]);
  });
});

describe('removals', () => {
  it('take each guard away alone, and then together with each that hides its absence', () => {
    const [lookUp] = removals([guardOf('g26a')]);
    const together = removals([guardOf('g26a')]).slice(1);
    expect(lookUp).toMatchObject({ id: 'g26a', expects: [] });
    expect(together.map(({ id }) => id)).toEqual(['g26a+p27']);
    expect(together[0]?.guards.map(({ id }) => id)).toEqual(['g26a', 'p27']);
  });

  it('fit together in every pair', () => {
    for (const { guards: both } of removals()) expect(() => sourcesWithout(both)).not.toThrow();
  });

  it('expect something to break of every pair', () => {
    const pairs = removals().filter(({ guards: both }) => both.length > 1);
    expect(pairs.filter(({ expects }) => expects.length === 0)).toEqual([]);
  });
});

describe('a guard that is no longer where it was', () => {
  const moved = (find: string): Guard => ({
    id: 'g99',
    name: 'nothing happens twice',
    expects: ['V7'],
    edits: [{ file: 'lambdas/domain/money.ts', find, replace: '' }],
    hint: 'none',
  });

  it.each([
    ['is missing', 'a text that no source has', '0 times'],
    ['is there more than once', 'currency', 'times, expected once'],
  ])('is refused, naming guard and file, when its text %s', (_, find, times) => {
    expect(() => sourcesWithout([moved(find)])).toThrow(/g99.*nothing happens twice.*money\.ts/);
    expect(() => sourcesWithout([moved(find)])).toThrow(times);
  });

  it('is refused when its file is gone', () => {
    const [edit] = moved('x').edits;
    const gone: Guard = {
      ...moved('x'),
      edits: [{ find: 'x', replace: '', ...edit, file: 'lambdas/domain/gone.ts' }],
    };
    expect(() => sourcesWithout([gone])).toThrow(/g99.*cannot read.*gone\.ts/);
  });
});
