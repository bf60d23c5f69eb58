/** The course of `npm run explore`: arguments in; progress, a summary, records and an exit status out. */
import { writeFileSync } from 'node:fs';
import { showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { expectWritable } from '../command/json-file.ts';
import { synthesize } from '../command/synthesize.ts';
import { boundaries } from './boundaries.ts';
import { runGuards } from './guards/run-guards.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { runCampaign } from './run-campaign.ts';
import { runReplay } from './run-replay.ts';
import { scenarios } from './scenarios/all.ts';

export interface Outcome {
  readonly status: number;
  /** What is printed. */
  readonly text: string;
  /** What `--json` writes. */
  readonly record: object;
}

/** Resolves with the exit status: 0 when nothing was broken and nothing was missing. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const ending = new Ending((error) => console.error('The exploration failed:', error));
  try {
    return await runAndReport(parsed.options, ending);
  } catch (error) {
    if (ending.signal.aborted) return interruptedStatus;
    console.error(explainFailure(error, 'The exploration failed'));
    return 1;
  } finally {
    await ending.finish();
  }
}

async function runAndReport(options: Options, ending: Ending): Promise<number> {
  const { mode, json } = options;
  if (mode === 'scenarios') return list(scenarios.map(({ name, title }) => [name, title]));
  if (mode === 'boundaries')
    return list(boundaries.map(({ number, title }) => [`${number}`, title]));
  if (json !== undefined) expectWritable(json);
  const assembly = await synthesize(ending.signal);
  const run = { replay: runReplay, guards: runGuards, campaign: runCampaign }[mode];
  const { status, text, record } = await run(options, { assembly, ending });
  console.log(text);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(record, null, 2)}\n`);
  return ending.signal.aborted ? interruptedStatus : status;
}

function list(rows: readonly (readonly [string, string])[]): number {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, title] of rows) console.log(`${name.padEnd(width)}  ${title}`);
  return 0;
}
