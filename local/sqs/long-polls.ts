/** Receives that wait for messages, served in the order they came, or with none when time is up. */
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { Ask, Delivery } from './delivery.ts';

type Waiter = {
  readonly ask: Ask;
  readonly resolve: (got: Delivery[]) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: Timer;
};

export class LongPolls {
  readonly #kernel: Kernel;
  readonly #waiters = new Set<Waiter>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  wait(ask: Ask, waitMs: number): Promise<Delivery[]> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiters.delete(waiter);
        resolve([]);
      };
      const timer = this.#kernel.after(waitMs, 'sqs.wait', giveUp);
      const waiter: Waiter = { ask, resolve, reject, timer };
      this.#waiters.add(waiter);
    });
  }

  /** Lets those who wait receive, until there is nothing more to get. */
  serve(receive: (ask: Ask) => Delivery[]): void {
    for (const waiter of this.#waiters) {
      try {
        const got = receive(waiter.ask);
        if (got.length === 0) return;
        this.#take(waiter).resolve(got);
      } catch (error) {
        this.#take(waiter).reject(error);
      }
    }
  }

  /** A queue that is no more has nothing to wait for. */
  endAll(error: unknown): void {
    for (const waiter of this.#waiters) this.#take(waiter).reject(error);
  }

  #take(waiter: Waiter): Waiter {
    this.#waiters.delete(waiter);
    waiter.timer.cancel();
    return waiter;
  }
}
