/**
 * What a removal's verdict is worth: whether it was noticed as it must be, and, of guards that hide each
 * other, whether each of them is needed. Which schedules are tried is not its business.
 */
import type { GuardThreads } from './guard-threads.ts';
import type { Verdict } from './guard-worker.ts';
import type { Removal } from './removals.ts';

type Judgement = Verdict & {
  /** A guard that may be in its place, and the same still breaks. */
  readonly spare?: string;
};

/** Of guards that hide each other a schedule tells only when it breaks nothing as soon as one is back. */
export async function judge(
  threads: Pick<GuardThreads, 'judge'>,
  { guards, expects }: Pick<Removal, 'guards' | 'expects'>,
  schedules: readonly string[],
): Promise<Judgement> {
  const ids = guards.map(({ id }) => id);
  const verdict = await threads.judge({ guards: ids, expects, schedules });
  const { schedule } = verdict;
  if (ids.length === 1 || !schedule || !isBroken(verdict, expects)) return verdict;
  for (const spare of ids) {
    const others = ids.filter((id) => id !== spare);
    const without = await threads.judge({ guards: others, expects, schedules: [schedule] });
    if (!isBroken(without, expects)) continue;
    const rest = schedules.slice(schedules.indexOf(schedule) + 1);
    return rest.length > 0 ? judge(threads, { guards, expects }, rest) : { ...verdict, spare };
  }
  return verdict;
}

const isBroken = ({ violation }: Verdict, expects: readonly string[]): boolean =>
  violation !== undefined && expects.includes(violation.invariant);

/** What is not as it must be, in words. */
export function wrongOf(
  { expects }: Removal,
  verdict: Judgement,
  recorded: readonly string[],
): string | undefined {
  const { violation, unmet, tried, spare } = verdict;
  const broken = violation && `${violation.invariant} ${violation.name}`;
  if (expects.length > 0) {
    if (spare) return `${broken} breaks also with ${spare} in its place`;
    if (isBroken(verdict, expects)) return undefined;
    return `${broken ?? 'nothing'} broke, expected ${expects.join(' or ')}`;
  }
  if (broken) return `${broken} broke, expected nothing`;
  if (tried === 0) return 'no schedule is recorded';
  const missed = recorded.find((schedule) => unmet.includes(schedule));
  return missed && `a fault of ${missed} never struck`;
}
