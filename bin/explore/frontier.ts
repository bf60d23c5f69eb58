/**
 * Depth one of a scenario: every fault that applies at every site of its undisturbed run; and at every
 * site that such a fault has opened, until no new one appears. A site is new when no run before, of any
 * scenario, has come there over the same edge. Variants of a fault are tried where the edge is new.
 */
import { isVariant } from '../../local/explorer/fault-kinds.ts';
import type { Schedule } from '../../local/explorer/schedule.ts';
import type { PlannedFault, Site } from '../../local/explorer/site.ts';
import { applicableAt } from './assumptions.ts';
import type { Summary } from './summary.ts';

/** Which sites and faults are asked for. */
export type Wanted = (site: Site, faultId: string, scenario: string) => boolean;

/** Beyond, a function that is broken for good does the same again. */
const mostRepeats = 4;

export class Frontier {
  readonly #scenario: string;
  readonly #seed: number;
  readonly #seen: Set<string>;
  readonly #wanted: Wanted;
  readonly #single: PlannedFault[] = [];
  /** By the number of faults. */
  readonly #behind: (readonly PlannedFault[])[][] = [];
  /** Sites of the undisturbed run, and those opened since. */
  sites = 0;
  /** Sites of the undisturbed run that are left out. */
  repeats = 0;

  constructor(settings: {
    readonly scenario: string;
    readonly seed: number;
    /** Edges that have been explored; shared by all scenarios of a campaign. */
    readonly seen: Set<string>;
    readonly wanted: Wanted;
  }) {
    this.#scenario = settings.scenario;
    this.#seed = settings.seed;
    this.#seen = settings.seen;
    this.#wanted = settings.wanted;
  }

  /** Single faults at the sites of the undisturbed run. */
  get singleLeft(): number {
    return this.#single.length;
  }

  get left(): number {
    return this.#behind.reduce((sum, { length }) => sum + length, this.#single.length);
  }

  /**
   * A single fault, as `chance` in [0, 1) has it, so that what time allows is spread over everything;
   * then the shortest of those at sites that faults have opened.
   */
  next(chance = 0): Schedule | undefined {
    return this.#nextSingle(chance) ?? this.#nextBehind();
  }

  #nextSingle(chance: number): Schedule | undefined {
    const [chosen] = this.#single.splice(Math.floor(chance * this.#single.length), 1);
    return chosen && this.#schedule([chosen]);
  }

  #nextBehind(): Schedule | undefined {
    const faults = this.#behind.find(({ length }) => length > 0)?.shift();
    return faults && this.#schedule(faults);
  }

  /**
   * Every site of the undisturbed run is explored, known edge or not; known ones without variants.
   * What a broken function tries again and again on one path is explored the first times.
   */
  begin({ sites }: Summary): void {
    const times = new Map<string, number>();
    for (const site of sites) {
      const count = (times.get(site.path) ?? 0) + 1;
      times.set(site.path, count);
      if (count <= mostRepeats) this.#open([], site);
      else this.repeats++;
    }
  }

  /** A fault never opens a site on its own behalf: only where the run then came to something new. */
  learn({ sites, struck }: Summary): void {
    const faults = struck.map(({ site, fault }) => ({ site, fault }));
    for (const site of sites) if (!this.#seen.has(site.edge)) this.#open(faults, site);
  }

  #open(before: readonly PlannedFault[], site: Site): void {
    const isKnown = this.#seen.has(site.edge);
    this.#seen.add(site.edge);
    this.sites++;
    for (const kind of applicableAt(site)) {
      if (isKnown && isVariant(kind, site)) continue;
      if (this.#wanted(site, kind.id, this.#scenario))
        this.#keep(before, { site: site.id, fault: kind.id });
    }
  }

  #keep(before: readonly PlannedFault[], fault: PlannedFault): void {
    if (before.length === 0) {
      this.#single.push(fault);
      return;
    }
    while (this.#behind.length < before.length) this.#behind.push([]);
    this.#behind[before.length - 1]?.push([...before, fault]);
  }

  #schedule(faults: readonly PlannedFault[]): Schedule {
    return { scenario: this.#scenario, seed: this.#seed, faults };
  }
}
