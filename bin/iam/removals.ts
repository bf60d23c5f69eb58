/** Takes statements away, one at a time, and finds the check that misses each. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAccess } from '../../local/iam/access.ts';
import { checkDeployment } from '../../local/iam/deployment.ts';
import type { Statement } from '../../local/iam/statement.ts';
import { loadAssembly } from '../../local/template/load.ts';
import { TemplateError } from '../../local/template/properties.ts';
import { writeAssemblyWithout } from './assembly-without.ts';
import { nameOf } from './granted.ts';
import { type RecordedUse, readRecorded } from './recorded.ts';
import { noEnd, runTests } from './test-run.ts';

export interface Removal {
  /** `<effect> <logical id>#<index> <actions>` */
  readonly statement: string;
  /** What failed without it: a test, or the deployment's own check; nothing when nothing did. */
  readonly missedBy: string | undefined;
}

export interface RemovalSettings {
  readonly assembly: string;
  readonly uses: readonly RecordedUse[];
  readonly durationsMs: ReadonlyMap<string, number>;
  /** Folder for the assemblies that lack something. */
  readonly folder: string;
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** Far beyond any test file; what a missing permission makes wait for ever ends here. */
const limitMs = 120_000;

export async function removeEach(
  statements: readonly Statement[],
  settings: RemovalSettings,
): Promise<Removal[]> {
  const todo = [...statements.entries()];
  const removals: Removal[] = [];
  const work = async (job: number): Promise<void> => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      const [index, statement] = next;
      removals[index] = await remove(statement, settings, join(settings.folder, `job-${job}`));
      settings.onProgress(removals.filter(Boolean).length);
    }
  };
  await Promise.all(Array.from({ length: settings.jobs }, (_, job) => work(job)));
  return removals;
}

async function remove(
  statement: Statement,
  settings: RemovalSettings,
  folder: string,
): Promise<Removal> {
  const { effect, actions } = statement;
  const assembly = join(folder, 'assembly');
  writeAssemblyWithout(settings.assembly, statement, assembly);
  const name = `${effect} ${nameOf(statement)} ${actions.values.join(',')}`;
  const complaint = deploymentComplaint(assembly);
  if (complaint !== undefined) return { statement: name, missedBy: complaint };
  const file = cheapestUser(nameOf(statement), settings);
  if (file === undefined) return { statement: name, missedBy: undefined };
  const failure = await failureOf(file, { folder, assembly, signal: settings.signal });
  return { statement: name, missedBy: failure && `${file}: ${failure}` };
}

interface Trial {
  readonly folder: string;
  readonly assembly: string;
  readonly signal: AbortSignal;
}

/** Nothing when the file passes. A failure without any refusal has another reason, and proves nothing. */
async function failureOf(file: string, { folder, assembly, signal }: Trial) {
  const records = join(folder, 'records');
  rmSync(records, { recursive: true, force: true });
  mkdirSync(records, { recursive: true });
  const { failures } = await runTests({
    ...{ files: [file], report: join(folder, 'report.json'), workers: 1 },
    ...{ isBailing: true, limitMs, signal },
    env: { EVERONCE_TEST_ASSEMBLY: assembly, EVERONCE_IAM_RECORD: records },
  });
  const [failure] = failures;
  const isEnded = failure !== undefined && !failure.startsWith(noEnd);
  if (isEnded && readRecorded(records).refusals.length === 0)
    throw new Error(`${file} fails, and not for want of a permission: ${failure}`);
  return failure;
}

/** What AWS checks by itself needs no test to be missed. */
function deploymentComplaint(assembly: string): string | undefined {
  try {
    const model = loadAssembly(assembly);
    checkDeployment(model, createAccess(model.access));
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `deployment: ${error.message.split('\n').slice(0, 2).join(' ')}`;
  }
}

function cheapestUser(name: string, { uses, durationsMs }: RemovalSettings): string | undefined {
  const files = new Set(uses.filter(({ statement }) => statement === name).map(({ file }) => file));
  const cost = (file: string): number => durationsMs.get(file) ?? Number.POSITIVE_INFINITY;
  return [...files].sort((a, b) => cost(a) - cost(b))[0];
}
