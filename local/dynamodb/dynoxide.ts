/**
 * The DynamoDB process beside the engine: found, started, watched and ended here. It ends with the
 * engine, however the engine ends. What is stored in it is not its business.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { openDatabase } from './database.ts';
import { DynoxideFailed, knownVersion } from './dynoxide-failed.ts';

export interface DynoxideSettings {
  /** A DynamoDB that is already there, e.g. DynamoDB Local; it is used as it is. */
  readonly endpoint?: string;
  /** Where the items stay when the process is gone. @default a folder that goes with it */
  readonly folder?: string;
  /** Told when the process ends without having been stopped. */
  readonly onDeath?: (message: string) => void;
}

export interface Dynoxide {
  readonly endpoint: string;
  /** The SQLite file; none behind an endpoint that was already there. */
  readonly databasePath: string | undefined;
  /** Deletes every item and stream record, quickly: for tests that start afresh again and again. */
  reset(): void;
  stop(): Promise<void>;
}

/**
 * `$1` = folder to remove at the end, empty for none; the rest is the command. The inner `cat` ends when
 * the engine's end of the pipe closes, whatever closed it. The shell itself stays silent: a word into
 * the pipes of a dead engine would end it before it has removed the folder. A limit on the size of
 * files shall be an error to dynoxide, as a full disk is, and not its death.
 */
const guard = `folder=$1; shift; exec 3<&0; trap '' XFSZ
"$@" </dev/null & child=$!
exec >/dev/null 2>&1
{ cat <&3; kill $child; } &
exec 3<&-; wait $child; status=$?
[ -z "$folder" ] || rm -rf "$folder"
exit $status`;

export async function startDynoxide(settings: DynoxideSettings = {}): Promise<Dynoxide> {
  if (settings.endpoint) return foreign(settings.endpoint);
  const binary = findBinary();
  for (let tries = 1; ; tries++) {
    const started = await start(binary, settings).catch((error: unknown) => asFailure(error));
    if (!(started instanceof Error)) return started;
    if (tries === mostTries || !passes.test(started.message)) throw started;
    await pause(betweenTriesMs);
  }
}

/** Somebody took the port first; or the one before, whose engine was killed, is still ending. */
const passes = /already in use|locked/;
const mostTries = 20;
const betweenTriesMs = 100;

const asFailure = (error: unknown): Error =>
  error instanceof Error ? error : new DynoxideFailed(String(error));

async function start(binary: string, { folder, onDeath }: DynoxideSettings): Promise<Dynoxide> {
  const passing = folder ? '' : mkdtempSync(join(memoryFolder(), 'everonce-'));
  const port = await freePort();
  const databasePath = join(folder ?? passing, 'dynamodb.sqlite');
  const serve = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--db-path', databasePath];
  const child = spawn('/bin/sh', ['-c', guard, 'sh', passing, binary, ...serve], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const life = watch(child, onDeath);
  // The shell does it, unless it is killed itself.
  void life.ended.then(() => passing && rmSync(passing, { recursive: true, force: true }));
  await life.ready;
  const reset = () => resetDatabase(databasePath);
  return { endpoint: `http://127.0.0.1:${port}`, databasePath, reset, stop: life.stop };
}

const foreign = (endpoint: string): Dynoxide => ({
  endpoint,
  databasePath: undefined,
  reset() {
    throw new Error(
      `the DynamoDB at ${endpoint} was there before the engine, which does not reset it`,
    );
  },
  stop: async () => {},
});

function resetDatabase(path: string): void {
  const database = openDatabase(path);
  database.reset();
  database.close();
}

function findBinary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  const { file, version } = findPackage(name);
  if (version !== knownVersion)
    throw new DynoxideFailed(
      `the local DynamoDB, the package ${name}, is there in version ${version}, but the engine ` +
        `knows ${knownVersion} only: run \`npm ci\``,
    );
  return join(dirname(file), process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
}

function findPackage(name: string): { file: string; version: string } {
  const require = createRequire(import.meta.url);
  try {
    const file = require.resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return { file, version };
  } catch (cause) {
    const what = `the local DynamoDB for this system, the package ${name}, is not installed`;
    const todo = `run \`npm ci\`, which brings it unless optional dependencies are left out; where it does not exist for your system, set DYNAMODB_ENDPOINT to a running DynamoDB, e.g. http://127.0.0.1:8000 of DynamoDB Local`;
    throw new DynoxideFailed(`${what}: ${todo}`, { cause });
  }
}

/** Memory where the system has it as a folder: durability costs time, and temporary data need none. */
function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** It takes 30 ms; a machine with other work on it takes its time. */
const readyLimitMs = 30_000;

const afterStart =
  'If its words do not tell why: `npm ci` installs it anew, and another data folder begins afresh.';
const afterDeath =
  'Nothing works without it. Start again: what is in a data folder is kept, all else is gone.';

function watch(child: ChildProcess, onDeath: DynoxideSettings['onDeath']) {
  let said = '';
  let isStopping = false;
  let isReady = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`DynamoDB could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(`DynamoDB (dynoxide) ended with ${signal ?? `status ${code}`}: ${said.trim()}`),
    );
  });
  const ready = new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer) => {
      said = `${said}${text}`.slice(-2000);
      if (isReady || !said.includes('listening on')) return;
      isReady = true;
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    void ended.then((message) => reject(new DynoxideFailed(`${message}\n${afterStart}`)));
    void pause(readyLimitMs, undefined, { ref: false }).then(() => {
      if (isReady) return;
      child.stdin?.end();
      const what = `DynamoDB (dynoxide) did not listen within ${readyLimitMs / 1000} s: ${said.trim()}`;
      reject(new DynoxideFailed(`${what}\n${afterStart}`));
    });
  });
  void ended.then((message) => {
    child.stdin?.destroy();
    if (isReady && !isStopping) onDeath?.(`${message}\n${afterDeath}`);
  });
  child.stdin?.on('error', () => {});
  const stop = async () => {
    isStopping = true;
    child.stdin?.end();
    await ended;
  };
  return { ready, ended, stop };
}
