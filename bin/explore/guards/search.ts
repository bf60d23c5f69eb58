/**
 * Schedules that may show a guard's absence, likely ones first: every scenario as it is, then single
 * faults at the sites of the functions that the guard's removal changes, then the same at all others.
 */
import { scheduleId } from '../../../local/explorer/schedule.ts';
import { seededRandom, shuffled } from '../../../local/kernel/random.ts';
import { applicableAt } from '../assumptions.ts';
import type { RunResult } from '../lab.ts';
import { scenarios } from '../scenarios/all.ts';

/** The undisturbed runs of all scenarios, on what is deployed. */
export type Undisturbed = ReadonlyMap<string, RunResult>;

export function candidates(
  undisturbed: Undisturbed,
  entries: readonly string[],
  most: number,
): string[] {
  const plain = scenarios.map(({ name }) => scheduleId({ scenario: name, seed: 1, faults: [] }));
  const single = [...undisturbed].flatMap(([scenario, { sites }]) =>
    sites
      .filter(({ actor }) => entries.length === 0 || entries.includes(actor))
      .flatMap((site) =>
        applicableAt(site).map(({ id: fault }) =>
          scheduleId({ scenario, seed: 1, faults: [{ site: site.id, fault }] }),
        ),
      ),
  );
  // What is near in the list is alike, and one of it tells most.
  return [...plain, ...shuffled(single, seededRandom(1))].slice(0, most);
}
