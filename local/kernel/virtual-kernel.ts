/**
 * The kernel of tests: virtual time under a seed. One event is resumed at a time; the next one only
 * when everything it woke is parked again on a timer or an outside exchange. The same seed gives
 * the same trace, and a wait of fifteen days takes no time.
 */
import assert from 'node:assert/strict';
import type { Kernel, Timer, TraceNote } from './kernel.ts';
import { seededRandom } from './random.ts';
import { Trace } from './trace.ts';

type Entry = { dueMs: number; order: number; label: string; run: () => void; isCancelled: boolean };
type Exchange = { label: string; start: () => Promise<void> };

const nothing = (): void => {};

/** 2026-01-01T00:00:00Z: any fixed start will do, tests read it from the kernel. */
const usualStartMs = Date.UTC(2026, 0, 1);

export class VirtualKernel implements Kernel {
  readonly mode = 'virtual';
  readonly log = new Trace({ isHashed: true });
  readonly #random: () => number;
  readonly #queue: Entry[] = [];
  readonly #exchanges: Exchange[] = [];
  #nowMs: number;
  #order = 0;
  #isDriven = false;

  /** A later start is for what goes on where an earlier kernel ended. */
  constructor(seed: number, startMs = usualStartMs) {
    this.#random = seededRandom(seed);
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.#random();
  }

  after(delayMs: number, label: string, run: () => void): Timer {
    const dueMs = this.#nowMs + Math.max(0, delayMs);
    const entry: Entry = { dueMs, order: this.#order++, label, run, isCancelled: false };
    push(this.#queue, entry);
    return {
      cancel: () => {
        entry.isCancelled = true;
        // It stays in the queue until it is due, which may be a year; what it would run need not.
        entry.run = nothing;
      },
    };
  }

  outside<T>(label: string, exchange: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#exchanges.push({ label, start: () => exchange().then(resolve, reject) });
    });
  }

  trace(note: TraceNote): void {
    this.log.add(note, this.#nowMs);
  }

  /** Runs events until `goal` settles. Fails when nothing is left that could settle it. */
  async drive<T>(goal: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    goal.then(settle, settle);
    await this.#run(() => isSettled || this.#peek() === undefined);
    assert(isSettled, 'nothing is left to happen, and what is waited for has not happened');
    return goal;
  }

  /** Runs every event that falls due within `durationMs`, and sets the clock to its end. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await this.#run(() => (this.#peek()?.dueMs ?? Number.POSITIVE_INFINITY) > endMs);
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Runs events until `isDone()` holds between two of them, or `limitMs` of virtual time is over. */
  async until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    await this.#run(() => isDone() || (this.#peek()?.dueMs ?? Number.POSITIVE_INFINITY) > endMs);
    return isDone();
  }

  async #run(isOver: () => boolean): Promise<void> {
    assert(!this.#isDriven, 'only one drives a virtual kernel at a time');
    this.#isDriven = true;
    try {
      await this.#settle();
      while (!isOver()) {
        const entry = pop(this.#queue);
        if (!entry) return;
        if (entry.isCancelled) continue;
        this.#nowMs = entry.dueMs;
        entry.run();
        await this.#settle();
      }
    } finally {
      this.#isDriven = false;
    }
  }

  /** Lets every promise, tick and outside exchange that the last event caused come to rest. */
  async #settle(): Promise<void> {
    await turn();
    for (let next = this.#exchanges.shift(); next; next = this.#exchanges.shift()) {
      await next.start();
      await turn();
    }
  }

  #peek(): Entry | undefined {
    while (this.#queue[0]?.isCancelled) pop(this.#queue);
    return this.#queue[0];
  }
}

/** A turn of Node's own loop: all microtasks and ticks have run when it is over. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const isBefore = (a: Entry, b: Entry): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (heap.length === 0 || last === undefined) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry))
      child++;
    if (!isBefore(heap[child] as Entry, last)) break;
    heap[at] = heap[child] as Entry;
    at = child;
  }
  heap[at] = last;
  return first;
}
