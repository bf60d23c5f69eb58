/**
 * The watchdog's own thread: waits for the main thread's heartbeat, and when that stays away asks the
 * debugger where the main thread is, says so, and ends the process.
 */
import { writeSync } from 'node:fs';
import { type Debugger, Session } from 'node:inspector';
import { isMainThread, workerData } from 'node:worker_threads';

/** Places in the memory that the threads share. */
export const cells = { beats: 0, stop: 1 } as const;

export interface WatchData {
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly everyMs: number;
  /** So many looks without a heartbeat are too many. */
  readonly looks: number;
}

/** Native code that never ends cannot be interrupted, and then nobody answers. */
const patienceMs = 1000;
const mostFrames = 8;
const bundleFolder = '/var/task/';

function watch({ shared, everyMs, looks }: WatchData): void {
  let silent = 0;
  let last = -1;
  while (silent < looks) {
    if (Atomics.wait(shared, cells.stop, 0, everyMs) !== 'timed-out') return;
    const beats = Atomics.load(shared, cells.beats);
    silent = beats === last ? silent + 1 : 0;
    last = beats;
  }
  void report((everyMs * looks) / 1000);
}

async function report(seconds: number): Promise<void> {
  const place = await Promise.race([findPlace(), nobody()]);
  const who = place?.functionName ? `The function ${place.functionName}` : 'The main thread';
  const where = place
    ? ['It is here:', ...place.frames.map((frame) => `    at ${frame}`)]
    : ['It is in native code, which tells nobody whose it is.'];
  const lines = [
    `${who} has not yielded for ${seconds} s: an endless loop? Nothing else can run meanwhile, so the engine ends.`,
    ...where,
    'Lambda would end a function at its timeout, and the others would go on.',
  ];
  // Synchronously, since a thread's console goes through the main thread.
  writeSync(2, `${lines.join('\n')}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const nobody = (): Promise<undefined> =>
  new Promise((resolve) => void setTimeout(resolve, patienceMs, undefined));

type Place = { readonly functionName: string | undefined; readonly frames: readonly string[] };

/** Stops the main thread, wherever it is. */
async function findPlace(): Promise<Place> {
  const session = new Session();
  session.connectToMainThread();
  // A frame's own address stays empty.
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
    urls.set(scriptId, url.replace('file://', ''));
  });
  const paused = new Promise<Debugger.CallFrame[]>((resolve) => {
    session.once('Debugger.paused', ({ params }) => resolve(params.callFrames));
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  const frames = await paused;
  const urlOf = ({ location }: Debugger.CallFrame) => urls.get(location.scriptId) ?? '';
  const own = frames.find((frame) => urlOf(frame).startsWith(bundleFolder));
  const functionName = own && (await nameOf(session, own));
  const shown = frames.slice(0, mostFrames).map((frame) => describe(frame, urlOf(frame)));
  return { functionName, frames: shown };
}

function describe({ functionName, location }: Debugger.CallFrame, url: string): string {
  const { lineNumber, columnNumber = 0 } = location;
  return `${functionName || '(anonymous)'} (${url}:${lineNumber + 1}:${columnNumber + 1})`;
}

/** All bundles have the same path; whose it is says the environment that its code sees. */
function nameOf(
  session: Session,
  { callFrameId }: Debugger.CallFrame,
): Promise<string | undefined> {
  const expression = 'process.env.AWS_LAMBDA_FUNCTION_NAME';
  return new Promise((resolve) => {
    session.post(
      'Debugger.evaluateOnCallFrame',
      { callFrameId, expression, returnByValue: true, silent: true },
      (_error, answer) => resolve(answer?.result.value as string | undefined),
    );
  });
}

// Other threads load this module, too.
if (!isMainThread && (workerData as Partial<WatchData> | null)?.shared)
  watch(workerData as WatchData);
