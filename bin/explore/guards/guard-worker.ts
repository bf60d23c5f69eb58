/** A thread that takes guards out of an assembly and runs schedules on what is left. */
import { join } from 'node:path';
import { parentPort, threadId, workerData } from 'node:worker_threads';
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
  /** Schedules of which not every fault struck: they may never have come to where the guard was. */
  readonly unmet: readonly string[];
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
  // What one removal takes away may be what another leaves away, in another thread at the same time.
  const target = join(folder, String(threadId), guards.join('+') || 'all');
  await assemblyWithout(guards.map(guardOf), { source: assembly, target });
  const lab = await Lab.open(target, invariants);
  const unmet: string[] = [];
  let tried = 0;
  let other: Pick<Verdict, 'schedule' | 'violation'> = {};
  try {
    for (const id of schedules) {
      tried++;
      const schedule = parseSchedule(id);
      const { violations, struck } = await lab.run(schedule);
      if (struck.length < schedule.faults.length) unmet.push(id);
      const violation = tellingOf(violations, expects);
      if (!violation) continue;
      if (expects.includes(violation.invariant)) return { schedule: id, violation, unmet, tried };
      if (!other.violation) other = { schedule: id, violation };
    }
    return { ...other, unmet, tried };
  } finally {
    await lab.close();
  }
}

/** A run that went wrong as such, in which a policy refused a call, say, proves nothing about a guard. */
const tellingOf = (
  violations: readonly Violation[],
  expects: readonly string[],
): Violation | undefined =>
  violations.find(({ invariant }) => invariant === 'run') ??
  violations.find(({ invariant }) => expects.includes(invariant)) ??
  violations[0];
