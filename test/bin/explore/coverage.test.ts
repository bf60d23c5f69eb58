import { describe, expect, it } from 'vitest';
import { type Cell, coverageOf, holesOf } from '../../../bin/explore/coverage.ts';
import type { Tally } from '../../../bin/explore/record.ts';

const tally = (boundary: number, kind: string, count = 1): Tally => ({
  ...{ boundary, kind, count, what: 'call', letter: kind.charAt(0) },
});

const cellsOf = (struck: readonly Tally[]) =>
  coverageOf(struck).flatMap(({ boundary, cells }) =>
    cells.map((cell) => ({ ...cell, boundary: boundary.number })),
  );

/** Once each, wherever the charter wants a kind and no reason excuses it. */
const enough: readonly Tally[] = cellsOf([])
  .filter(({ isWanted, reason }) => isWanted && reason === undefined)
  .map(({ boundary, letter }) => tally(boundary, letter));

describe('the table of kinds and boundaries', () => {
  it('adds up the variants of a kind at a boundary', () => {
    const struck = [tally(2, 'L', 3), tally(2, 'Lx', 4), tally(2, 'B'), tally(6, 'L')];
    const [found] = cellsOf(struck).filter(
      ({ boundary, letter }) => boundary === 2 && letter === 'L',
    );
    expect(found?.count).toBe(7);
  });

  it('has no hole once everything that the charter wants has struck or has a reason', () => {
    expect(enough.length).toBeGreaterThan(40);
    expect(holesOf({ struck: enough })).toEqual([]);
  });

  it('has a hole for each of these that is missing', () => {
    for (const missing of enough) {
      const holes = holesOf({ struck: enough.filter((each) => each !== missing) });
      expect(holes).toHaveLength(1);
      expect(holes[0]).toContain(`kind ${missing.letter} at boundary ${missing.boundary} (`);
    }
  });

  it('calls a reason stale when what it excuses has happened', () => {
    const [hole, ...others] = holesOf({ struck: [...enough, tally(6, 'S', 2)] });
    expect(hole).toMatch(
      /^2 faults of kind S struck at boundary 6 .* should not be: rows are read/,
    );
    expect(others).toEqual([]);
  });

  it('has reasons only where the charter wants something', () => {
    const explained = cellsOf([]).filter(({ reason }: Cell) => reason !== undefined);
    expect(explained.length).toBeGreaterThan(0);
    expect(explained.filter(({ isWanted }) => !isWanted)).toEqual([]);
  });
});
