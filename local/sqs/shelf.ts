/**
 * Where each message of a queue is: delayed, visible or in flight, and when that ends. It keeps to
 * the clock and to the chaos; limits, redrive and what is written down are not its business.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Message } from './message.ts';

export interface ShelfOptions {
  readonly kernel: Kernel;
  readonly queueName: string;
  /** Longest time for which a receive may overlook what is visible. */
  readonly overtakeMs: number;
  /** Told when a delivery has not been answered in its time, before the message shows itself. */
  readonly onReturn: (message: Message) => void;
  /** Told when time has passed and something may have become ready. */
  readonly onTimer: () => void;
}

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #messages = new Map<string, Message>();
  /** Visible, and found by the next receive. */
  readonly #ready = new Set<Message>();
  readonly #counts = { delayed: 0, visible: 0, 'in flight': 0 };

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get counts(): Readonly<Record<Message['state'], number>> {
    return this.#counts;
  }

  get ready(): ReadonlySet<Message> {
    return this.#ready;
  }

  find(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  all(): readonly Message[] {
    return [...this.#messages.values()];
  }

  put(message: Message, delayMs: number): void {
    this.#messages.set(message.id, message);
    this.#counts[message.state]++;
    if (delayMs <= 0) {
      this.#surface(message);
      return;
    }
    this.#become(message, 'delayed');
    this.#later(message, delayMs, () => this.#surface(message));
  }

  hide(message: Message, forMs: number): void {
    this.#become(message, 'in flight');
    // 0 ms as a turn of its own, so that one receive never finds a message twice.
    this.#later(message, forMs, () => {
      this.#options.onReturn(message);
      this.#surface(message);
    });
  }

  remove(message: Message): void {
    message.timer?.cancel();
    this.#ready.delete(message);
    if (this.#messages.delete(message.id)) this.#counts[message.state]--;
  }

  /** Visible from now on; under chaos a receive may still overlook it for a while. */
  #surface(message: Message): void {
    this.#become(message, 'visible');
    const { overtakeMs, kernel } = this.#options;
    const overlookedMs = overtakeMs > 0 ? kernel.random() * overtakeMs : 0;
    if (overlookedMs === 0) this.#ready.add(message);
    else this.#later(message, overlookedMs, () => void this.#ready.add(message));
  }

  #become(message: Message, state: Message['state']): void {
    this.#counts[message.state]--;
    this.#counts[state]++;
    message.state = state;
    message.timer?.cancel();
    message.timer = undefined;
    this.#ready.delete(message);
  }

  #later(message: Message, delayMs: number, run: () => void): void {
    const { kernel, queueName, onTimer } = this.#options;
    message.timer = kernel.after(delayMs, `sqs.timer ${queueName}`, () => {
      message.timer = undefined;
      run();
      onTimer();
    });
  }
}
