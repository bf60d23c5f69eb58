/**
 * Deletes stream records that are older than a stream keeps them, seldom and in small portions.
 * Readers do not see them anyway: this keeps the store from growing.
 */
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { Stamps } from './stamps.ts';

const shortestPauseMs = 3_600_000;
/** Few enough that a write which comes in between waits a few milliseconds. */
const portion = 1000;
const betweenPortionsMs = 1000;

export interface StreamTrimSettings {
  readonly kernel: Kernel;
  readonly tableName: string;
  readonly stamps: Stamps;
  /** Deletes at most so many records up to a sequence number, and says how many there were. */
  readonly remove: (upTo: string, most: number) => number;
}

export class StreamTrim {
  readonly #settings: StreamTrimSettings;
  #doneUpTo: string | undefined;
  #timer: Timer | undefined;

  constructor(settings: StreamTrimSettings) {
    this.#settings = settings;
    this.schedule();
  }

  /** Again after every write: without records to come it does not wake. */
  schedule(): void {
    if (this.#timer) return;
    const { kernel, stamps } = this.#settings;
    const dueMs = stamps.expiryAfter(this.#doneUpTo);
    if (dueMs !== undefined) this.#wakeAfter(Math.max(dueMs - kernel.now(), shortestPauseMs));
  }

  #wakeAfter(delayMs: number): void {
    const { kernel, tableName } = this.#settings;
    this.#timer = kernel.after(delayMs, `trim of the stream of ${tableName}`, () => {
      this.#timer = undefined;
      this.#trim();
    });
  }

  #trim(): void {
    const { stamps } = this.#settings;
    const horizon = stamps.horizon();
    if (horizon !== undefined) {
      if (this.#removeUpTo(horizon) === portion) {
        this.#wakeAfter(betweenPortionsMs);
        return;
      }
      stamps.forgetBefore(horizon);
      this.#doneUpTo = horizon;
    }
    this.schedule();
  }

  #removeUpTo(horizon: string): number {
    const { kernel, tableName, remove } = this.#settings;
    const count = remove(horizon, portion);
    if (count > 0) kernel.trace({ kind: 'stream.trim', table: tableName, count });
    return count;
  }
}
