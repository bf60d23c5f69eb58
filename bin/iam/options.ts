/** The command line of `npm run iam`. */
import { parseArgs } from 'node:util';
import {
  jobsOf,
  jobsUsage,
  type Parsed,
  parsed,
  reporting,
  reportingUsage,
  testing,
} from '../command/command-line.ts';

export const usage = `Usage: npm run iam -- [options]

Runs every test and notes which statement of the template's policies allowed what. Then takes each
statement away in turn, and runs the cheapest test file that used it, which must fail. Exit status 1
when an action is granted that no test uses, or a statement is missed by no test, unless
bin/iam/explanations.ts says why.

  ${jobsUsage}
  --only TEXT    Take away only statements whose name contains TEXT, e.g. a logical id
  ${reportingUsage}`;

export interface Options {
  readonly jobs: number;
  readonly only: string;
  readonly json: string | undefined;
}

export function parseOptions(args: readonly string[]): Parsed<Options> {
  return parsed(() => {
    const { values } = parseArgs({ args: [...args], options: { ...testing, ...reporting } });
    if (values.help) return 'help';
    return { jobs: jobsOf(values.jobs), only: values.only, json: values.json };
  });
}
