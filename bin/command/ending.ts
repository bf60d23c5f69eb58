/** How a process ends that others were started for: asked once, it cleans up; asked twice, it goes. */

/** As a shell reports it: ended by SIGINT. */
export const interruptedStatus = 130;

/** What has to be ended, latest first, when the process is asked to end. */
export class Ending {
  readonly #abort = new AbortController();
  readonly #steps: (() => Promise<void>)[] = [];
  readonly #onDefect: (error: unknown) => void;
  readonly signal = this.#abort.signal;
  readonly asked: Promise<void>;
  /** From inside: something is gone without which nothing works. */
  readonly failed = Promise.withResolvers<never>();

  constructor(onDefect: (error: unknown) => void) {
    this.#onDefect = onDefect;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    const end = () => {
      this.#abort.abort();
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(name, () => {
        // Asked twice: whatever hangs, it ends now.
        if (this.signal.aborted) process.exit(interruptedStatus);
        end();
      });
    if (process.env.npm_lifecycle_event) onceOrphaned(end);
  }

  /** What comes too late to wait for the end is ended at once. */
  add(step: () => Promise<void>): void {
    if (this.signal.aborted) step().catch(this.#onDefect);
    else this.#steps.unshift(step);
  }

  async finish(): Promise<void> {
    this.#abort.abort();
    for (const step of this.#steps.splice(0)) await step().catch(this.#onDefect);
  }
}

const lookAgainMs = 500;

/** npm passes SIGTERM on to the shell between it and us, which dies of it without a word. */
function onceOrphaned(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, lookAgainMs);
  timer.unref();
}
