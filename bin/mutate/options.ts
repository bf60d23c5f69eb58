/** The command line of `npm run mutate`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Parsed, parsed, whole } from '../command/command-line.ts';

export const usage = `Usage: npm run mutate -- [options]

Changes the domain, the shell and the adapters' guards in every small way that Stryker knows, one
change at a time, and runs the tests that reach it, which must fail. Prints the score per folder and
what survived. Exit status 1 when less than 90 % of the changes are noticed, when one survives that
bin/mutate/explanations.ts does not explain, or when an explanation has become needless.

  --jobs N       Test runs beside each other. Default: as many as there are cores
  --only TEXT    Change only files whose path contains TEXT
  --incremental  Keep what is known of changes that neither they nor their tests' files touch;
                 what tests import is not looked at
  --json FILE    Write everything that is printed, and more, to FILE.
  --help         Show this.

build/mutate/decisions.html and guards.html show every change in its place.`;

export interface Options {
  readonly jobs: number;
  readonly only: string;
  readonly isIncremental: boolean;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        jobs: { type: 'string', default: String(availableParallelism()) },
        only: { type: 'string', default: '' },
        incremental: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    const { only, incremental: isIncremental, json } = values;
    return { jobs: whole('--jobs', values.jobs, 64), only, isIncremental, json };
  });
}
