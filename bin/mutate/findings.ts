/** What has become of the mutants: the score of each folder, and the survivors in words. */
import { dirname } from 'node:path';
import type { Mutant } from './run-stryker.ts';

export interface Score {
  readonly folder: string;
  readonly mutants: number;
  /** Noticed by a failing test, or by never ending. */
  readonly noticed: number;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  /** The line with the change in it: `if («isNew → true») {`. Lines that follow are left out. */
  readonly change: string;
  /** No test comes there at all. */
  readonly isUnreached: boolean;
}

const noticed = ['Killed', 'Timeout'];
const missed = ['Survived', 'NoCoverage'];

export function scoresOf(mutants: readonly Mutant[]): Score[] {
  const counted = mutants.filter(({ status }) => [...noticed, ...missed].includes(status));
  const byFolder = Map.groupBy(counted, ({ fileName }) => dirname(fileName));
  return [...byFolder].sort().map(([folder, own]) => ({
    folder,
    mutants: own.length,
    noticed: own.filter(({ status }) => noticed.includes(status)).length,
  }));
}

/** `linesOf` answers a file's lines. */
export function survivorsOf(
  mutants: readonly Mutant[],
  linesOf: (file: string) => readonly string[],
): Survivor[] {
  return mutants
    .filter(({ status }) => missed.includes(status))
    .map((mutant) => ({
      file: mutant.fileName,
      line: mutant.location.start.line,
      change: changeOf(mutant, linesOf(mutant.fileName)),
      isUnreached: mutant.status === 'NoCoverage',
    }));
}

/** Lines and columns count from 1; the end is the column behind. */
function changeOf(mutant: Mutant, lines: readonly string[]): string {
  const { start, end } = mutant.location;
  const first = lines[start.line - 1] ?? '';
  const isOneLine = start.line === end.line;
  const from = start.column - 1;
  const original = isOneLine ? first.slice(from, end.column - 1) : `${first.slice(from)} …`;
  const replacement = (mutant.replacement ?? '').replace(/\s+/g, ' ');
  const after = isOneLine ? first.slice(end.column - 1) : '';
  return `${first.slice(0, from)}«${original} → ${replacement}»${after}`.trim();
}
