/** Threads that run schedules side by side, each in a lab of its own. */
import { Worker } from 'node:worker_threads';
import type { Summary } from './summary.ts';
import type { Task } from './worker.ts';

type Answer = { readonly number: number; readonly summary?: Summary; readonly error?: string };
type Open = {
  readonly resolve: (summary: Summary) => void;
  readonly reject: (error: Error) => void;
};

export class Workers {
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #waiting: (Task & Open)[] = [];
  /** Each thread's end, which may come before anybody waits for it. */
  readonly #exits = new Map<Worker, Promise<unknown>>();
  readonly #open = new Map<number, Open>();
  /** A thread that fails may do so before it is asked for anything. */
  #failure: Error | undefined;
  #number = 0;

  constructor(assembly: string, count: number) {
    this.#workers = Array.from({ length: count }, () => this.#start(assembly));
    this.#idle = [...this.#workers];
  }

  /** Rejects when the lab itself fails. */
  run({ schedule, swarm, withStates }: Omit<Task, 'number'>): Promise<Summary> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const what = {
        schedule,
        ...(swarm !== undefined && { swarm }),
        ...(withStates && { withStates }),
      };
      this.#waiting.push({ number: ++this.#number, ...what, resolve, reject });
      this.#next();
    });
  }

  get size(): number {
    return this.#workers.length;
  }

  /** What runs is given up. */
  async close(): Promise<void> {
    await Promise.all([...this.#exits].map(([worker, exit]) => ended(worker, exit)));
  }

  #start(assembly: string): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { assembly },
    });
    worker.on('message', (answer: Answer) => this.#take(worker, answer));
    worker.on('error', (error) => this.#fail(error));
    this.#exits.set(worker, new Promise((resolve) => worker.once('exit', resolve)));
    return worker;
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const worker = this.#idle.pop() as Worker;
      const { resolve, reject, ...task } = this.#waiting.shift() as Task & Open;
      this.#open.set(task.number, { resolve, reject });
      worker.postMessage(task);
    }
  }

  #take(worker: Worker, { number, summary, error }: Answer): void {
    const open = this.#open.get(number);
    this.#open.delete(number);
    this.#idle.push(worker);
    if (summary) open?.resolve(summary);
    else open?.reject(new Error(error));
    this.#next();
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    for (const { reject } of [...this.#open.values(), ...this.#waiting.splice(0)])
      reject(this.#failure);
    this.#open.clear();
  }
}

/** DynamoDB's process ends with the lab; a thread that does not answer is ended by force. */
async function ended(worker: Worker, exit: Promise<unknown>): Promise<void> {
  worker.postMessage('end');
  const limit = setTimeout(() => void worker.terminate(), 5000);
  await exit;
  clearTimeout(limit);
}
