/** A thread that takes guards out of an assembly and runs schedules on what is left. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { parseSchedule } from '../../../local/explorer/schedule.ts';
import { invariants } from '../invariants/all.ts';
import { Lab } from '../lab.ts';
import type { Violation } from '../watcher.ts';
import { assemblyWithout } from './build.ts';
import { guardOf } from './catalogue.ts';

export interface Trial {
  /** Ids of the guards to take away together. */
  readonly guards: readonly string[];
  /** Ids of invariants of which one must break; empty when none must. */
  readonly expects: readonly string[];
  /** To be run in turns until one breaks what is expected. */
  readonly schedules: readonly string[];
}

export interface Verdict {
  /** The schedule that broke what is expected; failing that, the first that broke anything. */
  readonly schedule?: string;
  readonly violation?: Violation;
  readonly tried: number;
}

const port = parentPort;
if (!port) throw new Error('guard-worker.ts is a thread of the explorer and is not run by itself');
const { assembly, folder } = workerData as { assembly: string; folder: string };

port.on('message', (trial: Trial) => void answer(trial));

async function answer(trial: Trial): Promise<void> {
  try {
    port?.postMessage(await judge(trial));
  } catch (error) {
    port?.postMessage({ error: error instanceof Error ? error.stack : String(error) });
  }
}

async function judge({ guards, expects, schedules }: Trial): Promise<Verdict> {
  const target = join(folder, guards.join('+') || 'all');
  await assemblyWithout(guards.map(guardOf), { source: assembly, target });
  const lab = await Lab.open(target, invariants);
  let tried = 0;
  let other: Omit<Verdict, 'tried'> = {};
  try {
    for (const schedule of schedules) {
      tried++;
      const { violations } = await lab.run(parseSchedule(schedule));
      const violation = violations.find(({ invariant }) => expects.includes(invariant));
      if (violation) return { schedule, violation, tried };
      const [first] = violations;
      if (first && !other.violation) other = { schedule, violation: first };
    }
    return { ...other, tried };
  } finally {
    await lab.close();
  }
}
