/** The table that a soak prints, and what is recorded of it; the same facts as its JSON, for people. */
import type { CheckResult } from '../demo/checks.ts';
import type { Latencies } from '../demo/measurements.ts';
import { latency, renderCheck, table } from '../demo/report.ts';
import type { SoakRecord } from '../explore/record.ts';

export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly clients: number;
  /** Orders by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests by what their client knew afterwards: done, refused, or nothing. */
  readonly requests: { readonly ok: number; readonly fail: number; readonly info: number };
  readonly kills: number;
  readonly faults: Readonly<Record<string, number>>;
  /** From the start of a process to its first answer. */
  readonly ready: Latencies;
  /** From the end of the load to the moment in which nothing was left to do, clock set forward. */
  readonly restSeconds: number;
  readonly checks: readonly CheckResult[];
}

export function render(report: SoakReport): string {
  const { seed, minutes, clients, outcomes, requests, kills, faults, ready } = report;
  const orders = total(outcomes);
  return [
    `Everonce: ${minutes} minutes under the load of ${clients} clients, seed ${seed}`,
    '',
    ...table([
      ['orders', `${orders}`],
      ['requests', `${requests.ok} done, ${requests.fail} refused, ${requests.info} unknown`],
      ['kills of the process', `${kills}`],
      ['faults', `${total(faults)}`],
      ['start to ready', latency(ready)],
      ['to come to rest', `${report.restSeconds} s, the clock set forward over all waits`],
    ]),
    '',
    'Orders by outcome:',
    ...table(counted(outcomes)),
    '',
    'Faults by kind:',
    ...table(counted(faults)),
    '',
    'Checks:',
    ...report.checks.flatMap(renderCheck),
  ].join('\n');
}

export function recordOf(report: SoakReport, commit: string): SoakRecord {
  const { seed, minutes, clients, outcomes, kills, faults, checks } = report;
  const held = checks.filter(({ problems }) => problems.length === 0).length;
  return {
    ...{ commit, seed, minutes, clients, kills, held },
    ...{ orders: total(outcomes), faults: total(faults), checks: checks.length },
  };
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const counted = (counts: Readonly<Record<string, number>>): string[][] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, `${count}`]);
