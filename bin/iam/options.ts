/** The command line of `npm run iam`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Parsed, parsed, whole } from '../command/command-line.ts';

export const usage = `Usage: npm run iam -- [options]

Runs every test and notes which statement of the template's policies allowed what. Then takes each
statement away in turn, and runs the cheapest test file that used it, which must fail. Exit status 1
when an action is granted that no test uses, or a statement is missed by no test, unless
bin/iam/explanations.ts says why.

  --jobs N       Test runs beside each other. Default: as many as there are cores
  --only TEXT    Take away only statements whose name contains TEXT, e.g. a logical id
  --json FILE    Write everything that is printed, and more, to FILE.
  --help         Show this.`;

export interface Options {
  readonly jobs: number;
  readonly only: string;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        jobs: { type: 'string', default: String(availableParallelism()) },
        only: { type: 'string', default: '' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) return 'help';
    const jobs = whole('--jobs', values.jobs, 64);
    return { jobs, only: values.only, json: values.json };
  });
}
