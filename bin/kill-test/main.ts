/** The course of `npm run kill-test`: arguments in, a table, JSON and an exit status out. */
import { anySeed, showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { latency, renderCheck, table } from '../demo/report.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { onOwnFolder, type Setup } from './own-folder.ts';
import { type KillReport, runKillTest } from './run.ts';

/** Resolves with the exit status: 0 when every check holds. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, anySeed);
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

function runAndReport(options: Options, signal: AbortSignal): Promise<number> {
  const run = (setup: Setup) => runKillTest(options, setup, signal);
  return onOwnFolder({ ...options, name: 'kill-test', signal, run, render });
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
