/** Receives that wait for messages, served in the order they came, or with none when time is up. */
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { Ask, Delivery } from './queue.ts';

type Waiter = { readonly ask: Ask; readonly resolve: (got: Delivery[]) => void; timer: Timer };

export class LongPolls {
  readonly #kernel: Kernel;
  readonly #waiters = new Set<Waiter>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  wait(ask: Ask, waitMs: number): Promise<Delivery[]> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#waiters.delete(waiter);
        resolve([]);
      };
      const timer = this.#kernel.after(waitMs, 'sqs.wait', giveUp);
      const waiter: Waiter = { ask, resolve, timer };
      this.#waiters.add(waiter);
    });
  }

  /** Lets those who wait receive, until there is nothing more to get. */
  serve(receive: (ask: Ask) => Delivery[]): void {
    for (const waiter of this.#waiters) {
      const got = receive(waiter.ask);
      if (got.length === 0) return;
      this.#waiters.delete(waiter);
      waiter.timer.cancel();
      waiter.resolve(got);
    }
  }
}
