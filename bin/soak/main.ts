/** The course of `npm run soak`: arguments in, a table, JSON and an exit status out. */
import { anySeed, showUsage } from '../command/command-line.ts';
import { commitNow } from '../command/commit.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { writeReport } from '../explore/report.ts';
import { onOwnFolder, type Setup } from '../kill-test/own-folder.ts';
import { parseOptions, usage } from './options.ts';
import { recordOf, render, type SoakReport } from './report.ts';
import { runSoak } from './run.ts';

/** Resolves with the exit status: 0 when every check holds. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, anySeed);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { options } = parsed;
  const { signal } = new Ending((error) => console.error('The soak failed:', error));
  try {
    const run = (setup: Setup) => runSoak(options, setup, signal);
    const write = (report: SoakReport) => writeReport({ soak: recordOf(report, commitNow()) });
    return await onOwnFolder({
      ...{ ...options, name: 'soak', signal, run, render },
      ...(options.writes && { write }),
    });
  } catch (error) {
    if (signal.aborted) return interruptedStatus;
    console.error(explainFailure(error, 'The soak failed'));
    return 1;
  }
}
