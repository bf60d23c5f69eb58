/**
 * What an execution environment stands on: the kernel's time, by a clock that may be wrong, and chance
 * of its own. So it behaves the same whether it is new or has served another engine before.
 */
import type { Kernel, Timer, TraceNote } from '../kernel/kernel.ts';
import { seededRandom } from '../kernel/random.ts';

export class Ground implements Kernel {
  #kernel: Kernel;
  #random: () => number;
  /** How far the environment's clock is ahead of the kernel's, in ms. */
  clockSkewMs = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#random = seededRandom(0);
  }

  get mode(): Kernel['mode'] {
    return this.#kernel.mode;
  }

  /** Goes on under another kernel of the same kind. */
  adopt(kernel: Kernel): void {
    this.#kernel = kernel;
    this.clockSkewMs = 0;
  }

  /** In virtual time an invocation's chance depends on when it begins, and on nothing before it. */
  reseed(): void {
    this.#random = seededRandom(Math.floor(this.#kernel.random() * 0x100000000));
  }

  now(): number {
    return this.#kernel.now() + this.clockSkewMs;
  }

  random(): number {
    return this.mode === 'real' ? this.#kernel.random() : this.#random();
  }

  after(delayMs: number, label: string, run: () => void): Timer {
    return this.#kernel.after(delayMs, label, run);
  }

  outside<T>(label: string, exchange: () => Promise<T>): Promise<T> {
    return this.#kernel.outside(label, exchange);
  }

  trace(note: TraceNote): void {
    this.#kernel.trace(note);
  }
}
