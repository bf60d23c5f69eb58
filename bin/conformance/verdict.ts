/** What the outcomes of one endpoint come to, with regard to what is known to differ. */
import type { Case, Outcome } from './case.ts';
import type { KnownDifference } from './known-differences.ts';

/** One endpoint and what it made of the cases. */
export interface Column {
  readonly name: string;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Of the engine; nothing is known of others. */
  readonly known: readonly KnownDifference[];
}

export type Cell = Outcome['kind'] | 'known' | 'no longer differs';

export function cellOf({ outcomes, known }: Column, id: string): Cell {
  const kind = outcomes.get(id)?.kind ?? 'not answered';
  if (!known.some((difference) => difference.id === id)) return kind;
  return kind === 'ok' ? 'no longer differs' : 'known';
}

/** As documented, or as known: nothing new. */
export const isAsExpected = (column: Column, cases: readonly Case[]): boolean =>
  cases.every(({ id }) => ['ok', 'known'].includes(cellOf(column, id)));
