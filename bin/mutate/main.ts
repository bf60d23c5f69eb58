/** The course of `npm run mutate`: change, test, compare with the explanations, report. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { showUsage } from '../command/command-line.ts';
import { expectWritable } from '../command/json-file.ts';
import { writeReport } from '../explore/report.ts';
import { explain } from './explain.ts';
import { explanations } from './explanations.ts';
import { scoresOf, survivorsOf } from './findings.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { type Findings, isGood, recordOf, render } from './report.ts';
import { type Mutant, runStryker } from './run-stryker.ts';
import { layers } from './scope.ts';

const folder = 'build/mutate';

/** Resolves with the exit status: 0 when the score is reached and nothing is left unexplained. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  try {
    return await mutateAndReport(parsed.options);
  } catch (error) {
    console.error(`npm run mutate failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

async function mutateAndReport(options: Options): Promise<number> {
  if (options.json) expectWritable(options.json);
  const findings = await examine(options);
  console.log(render(findings));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(findings, null, 2)}\n`);
  if (options.writes) writeReport({ mutation: recordOf(findings) });
  return isGood(findings) ? 0 : 1;
}

async function examine({ jobs, only, isIncremental }: Options): Promise<Findings> {
  const chosen = layers(only);
  if (chosen.length === 0) throw new Error(`no file that is changed is named like ${only}`);
  // Copies that a killed run left behind.
  rmSync(`${folder}/copies`, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const start = performance.now();
  const mutants: Mutant[] = [];
  for (const layer of chosen) {
    console.error(`Testing every change of the ${layer.files.length} files of ${layer.name} …`);
    const own = await runStryker({ layer, jobs, isIncremental, folder });
    mutants.push(...own.map(named));
  }
  const survivors = survivorsOf(mutants, (file) => readFileSync(file, 'utf8').split('\n'));
  const files = chosen.flatMap((layer) => layer.files);
  return {
    scores: scoresOf(mutants),
    survivors: explain(survivors, explanations, files),
    seconds: (performance.now() - start) / 1000,
  };
}

/** By its path from here. */
const named = (mutant: Mutant): Mutant => ({
  ...mutant,
  fileName: relative('.', mutant.fileName).replaceAll('\\', '/'),
});
