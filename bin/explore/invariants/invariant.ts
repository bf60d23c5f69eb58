/** One promise of the charter, checked against what has been seen. Answers say what was expected and found. */
import type { Happening, QuietWorld, World } from '../world.ts';

/** Made anew for each run, so that it may remember what it has seen. */
export interface Checker {
  /** A: after everything that happens; the world already contains it. */
  readonly always?: (happening: Happening, world: World) => readonly string[];
  /** Q: once faults have stopped and nothing is in flight. */
  readonly atRest?: (world: QuietWorld) => readonly string[];
}

export interface Invariant {
  /** As in the charter: `V8`. */
  readonly id: string;
  readonly name: string;
  /** The promise as one sentence. */
  readonly sentence: string;
  readonly watch: () => Checker;
}
