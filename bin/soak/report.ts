/** The table that a soak prints; the same facts as its JSON, for people. */
import type { CheckResult } from '../demo/checks.ts';
import type { Latencies } from '../demo/measurements.ts';
import { latency, renderCheck, table } from '../demo/report.ts';

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

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const counted = (counts: Readonly<Record<string, number>>): string[][] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, `${count}`]);
