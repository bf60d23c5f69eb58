/**
 * Time, chance and order of everything the engine does. There are two kernels: real time for
 * people, virtual time under a seed for tests. Nothing else in `local/` reads a clock, draws a
 * random number, sets a timer or awaits the outside world.
 */
export interface Kernel {
  readonly mode: 'real' | 'virtual';
  /** Epoch milliseconds. */
  now(): number;
  /** Uniform in [0, 1); from the seed in virtual mode. */
  random(): number;
  /** Runs `run` after `delayMs` (0 is a turn of its own). `label` names it in reports. */
  after(delayMs: number, label: string, run: () => void): Timer;
  /**
   * An exchange with something outside the engine (dynoxide, WebCrypto). In virtual mode one is
   * outstanding at a time, in the order asked for, and the clock stands meanwhile.
   */
  outside<T>(label: string, exchange: () => Promise<T>): Promise<T>;
  /** Notes a fact; the running hash over all notes is the trace's identity. Listeners see it live. */
  trace(note: TraceNote): void;
}

export interface Timer {
  cancel(): void;
}

/** One line of the trace: flat, JSON, no payloads, nothing that differs between two equal runs. */
export type TraceNote = {
  /** Dotted, e.g. `call.dynamodb.PutItem`, `sqs.deliver`, `lambda.end`, `states.enter`. */
  readonly kind: string;
  readonly [detail: string]: string | number | boolean | undefined;
};

export type TraceListener = (note: TraceNote, atMs: number) => void;

export const sleep = (kernel: Kernel, delayMs: number, label: string): Promise<void> =>
  new Promise((resolve) => void kernel.after(delayMs, label, resolve));
