/**
 * Runs a plan on several threads and counts: what was met, what has struck, what was broken. A
 * violation is shrunk when it is found; the campaign goes on, up to a number of them.
 */
import { parseSchedule, scheduleId } from '../../local/explorer/schedule.ts';
import { boundariesOf } from './boundaries.ts';
import { Plan, type Planned, type PlanSettings, type Stage } from './plan.ts';
import type { FoundViolation, Tally } from './record.ts';
import { shrunk } from './shrink.ts';
import type { Summary } from './summary.ts';
import type { Workers } from './workers.ts';

export interface CampaignSettings extends PlanSettings {
  readonly workers: Pick<Workers, 'run' | 'size'>;
  readonly signal: AbortSignal;
  /** Ends after so many ms; depth one is left incomplete then. */
  readonly limitMs: number;
  readonly onProgress: (tally: CampaignTally) => void;
  /** Told at once, since a campaign takes its time. */
  readonly onViolation: (violation: FoundViolation) => void;
}

export interface CampaignTally {
  readonly plan: Plan;
  readonly runs: Record<Stage, number>;
  /** By boundary, kind of site and kind of fault. */
  readonly struck: ReadonlyMap<string, Tally>;
  /** Runs that differ in anything that happened. */
  readonly distinctTraces: number;
  /** In how many runs each was seen. */
  readonly marks: ReadonlyMap<string, number>;
  readonly violations: readonly FoundViolation[];
  readonly seconds: number;
  /** Depth one, or all that was asked for, has been run. */
  readonly isComplete: boolean;
}

/** One defect shows in many schedules: more of them say nothing new. */
const mostViolations = 20;
/** So that no thread waits for the next schedule. */
const aheadPerWorker = 2;

export class Campaign {
  readonly #settings: CampaignSettings;
  readonly #plan: Plan;
  readonly #runs: Record<Stage, number> = { undisturbed: 0, 'depth one': 0, pairs: 0, swarm: 0 };
  readonly #struck = new Map<string, Tally>();
  readonly #marks = new Map<string, number>();
  readonly #traces = new Set<string>();
  readonly #violations: FoundViolation[] = [];
  readonly #startedMs = performance.now();
  #isComplete = false;

  constructor(settings: CampaignSettings) {
    this.#settings = settings;
    this.#plan = new Plan(settings);
  }

  get tally(): CampaignTally {
    return {
      plan: this.#plan,
      runs: this.#runs,
      struck: this.#struck,
      marks: this.#marks,
      distinctTraces: this.#traces.size,
      violations: this.#violations,
      seconds: (performance.now() - this.#startedMs) / 1000,
      isComplete: this.#isComplete,
    };
  }

  /** Rejects when a thread fails. */
  async run(): Promise<CampaignTally> {
    const { workers } = this.#settings;
    const underWay = new Set<Promise<void>>();
    while (!this.#isOver()) {
      const planned = this.#plan.next();
      if (planned === undefined) break;
      if (planned !== 'later') {
        const one: Promise<void> = this.#runOne(planned).finally(() => underWay.delete(one));
        underWay.add(one);
      }
      if (planned === 'later' || underWay.size >= workers.size * aheadPerWorker)
        await Promise.race(underWay);
    }
    await Promise.all(underWay);
    this.#isComplete = this.#plan.left === 0 && this.#violations.length < mostViolations;
    return this.tally;
  }

  #isOver(): boolean {
    const { signal, limitMs } = this.#settings;
    const isLate = performance.now() - this.#startedMs >= limitMs;
    return signal.aborted || isLate || this.#violations.length >= mostViolations;
  }

  async #runOne(planned: Planned): Promise<void> {
    const { workers, onProgress } = this.#settings;
    const summary = await workers.run(planned);
    this.#plan.learn(planned, summary);
    this.#count(planned, summary);
    await this.#keepViolations(summary);
    onProgress(this.tally);
  }

  #count({ stage, schedule }: Planned, { struck, marks, trace }: Summary): void {
    this.#runs[stage]++;
    this.#traces.add(trace);
    for (const mark of marks) this.#marks.set(mark, (this.#marks.get(mark) ?? 0) + 1);
    for (const { met, fault: kind, letter } of struck)
      for (const boundary of boundariesOf(met, schedule.scenario)) {
        const { what } = met;
        const key = `${boundary} ${what} ${kind}`;
        const count = (this.#struck.get(key)?.count ?? 0) + 1;
        this.#struck.set(key, { boundary, what, letter, kind, count });
      }
  }

  /** The first of a run: what broke first has broken the rest. */
  async #keepViolations({ id, violations }: Summary): Promise<void> {
    const [first] = violations;
    if (!first || this.#violations.length >= mostViolations) return;
    const { workers, onViolation } = this.#settings;
    const shortest = await shrunk(parseSchedule(id), first.invariant, (schedule) =>
      workers.run({ schedule }),
    );
    const violation = { ...first, id, shrunk: scheduleId(shortest) };
    this.#violations.push(violation);
    onViolation(violation);
  }
}
