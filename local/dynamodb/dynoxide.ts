/**
 * The DynamoDB process beside the engine: found, started, watched and ended here. It ends with the
 * engine, however the engine ends. What is stored in it is not its business.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase } from './database.ts';

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
 * the pipes of a dead engine would end it before it has removed the folder.
 */
const guard = `folder=$1; shift; exec 3<&0
"$@" </dev/null & child=$!
exec >/dev/null 2>&1
{ cat <&3; kill $child; } &
exec 3<&-; wait $child; status=$?
[ -z "$folder" ] || rm -rf "$folder"
exit $status`;

export async function startDynoxide(settings: DynoxideSettings = {}): Promise<Dynoxide> {
  if (settings.endpoint) return foreign(settings.endpoint);
  const binary = findBinary();
  const passing = settings.folder ? '' : mkdtempSync(join(memoryFolder(), 'everonce-'));
  const port = await freePort();
  const databasePath = join(settings.folder ?? passing, 'dynamodb.sqlite');
  const serve = ['serve', '--host', '127.0.0.1', '--port', `${port}`, '--db-path', databasePath];
  const child = spawn('/bin/sh', ['-c', guard, 'sh', passing, binary, ...serve], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const life = watch(child, settings.onDeath);
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
  const require = createRequire(import.meta.url);
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const file = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
    return join(dirname(require.resolve(`${name}/package.json`)), file);
  } catch (cause) {
    const what = `the local DynamoDB for this system, the package ${name}, is not installed`;
    const todo =
      'run `npm install --no-save <package>` if it exists for your system, or set DYNAMODB_ENDPOINT to a running DynamoDB, e.g. http://127.0.0.1:8000 of DynamoDB Local';
    throw new Error(`${what}: ${todo}`, { cause });
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

/** dynoxide takes port 0 but does not say which it got. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

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
    void ended.then((message) => reject(new Error(message)));
  });
  void ended.then((message) => {
    child.stdin?.destroy();
    if (isReady && !isStopping) onDeath?.(message);
  });
  child.stdin?.on('error', () => {});
  const stop = async () => {
    isStopping = true;
    child.stdin?.end();
    await ended;
  };
  return { ready, stop };
}
