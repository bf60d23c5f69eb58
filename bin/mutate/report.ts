/** What `npm run mutate` has found: in lines for people, and as it is recorded. */
import type { MutationRecord } from '../explore/record.ts';
import type { Explained } from './explain.ts';
import type { Score, Survivor } from './findings.ts';

export interface Findings {
  readonly scores: readonly Score[];
  readonly survivors: Explained;
  readonly seconds: number;
}

/** In percent; below it the tests are not worth their name. */
export const leastScore = 90;

export function totalOf(scores: readonly Score[]): Score {
  const sum = (count: (score: Score) => number) => scores.reduce((all, one) => all + count(one), 0);
  return {
    folder: 'all',
    mutants: sum(({ mutants }) => mutants),
    noticed: sum(({ noticed }) => noticed),
  };
}

const percent = ({ mutants, noticed }: Score): number =>
  mutants === 0 ? 100 : (100 * noticed) / mutants;

export const isGood = ({ scores, survivors: { unexplained, stale } }: Findings): boolean =>
  percent(totalOf(scores)) >= leastScore && unexplained.length === 0 && stale.length === 0;

export function recordOf({ scores, survivors }: Findings): MutationRecord {
  const { mutants, noticed: killed } = totalOf(scores);
  return { mutants, killed, explained: survivors.explained.length };
}

export function render({ scores, survivors, seconds }: Findings): string {
  const { unexplained, explained, stale } = survivors;
  return [
    ...explained.map((survivor) => `  ${place(survivor)}\n    explained: ${survivor.reason}`),
    ...unexplained.map((survivor) => `✗ ${place(survivor)}`),
    ...stale.map((change) => `✗ noticed or gone, remove its explanation: ${change}`),
    '',
    `Unnoticed: ${unexplained.length} unexplained, ${explained.length} explained`,
    ...[...scores, totalOf(scores)].map(line),
    `${Math.round(seconds)} s; every change in its place: build/mutate/decisions.html and guards.html`,
  ].join('\n');
}

const place = ({ file, line, change, isUnreached }: Survivor): string =>
  `${file}:${line} ${change}${isUnreached ? ' (no test comes here)' : ''}`;

const line = (score: Score): string =>
  `${score.folder.padEnd(24)} ${percent(score).toFixed(2).padStart(6)} %  ${score.noticed} of ${score.mutants} changes noticed`;
