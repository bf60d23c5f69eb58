/** The comparison as people read it: a table of all cases, then each difference in words. */
import type { Case, Outcome } from './case.ts';
import { type Cell, type Column, cellOf } from './verdict.ts';

/** Values of answers can be long; what differs shows at their beginning. */
const longestValue = 300;

export function tableOf(cases: readonly Case[], columns: readonly Column[]): string[] {
  const idWidth = Math.max(...cases.map(({ id }) => id.length));
  const widths = columns.map(({ name }) => Math.max(name.length, 'no longer differs'.length));
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(idWidth), ...cells.map((cell, i) => cell.padEnd(widths[i] ?? 0))]
      .join('  ')
      .trimEnd();
  return [
    line(
      'case',
      columns.map(({ name }) => name),
    ),
    ...cases.map(({ id }) =>
      line(
        id,
        columns.map((column) => cellOf(column, id)),
      ),
    ),
    '',
    ...columns.map((column) => `${column.name}: ${countsOf(column, cases)}`),
  ];
}

export function differencesOf(cases: readonly Case[], columns: readonly Column[]): string[] {
  return cases.flatMap(({ id, rule, source }) => {
    const lines = columns.flatMap((column) => explain(column, id));
    return lines.length === 0 ? [] : ['', `${id}: ${rule}`, `  ${source}`, ...lines];
  });
}

function explain(column: Column, id: string): string[] {
  const outcome = column.outcomes.get(id);
  const known = column.known.find((difference) => difference.id === id);
  const reason = known ? [`    known: ${known.because}`] : [];
  return outcome && outcome.kind !== 'ok'
    ? [`  ${column.name} ${inWords(outcome)}`, ...reason]
    : [];
}

function inWords(outcome: Exclude<Outcome, { kind: 'ok' }>): string {
  if (outcome.kind === 'not answered') return `did not answer: ${cut(outcome.why)}`;
  return `expected ${cut(outcome.expected)}, found ${cut(outcome.found)}`;
}

const cut = (text: string): string =>
  text.length <= longestValue ? text : `${text.slice(0, longestValue)} …`;

function countsOf(column: Column, cases: readonly Case[]): string {
  const counts = new Map<Cell, number>();
  for (const { id } of cases) {
    const cell = cellOf(column, id);
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return [...counts].map(([cell, count]) => `${count} ${cell}`).join(', ');
}
