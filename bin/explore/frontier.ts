/**
 * Depth one of a scenario: every fault that applies at every site of its undisturbed run; and at every
 * site that such a fault has opened, until no new one appears. A site is new when no run before, of any
 * scenario, has come there by the same path. Variants of a fault are tried where the path is new.
 */
import { isVariant } from '../../local/explorer/fault-kinds.ts';
import type { Schedule } from '../../local/explorer/schedule.ts';
import type { PlannedFault, Site } from '../../local/explorer/site.ts';
import { applicableAt } from './assumptions.ts';
import type { Summary } from './summary.ts';

/** Which sites and faults are asked for. */
export type Wanted = (site: Site, faultId: string, scenario: string) => boolean;

/** Two orders of one run come to a path twice. */
const mostRepeats = 2;

export class Frontier {
  readonly #scenario: string;
  readonly #seed: number;
  readonly #seen: Set<string>;
  readonly #wanted: Wanted;
  readonly #waiting: (readonly PlannedFault[])[] = [];
  /** Sites of the undisturbed run, and those opened since. */
  sites = 0;

  constructor(settings: {
    readonly scenario: string;
    readonly seed: number;
    /** Paths that have been explored; shared by all scenarios of a campaign. */
    readonly seen: Set<string>;
    readonly wanted: Wanted;
  }) {
    this.#scenario = settings.scenario;
    this.#seed = settings.seed;
    this.#seen = settings.seen;
    this.#wanted = settings.wanted;
  }

  get left(): number {
    return this.#waiting.length;
  }

  next(): Schedule | undefined {
    const faults = this.#waiting.shift();
    return faults && { scenario: this.#scenario, seed: this.#seed, faults };
  }

  /**
   * Every site of the undisturbed run is explored, known path or not; known ones without variants.
   * What a broken function tries again and again is explored the first two times.
   */
  begin({ sites }: Summary): void {
    const times = new Map<string, number>();
    for (const site of sites) {
      const count = (times.get(site.path) ?? 0) + 1;
      times.set(site.path, count);
      if (count <= mostRepeats) this.#open([], site);
    }
  }

  /** A fault never opens a site on its own behalf: only where the run then came to something new. */
  learn({ sites, struck }: Summary): void {
    const faults = struck.map(({ site, fault }) => ({ site, fault }));
    for (const site of sites) if (!this.#seen.has(site.path)) this.#open(faults, site);
  }

  #open(before: readonly PlannedFault[], site: Site): void {
    const isKnown = this.#seen.has(site.path);
    this.#seen.add(site.path);
    this.sites++;
    for (const kind of applicableAt(site)) {
      if (isKnown && isVariant(kind)) continue;
      if (this.#wanted(site, kind.id, this.#scenario))
        this.#waiting.push([...before, { site: site.id, fault: kind.id }]);
    }
  }
}
