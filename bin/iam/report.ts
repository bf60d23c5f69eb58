/** What `npm run iam` has found, in lines for people. */
import type { Explained } from './explain.ts';
import type { Removal } from './removals.ts';

export interface Findings {
  /** Granted actions that no test used. */
  readonly unused: Explained;
  /** Statements that no test missed. */
  readonly needless: Explained;
  readonly removals: readonly Removal[];
}

export const isClean = ({ unused, needless }: Findings): boolean =>
  [unused, needless].every(
    ({ unexplained, stale }) => unexplained.length === 0 && stale.length === 0,
  );

export const render = ({ unused, needless, removals }: Findings): string =>
  [
    `${removals.length} statements taken away, one at a time; each is missed by:`,
    ...removals
      .filter(({ missedBy }) => missedBy !== undefined)
      .map(({ statement, missedBy }) => `  ${statement}\n    ${missedBy}`),
    '',
    ...renderExplained('Statements that nothing misses', needless),
    '',
    ...renderExplained('Granted actions that no test uses', unused),
  ].join('\n');

function renderExplained(title: string, { explained, unexplained, stale }: Explained): string[] {
  return [
    `${title}: ${unexplained.length} unexplained, ${explained.length} explained`,
    ...unexplained.map((finding) => `  ✗ ${finding}`),
    ...explained.map(({ finding, reason }) => `  ${finding}\n    explained: ${reason}`),
    ...stale.map((about) => `  ✗ the explanation of ${about} matches nothing: remove it`),
  ];
}
