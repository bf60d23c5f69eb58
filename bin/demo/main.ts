/** The course of `npm run demo`: arguments in, tables, JSON and an exit status out. */
import { writeFileSync } from 'node:fs';
import { showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { expectWritable } from '../command/json-file.ts';
import { allHold } from './checks.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { BadOrderBook } from './order-book.ts';
import { renderReport } from './report.ts';
import { runDemo } from './run.ts';

/** Resolves with the exit status: 0 when every check holds. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { signal } = new Ending(reportDefect);
  try {
    return await runAndReport(parsed.options, signal);
  } catch (error) {
    if (signal.aborted) return interruptedStatus;
    const isOutspoken = error instanceof BadOrderBook;
    console.error(isOutspoken ? error.message : explainFailure(error, 'The demo failed'));
    return 1;
  }
}

async function runAndReport(options: Options, signal: AbortSignal): Promise<number> {
  const { json } = options;
  if (json) expectWritable(json);
  const report = await runDemo(options, signal);
  console.log(renderReport(report));
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  return allHold(report.checks) ? 0 : 1;
}

const reportDefect = (error: unknown): void =>
  console.error('The engine itself has failed:', error);
