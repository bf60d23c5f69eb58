/**
 * One standard queue: delays, visibility, retention, redrive, and deliveries that repeat and
 * overtake as far as the chaos allows; every change is in the journal before it happens. Requests,
 * their limits and their billing are not its business.
 */
import { uuid } from '../gateway/identifiers.ts';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import type { QueueModel } from '../template/model.ts';
import { type Ask, type Delivery, receivedOnce } from './delivery.ts';
import { invalidParameter, queueDoesNotExist } from './errors.ts';
import { LongPolls } from './long-polls.ts';
import { createMessage, type Message, type NewMessage } from './message.ts';
import type { QueueJournal } from './queue-journal.ts';
import { readReceipt, writeReceipt } from './receipt.ts';
import { restored } from './restored.ts';
import { Shelf } from './shelf.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const usualMaxInFlight = 120_000;
const longestVisibilityMs = 12 * 60 * 60_000;

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface QueueOptions {
  readonly kernel: Kernel;
  readonly model: QueueModel;
  readonly chaos: DeliveryChaos;
  readonly journal: QueueJournal;
  /** @default 120 000, as on AWS */
  readonly maxInFlight?: number;
  /** The queue that exhausted messages go to; undefined when it has been deleted. */
  readonly findQueue: (arn: string) => Queue | undefined;
}

export class Queue {
  readonly #options: QueueOptions;
  readonly #kernel: Kernel;
  readonly #journal: QueueJournal;
  readonly #shelf: Shelf;
  readonly #longPolls: LongPolls;
  readonly #listeners = new Set<() => void>();
  #model: QueueModel;

  /** With the messages that the journal has for it. */
  constructor(options: QueueOptions) {
    const { kernel, model, chaos, journal } = options;
    this.#options = options;
    this.#kernel = kernel;
    this.#journal = journal;
    this.#model = model;
    this.#longPolls = new LongPolls(kernel);
    this.#shelf = new Shelf({
      kernel,
      queueName: model.name,
      overtakeMs: chaos.overtakeMs,
      onReturn: ({ id }) => journal.endDelivery(id),
      onTimer: () => this.#announce(),
    });
    for (const kept of journal.messages(model.name)) {
      const { message, delayMs } = restored(kept, model.retentionMs, kernel.now());
      this.#shelf.put(message, delayMs);
    }
  }

  get model(): QueueModel {
    return this.#model;
  }

  /** Other settings for what is done from now on; name and ARN stay. */
  set model(model: QueueModel) {
    this.#model = model;
  }

  /** Calls back when there may be something to receive; returns the way to stop that. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The batch as a whole is accepted, or it throws. */
  send(batch: readonly NewMessage[]): readonly Message[] {
    const sent = batch.map(({ delayMs, ...message }) => ({
      message: createMessage({ ...message, id: uuid(this.#kernel), sentAtMs: this.#kernel.now() }),
      delayMs: delayMs ?? this.model.delayMs,
    }));
    this.#journal.atomically(() => {
      for (const { message, delayMs } of sent)
        this.#journal.insert(this.model.name, message, this.#kernel.now() + delayMs);
    });
    this.#note('sqs.send', sent.length);
    for (const { message, delayMs } of sent) this.#shelf.put(message, delayMs);
    this.#announce();
    return sent.map(({ message }) => message);
  }

  /** What is there now, at most `max`: a short poll. Moves to the dead letters what is exhausted. */
  receive({ max, visibilityMs }: Ask): Delivery[] {
    const found = this.#find(Math.min(max, this.#freeForFlight));
    if (found.length === 0) return [];
    const got = this.#deliver(found, visibilityMs);
    this.#note('sqs.deliver', got.length);
    return got;
  }

  /** A long poll: settles with the first messages, or with none when `waitMs` is over. */
  receiveWithin(ask: Ask, waitMs: number): Promise<Delivery[]> {
    if (this.#freeForFlight <= 0 && waitMs === 0) {
      const { 'in flight': inFlight } = this.#shelf.counts;
      throw new AwsError('OverLimit', `${this.model.name} has ${inFlight} messages in flight.`);
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
    const message = this.#shelf.find(messageId);
    if (message?.receiveCount !== receiveCount) return;
    if (this.#forgetsDelete(message)) this.#repeatLater(message);
    else this.#remove(message);
    this.#note('sqs.delete', 1);
  }

  changeVisibility(handle: unknown, visibilityMs: number): void {
    const { messageId, receiveCount } = readReceipt(handle, this.model.name);
    const message = this.#shelf.find(messageId);
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
    this.#journal.update(messageId, message, this.#kernel.now() + visibilityMs);
    this.#shelf.hide(message, visibilityMs);
    this.#announce();
  }

  purge(): void {
    this.#journal.removeAll(this.model.name);
    for (const message of this.#shelf.all()) this.#shelf.remove(message);
  }

  /** It has been deleted, and its messages with it. */
  close(): void {
    for (const message of this.#shelf.all()) this.#shelf.remove(message);
    this.#longPolls.endAll(queueDoesNotExist());
  }

  /** What an operator's redrive does: every visible message is sent anew, with a new id. */
  moveAllTo(destinationOf: (message: Readonly<Message>) => Queue): number {
    const moved = [...this.#shelf.ready].map((message) => ({
      message,
      destination: destinationOf(message),
    }));
    for (const { message, destination } of moved) {
      const { body, attributes, traceHeader, senderId } = message;
      destination.send([{ body, attributes, traceHeader, senderId, delayMs: undefined }]);
      this.#remove(message);
    }
    this.#note('sqs.move', moved.length);
    return moved.length;
  }

  depth(): QueueDepth {
    for (const message of [...this.#shelf.ready])
      if (this.#isExpired(message)) this.#expire(message);
    const { visible, delayed, 'in flight': inFlight } = this.#shelf.counts;
    return { visible, inFlight, delayed };
  }

  /** Whether anything is visible or in flight; cheap enough to ask after every event. */
  get isBusy(): boolean {
    return this.#shelf.counts.visible + this.#shelf.counts['in flight'] > 0;
  }

  /** Whether a receive would find something; cheap too. */
  get hasReady(): boolean {
    return this.#shelf.ready.size > 0;
  }

  peek(): readonly Readonly<Message>[] {
    this.depth();
    return this.#shelf.all();
  }

  get #freeForFlight(): number {
    const { maxInFlight = usualMaxInFlight } = this.#options;
    return maxInFlight - this.#shelf.counts['in flight'];
  }

  #find(max: number): Message[] {
    const found: Message[] = [];
    for (const message of this.#shelf.ready) {
      if (found.length >= max) break;
      const deadLetters = this.#deadLettersFor(message);
      if (this.#isExpired(message)) this.#expire(message);
      else if (deadLetters) this.#moveToDeadLetters(message, deadLetters);
      else found.push(message);
    }
    return found;
  }

  #deliver(found: readonly Message[], visibilityMs: number): Delivery[] {
    const now = this.#kernel.now();
    const received = found.map((message) => ({ message, state: receivedOnce(message, now) }));
    this.#journal.atomically(() => {
      for (const { message, state } of received)
        this.#journal.update(message.id, state, now + visibilityMs);
    });
    return received.map(({ message, state }) => {
      Object.assign(message, state);
      this.#shelf.hide(message, visibilityMs);
      const { receiveCount, id: messageId } = message;
      const receiptHandle = writeReceipt({ queueName: this.model.name, messageId, receiveCount });
      return { message, receiptHandle, receiveCount };
    });
  }

  #forgetsDelete(message: Message): boolean {
    const { repeat } = this.#options.chaos;
    if (repeat === 0 || message.isRepeated) return false;
    return this.#kernel.random() < repeat;
  }

  /** At-least-once: the copy whose delete was missed shows itself when its timeout is over. */
  #repeatLater(message: Message): void {
    const hiddenMs = this.#kernel.random() * this.model.visibilityTimeoutMs;
    const state = { ...message, isRepeated: true, receivesHere: 0 };
    this.#journal.update(message.id, state, this.#kernel.now() + hiddenMs);
    message.isRepeated = true;
    message.receivesHere = 0;
    this.#note('sqs.repeat', 1);
    this.#shelf.hide(message, hiddenMs);
  }

  #isExpired(message: Message): boolean {
    return this.#kernel.now() > message.agesFromMs + this.model.retentionMs;
  }

  #expire(message: Message): void {
    this.#remove(message);
    this.#note('sqs.expire', 1);
  }

  /** Undefined as long as the message can be received here. */
  #deadLettersFor({ receivesHere }: Message): Queue | undefined {
    const { redrive } = this.model;
    if (redrive === undefined || receivesHere < redrive.maxReceiveCount) return undefined;
    return this.#options.findQueue(redrive.deadLetterArn);
  }

  /**
   * Automatic redrive on a standard queue keeps id and sent timestamp: the dead letter ages on.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
   */
  #moveToDeadLetters(message: Message, deadLetters: Queue): void {
    this.#journal.moveToDeadLetters(message.id, deadLetters.model.name, this.model.arn);
    this.#shelf.remove(message);
    this.#note('sqs.redrive', 1);
    deadLetters.#accept({ ...message, deadLetterSourceArn: this.model.arn });
  }

  /** Takes over another queue's exhausted message, already written down as this one's. */
  #accept(message: Message): void {
    const state = 'visible';
    this.#shelf.put({ ...message, receivesHere: 0, state, timer: undefined }, 0);
    this.#announce();
  }

  #remove(message: Message): void {
    this.#journal.remove(message.id);
    this.#shelf.remove(message);
  }

  /** Serves who waits, then tells who listens. */
  #announce(): void {
    if (this.hasReady) this.#longPolls.serve((ask) => this.receive(ask));
    if (this.hasReady) for (const listener of this.#listeners) listener();
  }

  #note(kind: string, count: number): void {
    this.#kernel.trace({ kind, queue: this.model.name, count });
  }
}
