/** A thread with a lab of its own: takes schedules, answers with what is left of their runs. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Schedule } from '../../local/explorer/schedule.ts';
import { invariants } from './invariants/all.ts';
import { Lab } from './lab.ts';
import { summaryOf } from './summary.ts';
import { swarmOf } from './swarm.ts';

export interface Task {
  readonly number: number;
  readonly schedule: Schedule;
  /** Seed of faults that are drawn on the way. */
  readonly swarm?: number;
  /** Sites shall carry the state of the world. */
  readonly withStates?: boolean;
}

const port = parentPort;
if (!port) throw new Error('worker.ts is a thread of the explorer and is not run by itself');
const lab = await Lab.open((workerData as { assembly: string }).assembly, invariants);

port.on('message', (task: Task | 'end') => {
  if (task === 'end') void lab.close().then(() => port.close());
  else void work(task);
});

async function work({ number, schedule, swarm, withStates = false }: Task): Promise<void> {
  try {
    const run = await lab.run(schedule, {
      withStates,
      ...(swarm !== undefined && { swarm: swarmOf(swarm) }),
    });
    port?.postMessage({ number, summary: summaryOf(run) });
  } catch (error) {
    port?.postMessage({ number, error: error instanceof Error ? error.stack : String(error) });
  }
}
