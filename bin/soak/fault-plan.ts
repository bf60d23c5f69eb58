/** Which faults come when, from a seed: rounds in which every kind has its turn, in any order. */
import { seededRandom, shuffled } from '../../local/kernel/random.ts';

export interface Episode {
  readonly kind: string;
  /** From the episode before to this one. */
  readonly waitMs: number;
  /** How many sites it meets. */
  readonly times: number;
  /** For how long, where it lasts. */
  readonly forMs: number;
}

const longestWaitMs = 800;
const mostTimes = 3;
const shortestMs = 1000;
const longestMs = 6000;

/** Without an end. */
export function* faultPlan(seed: number, kinds: readonly string[]): Generator<Episode, never> {
  const random = seededRandom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  for (;;)
    for (const kind of shuffled(kinds, random))
      yield {
        kind,
        waitMs: upTo(longestWaitMs),
        times: 1 + upTo(mostTimes - 1),
        forMs: shortestMs + upTo(longestMs - shortestMs),
      };
}
