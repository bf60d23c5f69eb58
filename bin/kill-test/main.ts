/** The course of `npm run kill-test`: arguments in, a table, JSON and an exit status out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { expectWritable } from '../command/json-file.ts';
import { synthesize } from '../command/synthesize.ts';
import { allHold } from '../demo/checks.ts';
import { latency, renderCheck, table } from '../demo/report.ts';
import { largestSeed, type Options, parseOptions, usage } from './options.ts';
import { type KillReport, runKillTest } from './run.ts';

/** Resolves with the exit status: 0 when every check holds. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, () => Math.floor(Math.random() * largestSeed) + 1);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { signal } = new Ending((error) => console.error('The kill test failed:', error));
  try {
    return await runAndReport(parsed.options, signal);
  } catch (error) {
    if (signal.aborted) return interruptedStatus;
    console.error(explainFailure(error, 'The kill test failed'));
    return 1;
  }
}

async function runAndReport(options: Options, signal: AbortSignal): Promise<number> {
  const { json, seed } = options;
  if (json) expectWritable(json);
  const assembly = await synthesize(signal);
  const dataDir = mkdtempSync(join(tmpdir(), 'everonce-kill-test-'));
  let holds = false;
  try {
    const report = await runKillTest(options, { assembly, dataDir }, signal);
    console.log(render(report));
    if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
    holds = allHold(report.checks);
  } finally {
    if (holds || signal.aborted) rmSync(dataDir, { recursive: true, force: true });
    else console.error(`\n--seed ${seed} failed; its data is in ${dataDir}`);
  }
  return holds ? 0 : 1;
}

function render(report: KillReport): string {
  const { kills, seed, clients, orders, triedAgain, seconds, ready, restSeconds, checks } = report;
  return [
    `Everonce: ${kills} kills under the load of ${clients} clients, seed ${seed}`,
    '',
    ...table([
      ['orders', `${orders} (${triedAgain} requests tried again)`],
      ['took', `${seconds} s, of which ${restSeconds} s to come to rest after the last order`],
      ['start to ready', latency(ready)],
    ]),
    '',
    'Checks:',
    ...checks.flatMap(renderCheck),
  ].join('\n');
}
