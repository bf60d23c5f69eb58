/**
 * The process that is killed: an engine on a data folder, its API on a port, and faults from a seed.
 * Tells its parent of every fault and of all that must never happen; ends with its parent.
 */
import { createEngine } from '../../local/engine.ts';
import { ownResponse } from '../../local/http-api/message.ts';
import { type Handle, listen } from '../../local/http-api/server.ts';
import { Ending } from '../command/ending.ts';
import type { Setup } from '../kill-test/own-folder.ts';
import { beginFaults, soakChaos } from './faults.ts';
import { type News, troubleIn } from './news.ts';

export interface FaultyEngineSettings extends Setup {
  readonly port: number;
  /** Null: nothing is broken any more. */
  readonly seed: number | null;
}

const newsEveryMs = 200;

async function live(settings: FaultyEngineSettings): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const ending = new Ending(reportDefect);
  process.on('uncaughtException', (error) => ending.failed.reject(error));
  let handle: Handle = async () => ownResponse(503);
  const server = await listen((request) => handle(request), settings.port, reportDefect);
  ending.add(() => server.close());
  const engine = await startEngine(settings, ending);
  ending.add(() => engine.stop());
  if (settings.seed !== null) beginFaults(engine, { seed: settings.seed, onFault: counter() });
  handle = engine.handle;
  try {
    await Promise.race([ending.asked, ending.failed.promise]);
  } finally {
    await ending.finish();
  }
}

const startEngine = ({ assembly, dataDir, seed }: FaultyEngineSettings, ending: Ending) =>
  createEngine({
    assembly,
    kernel: 'real',
    dataDir,
    ...(seed !== null && { chaos: soakChaos }),
    onLog: ({ functionName, line }) => {
      const trouble = troubleIn(functionName, line);
      if (trouble !== undefined) tell({ trouble });
    },
    // What the end itself upsets is no news.
    onDefect: (error) => !ending.signal.aborted && reportDefect(error),
    onDeath: (message) => ending.failed.reject(new Error(message)),
    watchdog: true,
  });

/** Counts, and tells now and then. */
function counter(): (name: string) => void {
  let faults: Record<string, number> = {};
  setInterval(() => {
    if (Object.keys(faults).length > 0) tell({ faults });
    faults = {};
  }, newsEveryMs);
  return (name) => {
    faults[name] = (faults[name] ?? 0) + 1;
  };
}

const reportDefect = (error: unknown): void => {
  const said = error instanceof Error ? error.stack : error;
  tell({ trouble: `the engine itself has failed: ${said}` });
};

const tell = (news: News): void => void process.send?.(news);

await live(JSON.parse(process.argv[2] ?? '') as FaultyEngineSettings);
process.exit(0);
