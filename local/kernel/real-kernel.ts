/** The kernel of `npm start`: the wall clock, which can be set forward, and Node's own timers. */
import type { Kernel, Timer, TraceNote } from './kernel.ts';
import { Trace } from './trace.ts';

/** Node's timers count milliseconds in 31 bits; longer delays are waited out in turns. */
const longestTimeoutMs = 2 ** 31 - 1;

type Entry = {
  readonly dueMs: number;
  readonly run: () => void;
  handle: NodeJS.Timeout | NodeJS.Immediate | undefined;
};

export class RealKernel implements Kernel {
  readonly mode = 'real';
  readonly log = new Trace({ isHashed: false });
  readonly #entries = new Set<Entry>();
  #offsetMs = 0;
  #isStopped = false;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  random(): number {
    return Math.random();
  }

  after(delayMs: number, _label: string, run: () => void): Timer {
    if (this.#isStopped) return { cancel: () => {} };
    const entry: Entry = { dueMs: this.now() + delayMs, run, handle: undefined };
    this.#entries.add(entry);
    this.#arm(entry);
    return { cancel: () => this.#drop(entry) };
  }

  outside<T>(_label: string, exchange: () => Promise<T>): Promise<T> {
    return exchange();
  }

  trace(note: TraceNote): void {
    this.log.add(note, this.now());
  }

  /** Sets the clock forward; resolves once what fell due in between has begun. */
  async skip(durationMs: number): Promise<void> {
    this.#offsetMs += durationMs;
    for (const entry of this.#entries) {
      this.#disarm(entry);
      this.#arm(entry);
    }
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }

  /** Drops every timer and takes no new one, so that the process can end. */
  stop(): void {
    this.#isStopped = true;
    for (const entry of this.#entries) this.#drop(entry);
  }

  #arm(entry: Entry): void {
    const delayMs = entry.dueMs - this.now();
    const fire = () => {
      if (entry.dueMs > this.now()) return this.#arm(entry);
      this.#entries.delete(entry);
      entry.run();
    };
    entry.handle =
      delayMs <= 0 ? setImmediate(fire) : setTimeout(fire, Math.min(delayMs, longestTimeoutMs));
  }

  #disarm(entry: Entry): void {
    clearTimeout(entry.handle as NodeJS.Timeout);
    clearImmediate(entry.handle as NodeJS.Immediate);
  }

  #drop(entry: Entry): void {
    this.#disarm(entry);
    this.#entries.delete(entry);
  }
}
