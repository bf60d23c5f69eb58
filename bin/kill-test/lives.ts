/** One engine after the other on the same folder and port; none is left when it is over. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Victim } from './victim.ts';

export interface LivesOptions {
  readonly port: number;
  /** Starts the next engine. */
  readonly spawn: () => Victim;
  readonly signal: AbortSignal;
}

const restLimitMs = 15 * 60_000;

export class Lives {
  readonly origin: string;
  readonly readyMs: number[] = [];
  readonly orphans: number[] = [];
  readonly #options: LivesOptions;
  #victim: Victim | undefined;

  constructor(options: LivesOptions) {
    this.origin = `http://127.0.0.1:${options.port}`;
    this.#options = options;
  }

  /** Rejects when the course does, or when it is interrupted; no process is left then. */
  async during<T>(course: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    const cutShort = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => cutShort.reject(signal.reason), { once: true });
    try {
      return await Promise.race([course(), cutShort.promise]);
    } finally {
      this.#victim?.destroy();
    }
  }

  /** Resolves when it answers. */
  async begin(): Promise<void> {
    const startedAt = performance.now();
    this.spawn();
    await this.#victim?.ready();
    this.readyMs.push(performance.now() - startedAt);
  }

  /** Without waiting until it answers. */
  spawn(): void {
    this.#victim = this.#options.spawn();
  }

  async killAfter(ms: number): Promise<void> {
    await this.pause(ms);
    this.orphans.push(...((await this.#victim?.kill()) ?? []));
  }

  /** Until nothing is in flight. */
  async rest(): Promise<void> {
    const latest = performance.now() + restLimitMs;
    for (;;) {
      const answer = await fetch(`${this.origin}/_local/quiesced`);
      const body = await answer.text();
      if (answer.status === 200) return;
      if (performance.now() > latest)
        throw new Error(`not at rest after ${restLimitMs / 1000} s: ${body}`);
      await this.pause(200);
    }
  }

  /** As Ctrl-C ends it. */
  async endWell(): Promise<void> {
    await this.#victim?.interrupt();
  }

  pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.#options.signal });
  }
}
