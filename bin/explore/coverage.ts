/**
 * Which kinds of faults have struck at which boundary. A cell that the charter wants is counted or has
 * a reason; one without either is a hole, and a reason for what has happened all the same is stale.
 */
import { type Boundary, boundaries } from './boundaries.ts';
import type { CampaignRecord } from './record.ts';

/** In the charter's order. */
export const letters = [...'BLCTDRHPSK'] as const;

export interface Cell {
  readonly letter: string;
  readonly isWanted: boolean;
  readonly count: number;
  /** Why it may be empty. */
  readonly reason?: string;
}

export interface CoverageRow {
  readonly boundary: Boundary;
  readonly cells: readonly Cell[];
}

const noWebhook = 'no provider calls us: webhooks are not built';
const everywhereStrong =
  'rows are read strongly consistent, held by the test *are strongly consistent, whoever reads*; only lists ask an index: boundary 2';

/** By boundary and letter: `5 C`. */
const reasons: Readonly<Record<string, string>> = {
  '5 C': 'a consumer dies at its calls, before and after each: boundaries 6, 7 and 9',
  '6 S': everywhereStrong,
  '12 S': 'the projector reads nothing: `docs/decisions/0005-the-projector-reads-nothing.md`',
  ...Object.fromEntries(['10 D', '10 R', '10 P', '10 K'].map((cell) => [cell, noWebhook])),
  ...Object.fromEntries(['11 L', '11 D', '11 R'].map((cell) => [cell, noWebhook])),
};

type Struck = CampaignRecord['struck'];

export const coverageOf = (struck: Struck): readonly CoverageRow[] =>
  boundaries.map((boundary) => ({
    boundary,
    cells: letters.map((letter) => cellOf(boundary, letter, struck)),
  }));

function cellOf({ number, letters: wanted }: Boundary, letter: string, struck: Struck) {
  const reason = reasons[`${number} ${letter}`];
  const count = struck
    .filter((tally) => tally.boundary === number && tally.letter === letter)
    .reduce((sum, tally) => sum + tally.count, 0);
  return { letter, isWanted: wanted.includes(letter), count, ...(reason && { reason }) };
}

/** What fails a complete campaign: cells without count and reason, and reasons that do not hold. */
export const holesOf = ({ struck }: Pick<CampaignRecord, 'struck'>): string[] =>
  coverageOf(struck).flatMap(({ boundary, cells }) => {
    const at = `boundary ${boundary.number} (${boundary.title})`;
    return cells.flatMap(({ letter, isWanted, count, reason }) => {
      if (isWanted && count === 0 && !reason)
        return [`expected faults of kind ${letter} at ${at}, found none and no reason for it`];
      if (count > 0 && reason)
        return [
          `${count} faults of kind ${letter} struck at ${at}, which should not be: ${reason}`,
        ];
      return [];
    });
  });
