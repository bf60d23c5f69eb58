/** What is left of a run when it is over: enough to explore on, to count and to report. */
import type { Letter } from '../../local/explorer/fault-kind.ts';
import type { PlannedFault, Site } from '../../local/explorer/site.ts';
import { problemOf } from './invariants/operations.ts';
import type { RunResult } from './lab.ts';
import type { Violation } from './watcher.ts';
import type { Happening } from './world.ts';

export interface Summary {
  /** The schedule as it went: its struck faults only. */
  readonly id: string;
  readonly sites: readonly Site[];
  readonly struck: readonly (PlannedFault & { readonly letter: Letter; readonly met: Site })[];
  readonly violations: readonly Violation[];
  readonly trace: string;
  /** What has happened at least once, in words that coverage looks for. */
  readonly marks: readonly string[];
}

export const summaryOf = (run: RunResult): Summary => ({
  id: run.id,
  sites: run.sites,
  struck: run.struck.map(({ site, fault }) => ({
    ...{ site: site.id, fault: fault.id, letter: fault.letter, met: site },
  })),
  violations: run.violations,
  trace: run.trace,
  marks: marksOf(run),
});

/** Refused calls by their paths' ends, functions' errors, and what each entry made of each table's rows. */
function marksOf({ happenings, refusals }: RunResult): string[] {
  const marks = new Set(refusals);
  for (const happening of happenings) marks.add(markOf(happening));
  marks.delete('');
  return [...marks];
}

function markOf(happening: Happening): string {
  switch (happening.kind) {
    case 'change': {
      const { by, table, before, after } = happening.change;
      return `${by} ${table} ${statusOf(before)} → ${statusOf(after)}`;
    }
    case 'delivery': {
      const { entry, outcome, message } = happening.delivery;
      if (outcome === 'ok') return `${entry} ends`;
      return joined(`${entry} ends with ${outcome}`, reasonIn(message));
    }
    case 'answer':
      return joined(
        `client is told ${happening.operation.status ?? 'nothing'}`,
        problemOf(happening.operation),
      );
    default:
      return '';
  }
}

const joined = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(Boolean).join(' ');

/** A code alone, or the words before a colon: what follows names one run's things. */
const reasonIn = (message = ''): string | undefined =>
  /^([A-Z_]+$|[a-z ]+(?=:))/.exec(message)?.[0];

const statusOf = (row: Readonly<Record<string, unknown>> | undefined): string =>
  row === undefined ? 'none' : String(row.status ?? 'there');
