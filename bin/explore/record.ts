/**
 * What a campaign leaves behind: the facts of its report, and what `--json` writes. Facts only, as JSON
 * can hold them; who judges and who words them stands elsewhere.
 */
import type { SiteKind } from '../../local/explorer/site.ts';
import type { Violation } from './watcher.ts';

/** What other commands have recorded, each at its own time. */
export interface Evidence {
  readonly guards?: readonly GuardRecord[];
  readonly replays?: ReplayRecord;
  readonly soak?: SoakRecord;
  readonly model?: ModelRecord;
  readonly mutation?: MutationRecord;
}

export interface CampaignRecord extends Evidence {
  /** Abbreviated hash of the commit; with `+` when the tree had changes beyond it. */
  readonly commit: string;
  readonly seed: number;
  /** 1: single faults. 2: pairs as well. */
  readonly depth: 1 | 2;
  /** All scenarios with all sites and kinds to the end of depth one: only then is absence an error. */
  readonly isComplete: boolean;
  readonly scenarios: readonly ScenarioRecord[];
  readonly schedules: {
    /** One for each scenario, without any fault. */
    readonly undisturbed: number;
    readonly depthOne: number;
    readonly depthTwo: number;
    readonly swarm: number;
  };
  /** Schedules that were not run, since a run before had come to the same. */
  readonly pruned: number;
  /** Of pairs: how far depth two came within its time. */
  readonly pairsLeft?: number;
  /** Different traces. */
  readonly distinctTraces: number;
  readonly workers: number;
  readonly seconds: number;
  readonly struck: readonly Tally[];
  /** In how many runs each mark was seen; see summary.ts. */
  readonly marks: Readonly<Record<string, number>>;
  readonly violations: readonly FoundViolation[];
}

export interface ScenarioRecord {
  readonly name: string;
  readonly title: string;
  /** Of its undisturbed run. */
  readonly sites: number;
  /** Further sites of it, which repeat what was explored four times. */
  readonly repeats: number;
  /** That faults have opened. */
  readonly opened: number;
  readonly schedules: number;
}

/** How often a fault has struck at a boundary: one for each boundary, kind of site and kind of fault. */
export interface Tally {
  /** As boundaries.ts numbers them. */
  readonly boundary: number;
  /** The same id means another fault at another kind of site. */
  readonly what: SiteKind;
  readonly letter: string;
  /** Id of the fault kind: `Lx`. */
  readonly kind: string;
  readonly count: number;
}

/** What a schedule has broken. */
export interface FoundViolation extends Violation {
  /** The schedule in which it was found. */
  readonly id: string;
  /** The shortest schedule that still shows it. */
  readonly shrunk: string;
  /** As timeline.ts tells it. */
  readonly timeline?: string;
}

export interface GuardRecord {
  /** `g14`, or `g14+p18` for a pair. */
  readonly id: string;
  readonly name: string;
  /** Nothing: it is defence in depth, and its absence alone must stay unseen. */
  readonly expects: readonly string[];
  /** The schedule that noticed its absence. */
  readonly killedBy?: string;
  /** The invariant that broke then. */
  readonly invariant?: string;
  /** Why it may stay unseen, or what else a reader must know. */
  readonly remark?: string;
  /** What is not as it must be. */
  readonly wrong?: string;
}

/** One schedule, repeated; repeatable means one hash. */
export interface ReplayRecord {
  readonly schedule: string;
  readonly times: number;
  readonly hashes: readonly string[];
}

export interface SoakRecord {
  readonly commit: string;
  readonly seed: number;
  readonly minutes: number;
  readonly clients: number;
  readonly orders: number;
  readonly kills: number;
  readonly faults: number;
  /** Checks that held, of all. */
  readonly held: number;
  readonly checks: number;
}

export interface ModelRecord {
  /** At most so many. */
  readonly faults: number;
  /** All of which hold. */
  readonly states: number;
  /** Guards of the model whose removal it notices, of all. */
  readonly killed: number;
  readonly guards: number;
}

export interface MutationRecord {
  readonly mutants: number;
  readonly killed: number;
  /** Survivors with an explanation. */
  readonly explained: number;
}
