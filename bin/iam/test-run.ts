/** One run of vitest in a process of its own, and what its report says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

export interface TestRunSettings {
  /** Test files; none for all. */
  readonly files: readonly string[];
  /** Where the report goes. */
  readonly report: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workers: number;
  /** Ends at the first failure. */
  readonly isBailing: boolean;
  /** Longest time, in ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface TestRun {
  /** What failed: a test's name or, outside of any, the file and the error. Empty when all passed. */
  readonly failures: readonly string[];
  /** By file. */
  readonly durationsMs: ReadonlyMap<string, number>;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** How the one failure begins of a run that had to be ended. */
export const noEnd = 'no end within';

export async function runTests(settings: TestRunSettings): Promise<TestRun> {
  const { report, limitMs, signal } = settings;
  signal.throwIfAborted();
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const child = start(settings);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-4000);
    });
  const isOver = await ended(child, limitMs, signal);
  signal.throwIfAborted();
  if (!isOver) return { failures: [`${noEnd} ${limitMs / 1000} s`], durationsMs: new Map() };
  if (!existsSync(report)) throw new Error(`vitest left no report:\n${printed}`);
  return read(JSON.parse(readFileSync(report, 'utf8')) as Report);
}

function start({ files, report, env, workers, isBailing }: TestRunSettings): ChildProcess {
  const args = [
    ...['run', '--config', 'bin/iam/vitest.config.ts', '--root', '.'],
    ...['--reporter=json', `--outputFile=${report}`, `--maxWorkers=${workers}`],
    ...(isBailing ? ['--bail=1'] : []),
  ];
  return spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args, ...files], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its workers end with it.
    detached: true,
  });
}

/** Whether it came to its end by itself. */
function ended(child: ChildProcess, limitMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(kill, limitMs);
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', reject);
    child.once('close', (_, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(killedBy === null);
    });
  });
}

function read({ testResults }: Report): TestRun {
  const failures = testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length > 0) return failed.map(({ fullName }) => fullName);
      return [`${name.slice(name.lastIndexOf('test/'))}: ${message.split('\n')[0]}`];
    });
  const durationsMs = testResults.map(
    ({ name, startTime, endTime }) =>
      [name.slice(name.lastIndexOf('/test/') + 1), endTime - startTime] as const,
  );
  return { failures, durationsMs: new Map(durationsMs) };
}
