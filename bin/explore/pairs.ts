/**
 * Depth two: after each fault, each fault at each site that comes behind it, unless a run of the same
 * story has met the same site in an equal state of the world: what follows from there has been run, or
 * will be.
 */
import { hash } from 'node:crypto';
import type { Schedule } from '../../local/explorer/schedule.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { applicableAt } from './assumptions.ts';
import type { Wanted } from './frontier.ts';
import type { Summary } from './summary.ts';

/** Second faults at one site. There are a great many of these: what is equal is shared. */
interface Behind {
  readonly before: Schedule;
  readonly site: string;
  readonly kinds: readonly string[];
  /** Of the kinds, in turns. */
  readonly first: number;
  drawn: number;
}

export class Pairs {
  /** Schedules that need not be run. */
  pruned = 0;
  /** Schedules that are still to be run. */
  left = 0;
  readonly #wanted: Wanted;
  readonly #random: () => number;
  readonly #states = new Set<string>();
  readonly #waiting: Behind[] = [];
  readonly #shared = new Map<string, readonly string[]>();

  constructor(seed: number, wanted: Wanted) {
    this.#wanted = wanted;
    this.#random = seededRandom(seed);
  }

  /** In an order of the seed's own: what time allows is spread over everything. */
  next(): Schedule | undefined {
    const at = this.#draw(this.#waiting.length);
    const behind = this.#waiting[at];
    if (!behind) return undefined;
    const { before, site, kinds, first } = behind;
    const fault = kinds[(first + behind.drawn++) % kinds.length] as string;
    if (behind.drawn === kinds.length) this.#remove(at);
    this.left--;
    return { ...before, faults: [...before.faults, { site, fault }] };
  }

  /** A run of depth one; undisturbed ones tell which states are known without any fault. */
  learn(before: Schedule, { sites, struck }: Summary): void {
    const { scenario } = before;
    const latest = struck.at(-1);
    const from = latest ? sites.findIndex(({ id }) => id === latest.site) + 1 : 0;
    for (const site of sites.slice(from)) {
      const state = hash('sha1', `${scenario} ${site.path} ${site.state}`, 'base64');
      const isNew = !this.#states.has(state);
      this.#states.add(state);
      if (!latest) continue;
      const kinds = applicableAt(site).filter(({ id }) => this.#wanted(site, id, scenario));
      if (isNew)
        this.#wait(
          before,
          site.id,
          kinds.map(({ id }) => id),
        );
      else this.pruned += kinds.length;
    }
  }

  #wait(before: Schedule, site: string, kinds: readonly string[]): void {
    if (kinds.length === 0) return;
    const name = kinds.join();
    const shared = this.#shared.get(name) ?? kinds;
    this.#shared.set(name, shared);
    const first = this.#draw(kinds.length);
    this.#waiting.push({ before, site, kinds: shared, first, drawn: 0 });
    this.left += kinds.length;
  }

  #remove(at: number): void {
    const last = this.#waiting.pop();
    if (last && at < this.#waiting.length) this.#waiting[at] = last;
  }

  #draw(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
