/** The course of `npm run iam`: record, take away, compare with the explanations, report. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../local/template/load.ts';
import { showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { expectWritable } from '../command/json-file.ts';
import { createProgress } from '../command/progress.ts';
import { explain } from './explain.ts';
import { missedByNone, neverUsed } from './explanations.ts';
import { nameOf, statementsOf, unusedOf } from './granted.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { readRecorded } from './recorded.ts';
import { removeEach } from './removals.ts';
import { type Findings, isClean, render } from './report.ts';
import { runTests } from './test-run.ts';

const folder = 'build/iam';
/** The suite's own assembly: what its global setup synthesizes. */
const assembly = 'build/cdk.test.out';
const suiteLimitMs = 900_000;

/** Resolves with the exit status: 0 when nothing is left unexplained. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const { signal } = new Ending((error) => console.error('npm run iam failed:', error));
  try {
    return await runAndReport(parsed.options, signal);
  } catch (error) {
    if (signal.aborted) return interruptedStatus;
    console.error(`npm run iam failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runAndReport(options: Options, signal: AbortSignal): Promise<number> {
  if (options.json) expectWritable(options.json);
  const findings = await examine(options, signal);
  console.log(render(findings));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(findings, null, 2)}\n`);
  return isClean(findings) ? 0 : 1;
}

async function examine({ jobs, only }: Options, signal: AbortSignal): Promise<Findings> {
  const { uses, durationsMs } = await record(jobs, signal);
  const { access } = loadAssembly(assembly);
  const unused = unusedOf(access, uses).map((each) => Object.values(each).join(' '));
  // The text of an AWS-managed policy is not the template's to change.
  const own = statementsOf(access).filter(({ logicalId }) => !logicalId.includes('.'));
  const chosen = own.filter((statement) => nameOf(statement).includes(only));
  if (chosen.length === 0) throw new Error(`no statement of the template is named like ${only}`);
  const progress = createProgress('Statements taken away', chosen.length);
  const removals = await removeEach(chosen, {
    ...{ assembly, uses, durationsMs, folder, jobs, signal },
    onProgress: progress.update,
  });
  progress.finish();
  const missed = removals.filter(({ missedBy }) => missedBy === undefined);
  const needless = missed.map(({ statement }) => statement);
  const isPart = only !== '';
  return {
    unused: explain(unused, neverUsed),
    needless: withoutStale(explain(needless, missedByNone), isPart),
    removals,
  };
}

/** A part of the statements says nothing about explanations of others. */
const withoutStale = (explained: ReturnType<typeof explain>, isPart: boolean) =>
  isPart ? { ...explained, stale: [] } : explained;

async function record(workers: number, signal: AbortSignal) {
  const records = join(folder, 'uses');
  mkdirSync(records, { recursive: true });
  console.error('Running every test, and noting what allows it …');
  const { failures, durationsMs } = await runTests({
    ...{ files: [], report: join(folder, 'report.json'), workers, isBailing: false },
    ...{ limitMs: suiteLimitMs, signal, env: { EVERONCE_IAM_RECORD: records } },
  });
  if (failures.length > 0)
    throw new Error(`tests fail before anything is taken away:\n${failures.join('\n')}`);
  return { uses: readRecorded(records).uses, durationsMs };
}
