/**
 * One standard queue: delays, visibility, retention, redrive, and deliveries that repeat and
 * overtake as far as the chaos allows. Requests, their limits and their billing are not its business.
 */
import { uuid } from '../gateway/identifiers.ts';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import type { QueueModel } from '../template/model.ts';
import { invalidParameter } from './errors.ts';
import { LongPolls } from './long-polls.ts';
import { bytesOf, type Message, md5, type NewMessage } from './message.ts';
import { readReceipt, writeReceipt } from './receipt.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxInFlight = 120_000;
const longestVisibilityMs = 12 * 60 * 60_000;

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface Delivery {
  readonly message: Readonly<Message>;
  readonly receiptHandle: string;
  /** Counted at this delivery; the message's own goes on. */
  readonly receiveCount: number;
}

export interface QueueOptions {
  readonly kernel: Kernel;
  readonly model: QueueModel;
  readonly chaos: DeliveryChaos;
  /** Where exhausted messages go, by the model's redrive policy. */
  readonly deadLetters: () => Queue | undefined;
}

export interface Ask {
  readonly max: number;
  readonly visibilityMs: number;
}

export class Queue {
  readonly model: QueueModel;
  readonly #kernel: Kernel;
  readonly #chaos: DeliveryChaos;
  readonly #deadLetters: () => Queue | undefined;
  readonly #messages = new Map<string, Message>();
  /** Visible, and found by the next receive. */
  readonly #ready = new Set<Message>();
  readonly #longPolls: LongPolls;
  readonly #listeners = new Set<() => void>();
  readonly #count = { delayed: 0, visible: 0, 'in flight': 0 };

  constructor({ kernel, model, chaos, deadLetters }: QueueOptions) {
    this.model = model;
    this.#kernel = kernel;
    this.#chaos = chaos;
    this.#longPolls = new LongPolls(kernel);
    this.#deadLetters = deadLetters;
  }

  /** Calls back when there may be something to receive; returns the way to stop that. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  send(batch: readonly NewMessage[]): readonly Message[] {
    const sent = batch.map((message) => this.#create(message));
    this.#note('sqs.send', sent.length);
    sent.forEach((message, i) => {
      this.#enter(message, batch[i]?.delayMs ?? this.model.delayMs);
    });
    this.#announce();
    return sent;
  }

  /** What is there now, at most `max`: a short poll. Moves to the dead letters what is exhausted. */
  receive({ max, visibilityMs }: Ask): Delivery[] {
    const got: Delivery[] = [];
    for (const message of this.#ready) {
      if (got.length === max) break;
      if (this.#isExpired(message)) this.#expire(message);
      else if (this.#isExhausted(message)) this.#moveToDeadLetters(message);
      else got.push(this.#deliver(message, visibilityMs));
    }
    if (got.length > 0) this.#note('sqs.deliver', got.length);
    return got;
  }

  /** A long poll: settles with the first messages, or with none when `waitMs` is over. */
  receiveWithin(ask: Ask, waitMs: number): Promise<Delivery[]> {
    if (this.#count['in flight'] >= maxInFlight && waitMs === 0) {
      throw new AwsError('OverLimit', `${this.model.name} has ${maxInFlight} messages in flight.`);
    }
    const got = this.receive(ask);
    if (got.length > 0 || waitMs === 0) return Promise.resolve(got);
    return this.#longPolls.wait(ask, waitMs);
  }

  /**
   * Deletes when the handle is of the latest delivery. An older handle is accepted and does
   * nothing, like that of a message which is gone: standard queues promise no more.
   */
  delete(handle: unknown): void {
    const { messageId, receiveCount } = readReceipt(handle, this.model.name);
    const message = this.#messages.get(messageId);
    if (message?.receiveCount !== receiveCount) return;
    this.#note('sqs.delete', 1);
    if (this.#forgetsDelete(message)) this.#repeatLater(message);
    else this.#remove(message);
  }

  changeVisibility(handle: unknown, visibilityMs: number): void {
    const { messageId, receiveCount } = readReceipt(handle, this.model.name);
    const message = this.#messages.get(messageId);
    if (message?.receiveCount !== receiveCount) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidParameter('ReceiptHandle', handle, reason);
    }
    if (message.state !== 'in flight') {
      throw new AwsError('MessageNotInflight', `Message ${messageId} is not in flight.`);
    }
    if (this.#kernel.now() + visibilityMs > message.lastReceivedAtMs + longestVisibilityMs) {
      const reason = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].';
      throw invalidParameter('VisibilityTimeout', visibilityMs / 1000, reason);
    }
    this.#hide(message, visibilityMs);
    this.#announce();
  }

  purge(): void {
    for (const message of [...this.#messages.values()]) this.#remove(message);
  }

  /** What an operator's redrive does: every visible message is sent anew, with a new id. */
  moveAllTo(destinationOf: (message: Readonly<Message>) => Queue): number {
    const moved = [...this.#ready];
    for (const message of moved) {
      this.#remove(message);
      destinationOf(message).send([{ ...message, delayMs: undefined }]);
    }
    this.#note('sqs.move', moved.length);
    return moved.length;
  }

  depth(): QueueDepth {
    for (const message of [...this.#ready]) if (this.#isExpired(message)) this.#expire(message);
    const { visible, delayed, 'in flight': inFlight } = this.#count;
    return { visible, inFlight, delayed };
  }

  /** Whether anything is visible or in flight; cheap enough to ask after every event. */
  get isBusy(): boolean {
    return this.#count.visible + this.#count['in flight'] > 0;
  }

  peek(): readonly Readonly<Message>[] {
    this.depth();
    return [...this.#messages.values()];
  }

  #create({ body, attributes, traceHeader, senderId }: NewMessage): Message {
    return {
      id: uuid(this.#kernel),
      body,
      attributes,
      traceHeader,
      senderId,
      md5OfBody: md5(body),
      bytes: bytesOf({ body, attributes }),
      sentAtMs: this.#kernel.now(),
      deadLetterSourceArn: undefined,
      state: 'visible',
      receiveCount: 0,
      receivesHere: 0,
      firstReceivedAtMs: undefined,
      lastReceivedAtMs: 0,
      isRepeated: false,
      timer: undefined,
    };
  }

  #enter(message: Message, delayMs: number): void {
    this.#messages.set(message.id, message);
    this.#count[message.state]++;
    if (delayMs === 0) {
      this.#surface(message);
      return;
    }
    this.#become(message, 'delayed');
    this.#later(message, delayMs, () => this.#surface(message));
  }

  /** Visible from now on; under chaos a receive may still overlook it for a while. */
  #surface(message: Message): void {
    this.#become(message, 'visible');
    const overlookedMs =
      this.#chaos.overtakeMs > 0 ? this.#kernel.random() * this.#chaos.overtakeMs : 0;
    if (overlookedMs === 0) this.#ready.add(message);
    else this.#later(message, overlookedMs, () => void this.#ready.add(message));
  }

  #deliver(message: Message, visibilityMs: number): Delivery {
    const now = this.#kernel.now();
    message.receiveCount++;
    message.receivesHere++;
    message.firstReceivedAtMs ??= now;
    message.lastReceivedAtMs = now;
    this.#hide(message, visibilityMs);
    const { receiveCount, id: messageId } = message;
    const receiptHandle = writeReceipt({ queueName: this.model.name, messageId, receiveCount });
    return { message, receiptHandle, receiveCount };
  }

  #hide(message: Message, visibilityMs: number): void {
    this.#become(message, 'in flight');
    // 0 ms as a turn of its own, so that one receive never finds a message twice.
    this.#later(message, visibilityMs, () => this.#surface(message));
  }

  #forgetsDelete(message: Message): boolean {
    if (this.#chaos.repeat === 0 || message.isRepeated) return false;
    return this.#kernel.random() < this.#chaos.repeat;
  }

  /** At-least-once: the copy whose delete was missed shows itself when its timeout is over. */
  #repeatLater(message: Message): void {
    message.isRepeated = true;
    message.receivesHere = 0;
    this.#note('sqs.repeat', 1);
    this.#hide(message, this.#kernel.random() * this.model.visibilityTimeoutMs);
  }

  #isExpired(message: Message): boolean {
    return this.#kernel.now() > message.sentAtMs + this.model.retentionMs;
  }

  #expire(message: Message): void {
    this.#note('sqs.expire', 1);
    this.#remove(message);
  }

  #isExhausted({ receivesHere }: Message): boolean {
    const { redrive } = this.model;
    return redrive !== undefined && receivesHere >= redrive.maxReceiveCount;
  }

  /**
   * Automatic redrive on a standard queue keeps id and sent timestamp: the dead letter ages on.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  #moveToDeadLetters(message: Message): void {
    this.#remove(message);
    this.#note('sqs.redrive', 1);
    this.#deadLetters()?.accept(message, this.model.arn);
  }

  /** Takes over another queue's exhausted message. */
  accept(message: Message, deadLetterSourceArn: string): void {
    const state = 'visible';
    this.#enter({ ...message, deadLetterSourceArn, receivesHere: 0, state, timer: undefined }, 0);
    this.#announce();
  }

  #become(message: Message, state: Message['state']): void {
    this.#count[message.state]--;
    this.#count[state]++;
    message.state = state;
    message.timer?.cancel();
    message.timer = undefined;
    this.#ready.delete(message);
  }

  #remove(message: Message): void {
    message.timer?.cancel();
    this.#ready.delete(message);
    if (this.#messages.delete(message.id)) this.#count[message.state]--;
  }

  #later(message: Message, delayMs: number, run: () => void): void {
    message.timer = this.#kernel.after(delayMs, `sqs.timer ${this.model.name}`, () => {
      message.timer = undefined;
      run();
      this.#announce();
    });
  }

  /** Serves who waits, then tells who listens. */
  #announce(): void {
    if (this.#ready.size > 0) this.#longPolls.serve((ask) => this.receive(ask));
    if (this.#ready.size > 0) for (const listener of this.#listeners) listener();
  }

  #note(kind: string, count: number): void {
    this.#kernel.trace({ kind, queue: this.model.name, count });
  }
}
