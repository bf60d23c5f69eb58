/**
 * When code of one execution environment may run: while an invocation is in it; not between two
 * (Lambda freezes it, what falls due meanwhile waits); never again once it has ended.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kernel, Timer } from '../kernel/kernel.ts';

export interface LifeSettings {
  readonly kernel: Kernel;
  /** Names the environment in the kernel's reports. */
  readonly label: string;
  /** Told of what code threw where nobody could catch it. */
  readonly onCrash: (error: unknown) => void;
}

type Callback = (...args: unknown[]) => void;

export class Life {
  readonly kernel: Kernel;
  readonly #label: string;
  readonly #onCrash: (error: unknown) => void;
  #phase: 'running' | 'frozen' | 'ended' = 'frozen';
  #arrivals: (() => void)[] = [];
  #expected = 0;
  #timers = new Map<number, EnvironmentTimer>();
  #lastTimerId = 0;

  constructor({ kernel, label, onCrash }: LifeSettings) {
    this.kernel = kernel;
    this.#label = label;
    this.#onCrash = onCrash;
  }

  get hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** Whether anything is under way that could still make code run. */
  get isWaiting(): boolean {
    return this.#expected > 0 || this.#timers.size > 0;
  }

  thaw(): void {
    if (this.#phase !== 'frozen') return;
    this.#phase = 'running';
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const run of arrivals) this.arrive(run);
  }

  freeze(): void {
    if (this.#phase === 'running') this.#phase = 'frozen';
  }

  end(): void {
    this.#phase = 'ended';
    this.#arrivals = [];
    for (const timer of this.#timers.values()) timer.disarm();
    this.#timers.clear();
  }

  /** Runs what comes from outside: now, at the next invocation, or never. */
  arrive(run: () => void): void {
    if (this.#phase === 'ended') return;
    if (this.#phase === 'frozen') {
      this.#arrivals.push(run);
      return;
    }
    try {
      run();
    } catch (error) {
      this.#onCrash(error);
    }
  }

  /** Announces one arrival; it will run in the async context of the announcement. */
  expect(): (run: () => void) => void {
    const inContext = AsyncLocalStorage.snapshot();
    this.#expected++;
    return (run) =>
      this.arrive(() => {
        this.#expected--;
        inContext(run);
      });
  }

  /** `setTimeout` (and `setImmediate` with 0) of the environment. */
  startTimer(run: Callback, delayMs: unknown, args: unknown[]): EnvironmentTimer {
    return this.#start(run, delayMs, args, false);
  }

  startInterval(run: Callback, delayMs: unknown, args: unknown[]): EnvironmentTimer {
    return this.#start(run, delayMs, args, true);
  }

  /** Takes what Node takes: the timer, its id, or anything else, which is ignored. */
  clearTimer(handle: unknown): void {
    const timer =
      handle instanceof EnvironmentTimer ? handle : this.#timers.get(Number(handle ?? -1));
    if (!timer) return;
    timer.disarm();
    this.#timers.delete(timer.id);
  }

  #start(run: Callback, delayMs: unknown, args: unknown[], isRepeated: boolean): EnvironmentTimer {
    if (typeof run !== 'function')
      throw new TypeError(`a timer needs a function to call, and got ${typeof run}`);
    const inContext = AsyncLocalStorage.snapshot();
    const timer: EnvironmentTimer = new EnvironmentTimer(++this.#lastTimerId, {
      arm: () => this.kernel.after(asDelay(delayMs), this.#label, () => this.arrive(fire)),
      clear: () => this.clearTimer(timer),
    });
    const fire = () => {
      if (!this.#timers.has(timer.id)) return;
      if (!isRepeated) this.#timers.delete(timer.id);
      inContext(run, ...args);
      if (isRepeated && this.#timers.has(timer.id)) timer.refresh();
    };
    this.#timers.set(timer.id, timer);
    timer.refresh();
    return timer;
  }
}

/** Looks like Node's `Timeout`. */
export class EnvironmentTimer {
  readonly id: number;
  readonly #arm: () => Timer;
  readonly #clear: () => void;
  #armed: Timer | undefined;

  constructor(id: number, { arm, clear }: { arm: () => Timer; clear: () => void }) {
    this.id = id;
    this.#arm = arm;
    this.#clear = clear;
  }

  disarm(): void {
    this.#armed?.cancel();
  }

  refresh(): this {
    this.disarm();
    this.#armed = this.#arm();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  close(): this {
    this.#clear();
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.#clear();
  }
}

/** As Node reads a delay: 1 ms for what is no number, below 1 or beyond 31 bits. 0 means at once. */
function asDelay(delayMs: unknown): number {
  if (delayMs === 0) return 0;
  const number = Number(delayMs);
  return number >= 1 && number < 2 ** 31 ? Math.trunc(number) : 1;
}
