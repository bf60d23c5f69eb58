/**
 * What a campaign runs, in its order: each scenario undisturbed, then depth one; then pairs of faults,
 * then swarms, as long as there is time. Says after each run what is left. Where schedules are run is
 * not its business.
 */
import type { Schedule } from '../../local/explorer/schedule.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { Frontier, type Wanted } from './frontier.ts';
import { Pairs } from './pairs.ts';
import type { Summary } from './summary.ts';

export type Stage = 'undisturbed' | 'depth one' | 'pairs' | 'swarm';

export interface Planned {
  readonly stage: Stage;
  readonly schedule: Schedule;
  /** Sites shall carry the state of the world they were met in. */
  readonly withStates: boolean;
  /** Seed of the faults, which are drawn on the way. */
  readonly swarm?: number;
}

export interface PlanSettings {
  readonly scenarios: readonly string[];
  readonly seed: number;
  readonly wanted: Wanted;
  /** Whether pairs and swarms follow. @default false */
  readonly goesOn: boolean;
  /** Share of what follows that is swarms, which draw of all faults. @default 0 */
  readonly swarmShare?: number;
}

export interface ScenarioCount {
  readonly name: string;
  sites: number;
  repeats: number;
  opened: number;
  schedules: number;
}

export class Plan {
  readonly pairs: Pairs;
  readonly #settings: PlanSettings;
  readonly #seen = new Set<string>();
  readonly #frontiers = new Map<string, Frontier>();
  readonly #counts = new Map<string, ScenarioCount>();
  readonly #undisturbed: string[];
  readonly #random: () => number;
  #underWay = 0;
  #swarms = 0;
  #afterwards = 0;

  constructor(settings: PlanSettings) {
    this.#settings = settings;
    this.#random = seededRandom(settings.seed);
    this.#undisturbed = [...settings.scenarios];
    this.pairs = new Pairs(settings.seed, settings.wanted);
    for (const name of settings.scenarios)
      this.#counts.set(name, { name, sites: 0, repeats: 0, opened: 0, schedules: 0 });
  }

  get counts(): readonly ScenarioCount[] {
    return [...this.#counts.values()];
  }

  /** Known to be left of depth one. */
  get left(): number {
    const waiting = [...this.#frontiers.values()].map(({ left }) => left);
    return waiting.reduce((sum, count) => sum + count, this.#undisturbed.length);
  }

  /** 'later': what comes next depends on runs under way. Undefined: there is no more. */
  next(): Planned | 'later' | undefined {
    const planned = this.#next();
    if (planned === 'later' || planned === undefined) return planned;
    this.#underWay++;
    return planned;
  }

  learn({ stage, schedule }: Planned, summary: Summary): void {
    this.#underWay--;
    const count = this.#counts.get(schedule.scenario);
    const frontier = this.#frontierOf(schedule.scenario);
    if (stage === 'undisturbed') frontier.begin(summary);
    else if (stage === 'depth one') frontier.learn(summary);
    if (this.#settings.goesOn && stage !== 'pairs' && stage !== 'swarm')
      this.pairs.learn(schedule, summary);
    if (!count) return;
    count.schedules++;
    if (stage === 'undisturbed') count.sites = frontier.sites;
    count.repeats = frontier.repeats;
    count.opened = frontier.sites - count.sites;
  }

  #next(): Planned | 'later' | undefined {
    const { seed, goesOn } = this.#settings;
    const scenario = this.#undisturbed.shift();
    const withStates = goesOn;
    if (scenario !== undefined)
      return { stage: 'undisturbed', schedule: { scenario, seed, faults: [] }, withStates };
    const schedule = this.#nextSingle() ?? this.#nextBehind();
    if (schedule) return { stage: 'depth one', schedule, withStates };
    if (this.#underWay > 0 && this.#afterwards === 0) return 'later';
    return goesOn ? this.#goOn() : undefined;
  }

  /** Of any scenario: a campaign that ends early has been everywhere. */
  #nextSingle(): Schedule | undefined {
    const frontiers = [...this.#frontiers.values()];
    const left = frontiers.reduce((sum, { singleLeft }) => sum + singleLeft, 0);
    let at = Math.floor(this.#random() * left);
    for (const frontier of frontiers) {
      if (at < frontier.singleLeft) return frontier.next((at + 0.5) / frontier.singleLeft);
      at -= frontier.singleLeft;
    }
    return undefined;
  }

  #nextBehind(): Schedule | undefined {
    for (const frontier of this.#frontiers.values()) {
      const schedule = frontier.next();
      if (schedule) return schedule;
    }
    return undefined;
  }

  #goOn(): Planned | undefined {
    const { scenarios, seed, swarmShare = 0 } = this.#settings;
    const isSwarm = (this.#swarms + 1) / (this.#afterwards + 1) <= swarmShare;
    this.#afterwards++;
    const schedule = isSwarm ? undefined : this.pairs.next();
    if (schedule) return { stage: 'pairs', schedule, withStates: false };
    if (swarmShare === 0) return undefined;
    const swarm = seed * 1_000_000 + ++this.#swarms;
    const scenario = scenarios[this.#swarms % scenarios.length] as string;
    return {
      stage: 'swarm',
      schedule: { scenario, seed: swarm, faults: [] },
      withStates: false,
      swarm,
    };
  }

  #frontierOf(scenario: string): Frontier {
    const { seed, wanted } = this.#settings;
    const frontier =
      this.#frontiers.get(scenario) ?? new Frontier({ scenario, seed, seen: this.#seen, wanted });
    this.#frontiers.set(scenario, frontier);
    return frontier;
  }
}
