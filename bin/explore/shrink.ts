/**
 * The shortest part of a schedule that still breaks the same invariant: faults are left out in turns,
 * until none of them can be.
 */
import type { Schedule } from '../../local/explorer/schedule.ts';
import type { Summary } from './summary.ts';

export async function shrunk(
  schedule: Schedule,
  invariant: string,
  run: (schedule: Schedule) => Promise<Summary>,
): Promise<Schedule> {
  let shortest = schedule;
  for (let at = 0; at < shortest.faults.length; ) {
    const shorter = { ...shortest, faults: shortest.faults.toSpliced(at, 1) };
    const { violations } = await run(shorter);
    if (violations.some((violation) => violation.invariant === invariant)) shortest = shorter;
    else at++;
  }
  return shortest === schedule ? schedule : shrunk(shortest, invariant, run);
}
