/** How often and how long one state's retriers try again; each retrier counts for itself. */
import { matchesError } from './state-error.ts';

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalMs: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelayMs: number;
  readonly jitter: 'FULL' | 'NONE';
}

export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used: number[];
  /** Retries so far, whichever retrier granted them: `$states.context.State.RetryCount`. */
  count = 0;

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => 0);
  }

  /** The wait before the next attempt; undefined when the first retrier that matches is used up. */
  delayAfter(error: string, random: () => number): number | undefined {
    const index = this.#retriers.findIndex(({ errorEquals }) => matchesError(errorEquals, error));
    const retrier = this.#retriers[index];
    const used = this.#used[index] ?? 0;
    if (!retrier || used >= retrier.maxAttempts) return undefined;
    this.#used[index] = used + 1;
    this.count++;
    const { intervalMs, backoffRate, maxDelayMs } = retrier;
    const delayMs = Math.min(intervalMs * backoffRate ** used, maxDelayMs);
    return retrier.jitter === 'FULL' ? random() * delayMs : delayMs;
  }
}
