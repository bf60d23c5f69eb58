/**
 * Takes one guard after the other away and expects its recorded schedule to break an invariant; one
 * whose absence others hide must go unseen alone, and be seen when they are gone too.
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
import { type Killing, keepKilling, readKillings } from './killing-schedules.ts';
import { type Removal, removals } from './removals.ts';
import { candidates, type Undisturbed } from './search.ts';

/** Beyond so many a person finds one faster. */
const mostCandidates = 400;

type Judged = {
  readonly removal: Removal;
  readonly verdict: Verdict;
  readonly isAsExpected: boolean;
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
    const schedules = await schedulesFor(removal, { all, killings, undisturbed });
    const { guards, expects } = removal;
    const ids = guards.map(({ id }) => id);
    const verdict = await threads.judge({ guards: ids, expects, schedules });
    const isRight = isAsExpected(removal, verdict);
    judged.push({ removal, verdict, isAsExpected: isRight });
    bar.update(judged.length, removal.id);
    const { schedule, violation } = verdict;
    if (!undisturbed || !schedule || !violation || !isRight) return;
    const killing = { schedule, invariant: violation.invariant };
    keepKilling(
      removal.id,
      killing,
      all.map(({ id }) => id),
    );
  };
  await Promise.all(wanted.map(one)).finally(() => bar.finish());
  const outcome = report(judged.sort((a, b) => all.indexOf(a.removal) - all.indexOf(b.removal)));
  if (options.writes) writeReport({ guards: judged.map(recordOf) });
  return outcome;
}

const isWanted = (id: string, guards: readonly string[]): boolean =>
  guards.length === 0 || guards.includes(id);

/** A guard that must go unseen alone is tried with what shows its pairs. */
async function schedulesFor(
  { id, guards, expects }: Removal,
  known: {
    readonly all: readonly Removal[];
    readonly killings: Readonly<Record<string, Killing>>;
    readonly undisturbed: Undisturbed | undefined;
  },
): Promise<string[]> {
  const { all, killings, undisturbed } = known;
  const related =
    expects.length > 0
      ? [id]
      : all.map((each) => each.id).filter((each) => each.split('+').includes(id));
  const recorded = related.flatMap((each) => killings[each]?.schedule ?? []);
  if (!undisturbed || expects.length === 0) return recorded;
  return [...recorded, ...candidates(undisturbed, await entriesChangedBy(guards), mostCandidates)];
}

const isAsExpected = ({ expects }: Removal, { violation, tried }: Verdict): boolean =>
  violation ? expects.includes(violation.invariant) : expects.length === 0 && tried > 0;

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
  const wrong = judged.filter((each) => !each.isAsExpected);
  const expected = judged.filter(({ removal }) => removal.expects.length > 0);
  const killed = expected.filter((each) => each.isAsExpected);
  const lines = judged.map(({ removal, verdict, isAsExpected: isRight }) => {
    const { schedule, violation, tried } = verdict;
    const found = violation
      ? `${violation.invariant} ${violation.name} by ${schedule}`
      : `unseen in ${tried} schedules`;
    return `${isRight ? ' ' : '!'} ${removal.id.padEnd(10)} ${found}`;
  });
  const summary = `${killed.length} of ${expected.length} removals are noticed; ${judged.length - expected.length} are defence in depth, ${wrong.length} not as expected`;
  return {
    status: wrong.length === 0 ? 0 : 1,
    text: [...lines, '', summary].join('\n'),
    record: { guards: record, asExpected: judged.length - wrong.length, unexpected: wrong.length },
  };
}

function recordOf({ removal, verdict }: Judged): GuardRecord {
  const { schedule, violation } = verdict;
  return {
    id: removal.id,
    name: removal.guards.map(({ name }) => name).join('; '),
    expects: removal.expects,
    ...(schedule && { killedBy: schedule }),
    ...(violation && { invariant: violation.invariant }),
  };
}
