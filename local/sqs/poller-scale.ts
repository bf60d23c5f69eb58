/**
 * How many batches a mapping may have running at once: Lambda begins with five, adds while messages
 * are left over, and takes back when the queue is empty or the function cannot follow.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */

const firstLimit = 5;
/** 300 a minute. */
const growthPerMs = 300 / 60_000;
const highestLimit = 1250;
/**
 * In real time: where Lambda brings more machines, here is one, and more batches only wait on it.
 * Nothing is gained by beginning with fewer than MaximumConcurrency either.
 */
const oneMachineLimit = 5;
/** Lambda says "gradually" and no numbers; it never polls with fewer than two. */
const lowestLimit = 2;

export interface PollerScaleOptions {
  readonly mode: 'real' | 'virtual';
  readonly maxConcurrency: number | undefined;
}

export class PollerScale {
  readonly #highest: number;
  readonly #first: number;
  #limit: number;

  constructor({ mode, maxConcurrency }: PollerScaleOptions) {
    this.#highest = maxConcurrency ?? (mode === 'real' ? oneMachineLimit : highestLimit);
    this.#first = mode === 'real' ? this.#highest : Math.min(firstLimit, this.#highest);
    this.#limit = this.#first;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get isHighest(): boolean {
    return this.#limit >= this.#highest;
  }

  /** For so long all that may run have run, and messages were left over. */
  grow(lastedMs: number): void {
    this.#limit = Math.min(this.#highest, this.#limit + lastedMs * growthPerMs);
  }

  /** Nothing is left over: back to the first five, as what runs comes to its end. */
  relax(running: number): void {
    this.#limit = Math.min(this.#limit, Math.max(this.#first, running));
  }

  /** The function has failed or was throttled. */
  backOff(): void {
    this.#limit = Math.max(lowestLimit, this.#limit / 2);
  }
}
