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
  readonly number: number;
  /** Ids of the guards to take away together. */
  readonly guards: readonly string[];
  /** To be run in turns until one breaks something. */
  readonly schedules: readonly string[];
}

export interface Verdict {
  readonly number: number;
  /** The schedule that broke something first. */
  readonly schedule?: string;
  readonly violation?: Violation;
  readonly tried: number;
}

const port = parentPort;
if (!port) throw new Error('guard-worker.ts is a thread of the explorer and is not run by itself');
const { assembly, folder } = workerData as { assembly: string; folder: string };

port.on('message', (trial: Trial | 'end') => {
  if (trial === 'end') port.close();
  else void answer(trial);
});

async function answer(trial: Trial): Promise<void> {
  try {
    port?.postMessage(await judge(trial));
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    port?.postMessage({ number: trial.number, error: text });
  }
}

async function judge({ number, guards, schedules }: Trial): Promise<Verdict> {
  const target = join(folder, guards.join('+') || 'all');
  await assemblyWithout(guards.map(guardOf), { source: assembly, target });
  const lab = await Lab.open(target, invariants);
  let tried = 0;
  try {
    for (const id of schedules) {
      tried++;
      const { violations } = await lab.run(parseSchedule(id));
      const [violation] = violations;
      if (violation) return { number, schedule: id, violation, tried };
    }
    return { number, tried };
  } finally {
    await lab.close();
  }
}
