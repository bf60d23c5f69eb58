/** One schedule, once to read what happens, or often to see that the same happens each time. */
import { type Schedule, scheduleId } from '../../local/explorer/schedule.ts';
import type { Ending } from '../command/ending.ts';
import { invariants } from './invariants/all.ts';
import { Lab, type RunResult } from './lab.ts';
import type { Outcome } from './main.ts';
import type { Options } from './options.ts';
import type { ReplayRecord } from './record.ts';
import { writeReport } from './report.ts';
import { scenarios } from './scenarios/all.ts';
import { timelineOf } from './timeline.ts';

export async function runReplay(
  { replay, times, writes }: Options,
  { assembly, ending }: { assembly: string; ending: Pick<Ending, 'add' | 'signal'> },
): Promise<Outcome> {
  if (!replay) throw new Error('a replay needs a schedule');
  const lab = await Lab.open(assembly, invariants);
  ending.add(() => lab.close());
  const runs = await repeat(lab, replay, { times, signal: ending.signal });
  const [first] = runs;
  if (!first) return { status: 1, text: 'interrupted', record: {} };
  const hashes = [...new Set(runs.map(({ trace }) => trace))];
  const record: ReplayRecord = { schedule: scheduleId(replay), times: runs.length, hashes };
  if (writes) writeReport({ replays: record });
  const unmet = replay.faults.length - first.struck.length;
  const lines = [
    timelineOf(first),
    unmet > 0
      ? `${unmet} of its faults never struck: the run did not come to their sites, or there was nothing to change`
      : '',
    `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${hashes.length === 1 ? 'one trace' : `${hashes.length} different traces`}: ${hashes.join(', ')}`,
  ];
  const isRight = first.violations.length === 0 && hashes.length === 1 && unmet === 0;
  return { status: isRight ? 0 : 1, text: lines.filter(Boolean).join('\n'), record };
}

/** Between two runs another schedule leaves its marks on the host: they must not show. */
async function repeat(
  lab: Lab,
  schedule: Schedule,
  { times, signal }: { times: number; signal: AbortSignal },
): Promise<RunResult[]> {
  const runs: RunResult[] = [];
  while (runs.length < times && !signal.aborted) {
    runs.push(await lab.run(schedule));
    const other = scenarios[runs.length % scenarios.length];
    if (runs.length < times && other)
      await lab.run({ scenario: other.name, seed: runs.length, faults: [] });
  }
  return runs;
}
