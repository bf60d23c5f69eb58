/**
 * Depth two: after each fault, each fault at each site that comes behind it, unless the same site has
 * been met in an equal state of the world before: what follows from there has been, or will be, run.
 */
import type { Schedule } from '../../local/explorer/schedule.ts';
import type { PlannedFault } from '../../local/explorer/site.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { applicableAt } from './assumptions.ts';
import type { Wanted } from './frontier.ts';
import type { Summary } from './summary.ts';

export class Pairs {
  /** Schedules that need not be run. */
  pruned = 0;
  /** Schedules that were found so far, those run and pruned included. */
  found = 0;
  readonly #wanted: Wanted;
  readonly #random: () => number;
  readonly #states = new Set<string>();
  readonly #waiting: Schedule[] = [];

  constructor(seed: number, wanted: Wanted) {
    this.#wanted = wanted;
    this.#random = seededRandom(seed);
  }

  get left(): number {
    return this.#waiting.length;
  }

  get distinctStates(): number {
    return this.#states.size;
  }

  /** In an order of the seed's own: what time allows is spread over everything. */
  next(): Schedule | undefined {
    const at = Math.floor(this.#random() * this.#waiting.length);
    const last = this.#waiting.pop();
    const chosen = this.#waiting[at];
    if (!last || !chosen) return last;
    this.#waiting[at] = last;
    return chosen;
  }

  /** A run of depth one; undisturbed ones tell which states are known without any fault. */
  learn({ scenario, seed, faults }: Schedule, { sites, struck }: Summary): void {
    const latest = struck.at(-1);
    const from = latest ? sites.findIndex(({ id }) => id === latest.site) + 1 : 0;
    for (const site of sites.slice(from)) {
      const kinds = applicableAt(site).filter(({ id }) => this.#wanted(site, id, scenario));
      const key = `${site.path} ${site.state}`;
      const isNew = !this.#states.has(key);
      this.#states.add(key);
      if (!latest) continue;
      this.found += kinds.length;
      if (!isNew) this.pruned += kinds.length;
      else
        for (const { id } of kinds)
          this.#waiting.push({ scenario, seed, faults: [...faults, behind(site.id, id)] });
    }
  }
}

const behind = (site: string, fault: string): PlannedFault => ({ site, fault });
