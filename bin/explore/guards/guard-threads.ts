/** Several removals side by side, each in a thread with an assembly of its own. */
import { Worker } from 'node:worker_threads';
import type { Trial, Verdict } from './guard-worker.ts';

type Answer = Verdict & { readonly error?: string };

export class GuardThreads {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: (() => void)[] = [];

  /** `folder`: where assemblies without guards are made. */
  constructor(settings: { readonly assembly: string; readonly folder: string }, count: number) {
    const url = new URL('./guard-worker.ts', import.meta.url);
    this.#workers = Array.from({ length: count }, () => new Worker(url, { workerData: settings }));
    this.#idle = [...this.#workers];
  }

  async judge(trial: Trial): Promise<Verdict> {
    while (this.#idle.length === 0)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    const worker = this.#idle.pop() as Worker;
    try {
      return await answerOf(worker, trial);
    } finally {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker, trial: Trial): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.removeAllListeners('message').removeAllListeners('error');
      settle();
    };
    worker.once('error', (error) => end(() => reject(error)));
    worker.once('message', (answer: Answer) =>
      end(() => (answer.error ? reject(new Error(answer.error)) : resolve(answer))),
    );
    worker.postMessage(trial);
  });
}
