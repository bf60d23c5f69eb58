/**
 * Takes one guard after the other away and expects its recorded schedule to break an invariant; one
 * whose absence others hide must go unseen alone. Those that hide each other are taken away together:
 * that must be noticed, and must not be as soon as any one of them is back.
 */
import { join } from 'node:path';
import type { Ending } from '../../command/ending.ts';
import { createProgress } from '../../command/progress.ts';
import { invariants } from '../invariants/all.ts';
import { Lab, type RunResult } from '../lab.ts';
import type { Outcome } from '../main.ts';
import type { Options } from '../options.ts';
import type { GuardRecord } from '../record.ts';
import { writeReport } from '../report.ts';
import { scenarios } from '../scenarios/all.ts';
import { entriesChangedBy } from './build.ts';
import { GuardThreads } from './guard-threads.ts';
import type { Verdict } from './guard-worker.ts';
import { judge, wrongOf } from './judging.ts';
import { type Killing, keepKilling, readKillings } from './killing-schedules.ts';
import { type Removal, removals } from './removals.ts';
import { candidates, type Undisturbed } from './search.ts';

/** Beyond so many a person finds one faster. */
const mostCandidates = 400;

type Judged = {
  readonly removal: Removal;
  readonly verdict: Verdict;
  /** What is not as it must be. */
  readonly wrong: string | undefined;
};

export async function runGuards(
  options: Options,
  { assembly, ending }: { assembly: string; ending: Pick<Ending, 'add' | 'signal'> },
): Promise<Outcome> {
  const all = removals();
  const wanted = all.filter(({ id }) => isWanted(id, options.guards));
  const folder = join(assembly, '..', 'build', 'without-guards');
  const threads = new GuardThreads({ assembly, folder }, options.workers);
  ending.add(() => threads.close());
  const killings = readKillings();
  const undisturbed = options.searches ? await runUndisturbed(assembly) : undefined;
  const bar = createProgress('without guards', wanted.length);
  const judged: Judged[] = [];
  const one = async (removal: Removal) => {
    if (ending.signal.aborted) return;
    const recorded = recordedFor(removal, { all, killings });
    const found = undisturbed ? await candidatesFor(removal, undisturbed) : [];
    const verdict = await judge(threads, removal, [...recorded, ...found]);
    const wrong = wrongOf(removal, verdict, recorded);
    judged.push({ removal, verdict, wrong });
    bar.update(judged.length, removal.id);
    const { schedule, violation } = verdict;
    if (!undisturbed || !schedule || !violation || wrong) return;
    const killing = { schedule, invariant: violation.invariant };
    keepKilling(
      removal.id,
      killing,
      all.map(({ id }) => id),
    );
  };
  await Promise.all(wanted.map(one)).finally(() => bar.finish());
  const outcome = report(judged.sort((a, b) => all.indexOf(a.removal) - all.indexOf(b.removal)));
  const isWhole = judged.length === all.length;
  if (options.writes && isWhole) writeReport({ guards: judged.map(recordOf) });
  return outcome;
}

const isWanted = (id: string, guards: readonly string[]): boolean =>
  guards.length === 0 || guards.includes(id);

/** A guard that must go unseen alone is tried with its own schedule, or with those of its groups. */
function recordedFor(
  { id, expects }: Removal,
  { all, killings }: { all: readonly Removal[]; killings: Readonly<Record<string, Killing>> },
): string[] {
  const own = killings[id];
  if (own || expects.length > 0) return own ? [own.schedule] : [];
  const groups = all.filter((each) => each.id.split('+').includes(id));
  return groups.flatMap((each) => killings[each.id]?.schedule ?? []);
}

const candidatesFor = async ({ guards }: Removal, undisturbed: Undisturbed): Promise<string[]> =>
  candidates(undisturbed, await entriesChangedBy(guards), mostCandidates);

async function runUndisturbed(assembly: string): Promise<Undisturbed> {
  const lab = await Lab.open(assembly, invariants);
  const runs = new Map<string, RunResult>();
  for (const { name } of scenarios)
    runs.set(name, await lab.run({ scenario: name, seed: 1, faults: [] }));
  await lab.close();
  return runs;
}

function report(judged: readonly Judged[]): Outcome {
  const record = judged.map(recordOf);
  const wrong = judged.filter((each) => each.wrong);
  const expected = judged.filter(({ removal }) => removal.expects.length > 0);
  const killed = expected.filter((each) => !each.wrong);
  const summary = `${killed.length} of ${expected.length} removals are noticed; ${judged.length - expected.length} are defence in depth, ${wrong.length} not as expected`;
  return {
    status: wrong.length === 0 ? 0 : 1,
    text: [...judged.map(lineOf), '', summary].join('\n'),
    record: { guards: record, asExpected: judged.length - wrong.length, unexpected: wrong.length },
  };
}

function lineOf({ removal, verdict, wrong }: Judged): string {
  const { schedule, violation, tried } = verdict;
  const found = violation
    ? `${violation.invariant} ${violation.name} by ${schedule}`
    : `unseen in ${tried} schedules`;
  return `${wrong ? '!' : ' '} ${removal.id.padEnd(10)} ${found}${wrong ? `: ${wrong}` : ''}`;
}

function recordOf({ removal, verdict, wrong }: Judged): GuardRecord {
  const { id, guards, expects, hint } = removal;
  const { schedule, violation } = verdict;
  return {
    ...{ id, name: guards.map(({ name }) => name).join('; '), expects },
    ...(schedule && { killedBy: schedule }),
    ...(violation && { invariant: violation.invariant }),
    ...(expects.length === 0 && { remark: hint }),
    ...(wrong && { wrong }),
  };
}
