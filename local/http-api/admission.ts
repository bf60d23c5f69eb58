/**
 * The door before the functions: while too many invocations wait for this one machine, requests wait
 * in line. Work that was accepted goes before work that is offered.
 */
import type { Kernel } from '../kernel/kernel.ts';

export interface AdmissionSettings {
  readonly kernel: Kernel;
  /** Invocations that wait for an environment. */
  readonly backlog: () => number;
}

const longestBacklog = 8;
/** As long as API Gateway waits for a function; AWS would have scaled out meanwhile. */
const longestWaitMs = 30_000;
const lookAgainMs = 5;

interface Waiting {
  readonly untilMs: number;
  readonly enter: () => void;
  readonly giveUp: () => void;
}

export class Admission {
  readonly #settings: AdmissionSettings;
  readonly #line: Waiting[] = [];
  #isLooking = false;

  constructor(settings: AdmissionSettings) {
    this.#settings = settings;
  }

  /** Runs `work` when its turn comes, at once if nobody waits; `too late` when it never came. */
  admit<T>(work: () => Promise<T>): Promise<T | 'too late'> {
    if (this.#line.length === 0 && this.#isOpen()) return work();
    return new Promise((resolve) => {
      this.#line.push({
        untilMs: this.#settings.kernel.now() + longestWaitMs,
        enter: () => resolve(work()),
        giveUp: () => resolve('too late'),
      });
      this.#lookLater();
    });
  }

  #isOpen(): boolean {
    return this.#settings.backlog() <= longestBacklog;
  }

  #lookLater(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#settings.kernel.after(lookAgainMs, 'admission', () => {
      this.#isLooking = false;
      this.#look();
      if (this.#line.length > 0) this.#lookLater();
    });
  }

  #look(): void {
    const nowMs = this.#settings.kernel.now();
    while (this.#line[0] && this.#line[0].untilMs <= nowMs) this.#line.shift()?.giveUp();
    while (this.#line[0] && this.#isOpen()) this.#line.shift()?.enter();
  }
}
