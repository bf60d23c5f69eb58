/** The command line of `npm run mutate`. */
import { parseArgs } from 'node:util';
import {
  jobsOf,
  jobsUsage,
  type Parsed,
  parsed,
  recording,
  recordingUsage,
  reporting,
  reportingUsage,
  testing,
} from '../command/command-line.ts';

export const usage = `Usage: npm run mutate -- [options]

Changes the domain, the shell and the adapters' guards in every small way that Stryker knows, one
change at a time, and runs the tests that reach it, which must fail. Prints the score per folder and
what survived. Exit status 1 when less than 90 % of the changes are noticed, when one survives that
bin/mutate/explanations.ts does not explain, or when an explanation has become needless.

  ${jobsUsage}
  --only TEXT    Change only files whose path contains TEXT
  --incremental  Keep what is known of changes that neither they nor their tests' files touch;
                 what tests import is not looked at
  ${recordingUsage}
  ${reportingUsage}

build/mutate/decisions.html and guards.html show every change in its place.`;

export interface Options {
  readonly jobs: number;
  readonly only: string;
  readonly isIncremental: boolean;
  readonly writes: boolean;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const incremental = { type: 'boolean', default: false } as const;
    const options = { ...testing, incremental, ...recording, ...reporting };
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) return 'help';
    const { only, incremental: isIncremental, write: writes, json } = values;
    if (writes && (only || isIncremental))
      throw new Error('--write is for whole runs: without --only and --incremental');
    return { jobs: jobsOf(values.jobs), only, isIncremental, writes, json };
  });
}
