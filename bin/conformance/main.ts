/** The course of `npm run conformance`: ask each endpoint in turn, print, judge the first. */
import { writeFile } from 'node:fs/promises';
import { showUsage } from '../command/command-line.ts';
import { Ending, interruptedStatus } from '../command/ending.ts';
import { explainFailure } from '../command/explain.ts';
import { expectWritable } from '../command/json-file.ts';
import { synthesize } from '../command/synthesize.ts';
import type { Case } from './case.ts';
import { cases as allCases } from './cases.ts';
import { closeClients, createClients } from './clients.ts';
import { knownDifferences } from './known-differences.ts';
import { aws, type Options, parseOptions, usage } from './options.ts';
import { type OwnEngine, startOwnEngine } from './own-engine.ts';
import { runCases } from './run.ts';
import { differencesOf, tableOf } from './table.ts';
import { type Column, isAsExpected } from './verdict.ts';

/** AWS creates a table in ten seconds and counts messages once a minute; an emulator at once. */
const pace = {
  aws: { atOnce: 8, limitMs: 300_000 },
  local: { atOnce: 8, limitMs: 60_000 },
};

/** Resolves with the exit status once everything that was created is removed. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage);
  const ending = new Ending((error) => console.error('The end has failed:', error));
  try {
    return await compare(parsed.options, ending);
  } catch (error) {
    if (ending.signal.aborted) return interruptedStatus;
    console.error(explainFailure(error, 'The comparison failed'));
    return 1;
  } finally {
    await ending.finish();
  }
}

async function compare(options: Options, ending: Ending): Promise<number> {
  const cases = allCases.filter(({ id }) => options.only?.test(id) ?? true);
  if (cases.length === 0) {
    console.error(
      `--only ${options.only?.source} matches no case; ids begin dynamodb., streams., …`,
    );
    return 2;
  }
  if (options.json) expectWritable(options.json);
  const columns: Column[] = [];
  const defects: unknown[] = [];
  if (options.endpoints.length === 0) {
    const engine = await startAloud(ending);
    const outcomes = await ask(engine.endpoint, cases, options, ending);
    columns.push({ name: 'engine', outcomes, known: knownDifferences });
    defects.push(...engine.defects);
  }
  for (const name of options.endpoints)
    columns.push({ name, outcomes: await ask(name, cases, options, ending), known: [] });
  if (ending.signal.aborted) {
    console.error('Ended before its end; what was created is removed.');
    return interruptedStatus;
  }
  for (const line of [...tableOf(cases, columns), ...differencesOf(cases, columns)])
    console.log(line);
  for (const defect of defects) console.error('The engine itself has failed:', defect);
  if (options.json) await writeFile(options.json, jsonOf(cases, columns));
  const [first] = columns;
  return first && isAsExpected(first, cases) && defects.length === 0 ? 0 : 1;
}

async function startAloud(ending: Ending): Promise<OwnEngine> {
  console.error('Synthesizing the stack for the engine …');
  const engine = await startOwnEngine(await synthesize(ending.signal));
  ending.add(() => engine.stop());
  return engine;
}

async function ask(
  endpoint: string,
  cases: readonly Case[],
  { roleArn }: Options,
  { signal }: Ending,
): Promise<Column['outcomes']> {
  const clients = createClients(endpoint);
  const show = progress(endpoint, cases.length);
  try {
    return await runCases(cases, {
      clients,
      roleArn,
      ...(endpoint === aws ? pace.aws : pace.local),
      signal,
      onDone: show,
      onLeft: (id, error) => console.error(`${id} left something behind:`, error),
    });
  } finally {
    closeClients(clients);
  }
}

function progress(endpoint: string, total: number): () => void {
  let done = 0;
  if (!process.stderr.isTTY) console.error(`Asking ${endpoint} for ${total} cases …`);
  return () => {
    done++;
    if (process.stderr.isTTY)
      process.stderr.write(`\r${endpoint}: ${done} of ${total} cases${done < total ? '' : '\n'}`);
  };
}

const jsonOf = (cases: readonly Case[], columns: readonly Column[]): string =>
  JSON.stringify(
    cases.map(({ id, rule, source }) => ({
      id,
      rule,
      source,
      outcomes: Object.fromEntries(columns.map(({ name, outcomes }) => [name, outcomes.get(id)])),
    })),
    null,
    2,
  );
