/**
 * The poller between a queue and its function: gathers batches, invokes, deletes what succeeded.
 * What failed stays hidden until the queue's visibility timeout brings it back.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
import { compileFilters, type EventMatcher } from '../events/event-pattern.ts';
import type { GatewaySettings } from '../gateway/gateway.ts';
import type { Busy } from '../gateway/service.ts';
import { type Kernel, sleep, type Timer } from '../kernel/kernel.ts';
import type { InvokeOutcome, Invoker } from '../lambda/invoker.ts';
import { type ItemFailures, readItemFailures } from '../streams/batch-item-failures.ts';
import type { QueueMappingModel } from '../template/model.ts';
import { PollerScale } from './poller-scale.ts';
import type { Queue } from './queue.ts';
import { filterable, type QueueRecord, queueRecord } from './queue-record.ts';
import type { Sqs } from './sqs.ts';

const receiveAtOnce = 10;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a payload's 6 MB. */
const maxPayloadBytes = 6 * 1024 * 1024;
/** Room for what a record has beside its body. */
const recordOverheadBytes = 1024;
/**
 * In real time: a moment for a batch to form; and under load, which shows as several messages in one
 * poll, a pause in which the next one fills.
 */
const coalesceMs = 3;
const pauseUnderLoadMs = 50;
/** In virtual time: any of these, by the seed. */
const longestPollMs = 50;
const growEveryMs = 1000;
const pauseAfterDefectMs = 1000;
const firstThrottleWaitMs = 100;
const longestThrottleWaitMs = 20_000;

export interface QueueMappingOptions {
  readonly kernel: Kernel;
  readonly model: QueueMappingModel;
  readonly sqs: Sqs;
  readonly invoker: Invoker;
  /** Told when the queue itself fails, as on a full disk. @default thrown */
  readonly onDefect?: GatewaySettings['onDefect'];
}

export interface QueueMapping extends Busy {
  /** Takes no more batches, as a disabled mapping does; what runs is finished. */
  pause(): void;
  resume(): void;
}

/** Starts polling at once. */
export function createQueueMapping(options: QueueMappingOptions): QueueMapping {
  return new Poller(options);
}

type Gathered = { readonly record: QueueRecord; readonly bytes: number; readonly atMs: number };

class Poller implements QueueMapping {
  readonly #kernel: Kernel;
  readonly #model: QueueMappingModel;
  readonly #sqs: Sqs;
  readonly #queue: Queue;
  readonly #invoker: Invoker;
  readonly #onDefect: QueueMappingOptions['onDefect'];
  readonly #passes: EventMatcher;
  readonly #scale: PollerScale;
  readonly #queueName: string;
  readonly #caller: string;
  #lastPollMs = Number.NEGATIVE_INFINITY;
  #isUnderLoad = false;
  #gathered: Gathered[] = [];
  #running = 0;
  #wakeTimer: Timer | undefined;
  #growTimer: Timer | undefined;
  #windowTimer: Timer | undefined;
  #isWindowOver = false;
  #isPaused = false;

  constructor({ kernel, model, sqs, invoker, onDefect }: QueueMappingOptions) {
    this.#kernel = kernel;
    this.#model = model;
    this.#sqs = sqs;
    this.#invoker = invoker;
    this.#onDefect = onDefect;
    this.#passes = compileFilters(model.filters);
    this.#scale = new PollerScale({ mode: kernel.mode, maxConcurrency: model.maxConcurrency });
    this.#queue = sqs.queue(model.queueArn);
    this.#queueName = this.#queue.model.name;
    this.#caller = `sqs:${this.#queueName}`;
    this.#queue.onAvailable(() => this.#wake());
    this.#wake();
  }

  pending(): string[] {
    const isIdle = this.#running === 0 && this.#gathered.length === 0;
    return isIdle ? [] : [`batches of ${this.#queueName} in ${this.#model.functionName}`];
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  #wake(): void {
    if (this.#wakeTimer || this.#isPaused) return;
    if (this.#isFull()) {
      this.#growLater();
      return;
    }
    const { mode } = this.#kernel;
    const pauseMs = this.#isUnderLoad
      ? this.#lastPollMs + pauseUnderLoadMs - this.#kernel.now()
      : 0;
    const delayMs =
      mode === 'real' ? Math.max(coalesceMs, pauseMs) : this.#kernel.random() * longestPollMs;
    this.#wakeTimer = this.#kernel.after(delayMs, `poll ${this.#queueName}`, () => {
      this.#wakeTimer = undefined;
      this.#lastPollMs = this.#kernel.now();
      this.#poll();
    });
  }

  #isFull(): boolean {
    return this.#running >= this.#scale.limit;
  }

  /** Adds concurrency, as long as messages are left over for it. */
  #growLater(): void {
    if (this.#growTimer || this.#scale.isHighest || !this.#queue.hasReady) return;
    this.#growTimer = this.#kernel.after(growEveryMs, `grow ${this.#queueName}`, () => {
      this.#growTimer = undefined;
      if (this.#isFull() && this.#queue.hasReady) this.#scale.grow(growEveryMs);
      this.#wake();
    });
  }

  #poll(): void {
    try {
      this.#pollUntilFull();
    } catch (error) {
      this.#report(error, 'ReceiveMessage');
      this.#kernel.after(pauseAfterDefectMs, `poll ${this.#queueName} again`, () => this.#wake());
    }
  }

  #pollUntilFull(): void {
    while (!this.#isPaused && !this.#isFull()) {
      const isComplete = this.#gather();
      if (!this.#queue.hasReady) this.#scale.relax(this.#running);
      if (this.#gathered.length === 0) return;
      this.#isUnderLoad = this.#gathered.length > 1;
      if (!isComplete && !this.#isWindowOver && this.#model.batchingWindowMs > 0) {
        this.#openWindow();
        return;
      }
      this.#dispatch();
    }
    this.#growLater();
  }

  /** Receives until the batch is full or the queue is empty; says whether the batch is full. */
  #gather(): boolean {
    const { batchSize, queueArn } = this.#model;
    const isComplete = () =>
      this.#gathered.length >= batchSize || bytesIn(this.#gathered) >= maxPayloadBytes;
    while (!isComplete()) {
      const max = Math.min(receiveAtOnce, batchSize - this.#gathered.length);
      const received = this.#sqs.receive(queueArn, max, this.#caller);
      if (received.length === 0) break;
      this.#keep(received.map((delivery) => queueRecord(delivery, queueArn)));
    }
    return isComplete();
  }

  /** What no filter matches is deleted unseen. */
  #keep(records: readonly QueueRecord[]): void {
    const kept = records.filter((record) => this.#passes(filterable(record)));
    const dropped = records.filter((record) => !kept.includes(record));
    if (dropped.length > 0) {
      this.#note('sqs.filtered', { count: dropped.length });
      this.#delete(dropped);
    }
    const atMs = this.#kernel.now();
    for (const record of kept) {
      const bytes = Buffer.byteLength(JSON.stringify(record.body)) + recordOverheadBytes;
      this.#gathered.push({ record, bytes, atMs });
    }
  }

  #openWindow(): void {
    const { batchingWindowMs } = this.#model;
    this.#windowTimer ??= this.#kernel.after(batchingWindowMs, `window ${this.#queueName}`, () => {
      this.#windowTimer = undefined;
      this.#isWindowOver = true;
      this.#poll();
    });
  }

  #dispatch(): void {
    this.#windowTimer?.cancel();
    this.#windowTimer = undefined;
    this.#isWindowOver = false;
    const size = sizeWithin(this.#gathered, maxPayloadBytes);
    const batch = this.#gathered.slice(0, size);
    this.#gathered = this.#gathered.slice(size);
    this.#running++;
    void this.#process(batch)
      .catch((error: unknown) => this.#report(error, 'DeleteMessageBatch'))
      .finally(() => {
        this.#running--;
        this.#wake();
      });
  }

  async #process(batch: readonly Gathered[]): Promise<void> {
    const records = batch.map(({ record }) => record);
    const hiddenUntilMs = (batch[0]?.atMs ?? 0) + this.#queue.model.visibilityTimeoutMs;
    const outcome = await this.#invoke(records, hiddenUntilMs);
    this.#backOffAfter(outcome);
    const failed = this.#failuresOf(outcome, records);
    const succeeded =
      failed === 'whole batch' ? [] : records.filter(({ messageId }) => !failed.has(messageId));
    this.#note('sqs.batch', {
      count: records.length,
      failed: records.length - succeeded.length,
      outcome: outcome.kind,
    });
    this.#delete(succeeded);
  }

  /** Throttled, Lambda tries again with growing waits until the messages show themselves anyway. */
  async #invoke(records: readonly QueueRecord[], hiddenUntilMs: number): Promise<InvokeOutcome> {
    const { functionName } = this.#model;
    for (let waitMs = firstThrottleWaitMs; ; waitMs = Math.min(2 * waitMs, longestThrottleWaitMs)) {
      const outcome = await this.#invoker.invoke(functionName, { Records: records }, this.#caller);
      if (outcome.kind !== 'throttled') return outcome;
      this.#scale.backOff();
      if (this.#kernel.now() + waitMs >= hiddenUntilMs) return outcome;
      await sleep(this.#kernel, waitMs, `throttled ${functionName}`);
    }
  }

  /**
   * With ReportBatchItemFailures Lambda takes failures as part of the business.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  #backOffAfter({ kind }: InvokeOutcome): void {
    if (kind === 'error' && !this.#model.reportsBatchItemFailures) this.#scale.backOff();
  }

  #failuresOf(outcome: InvokeOutcome, records: readonly QueueRecord[]): ItemFailures {
    if (outcome.kind !== 'ok') return 'whole batch';
    if (!this.#model.reportsBatchItemFailures) return new Set();
    return readItemFailures(
      outcome.payload,
      records.map(({ messageId }) => messageId),
    );
  }

  #delete(records: readonly QueueRecord[]): void {
    const handles = records.map(({ receiptHandle }) => receiptHandle);
    this.#sqs.deleteAll(this.#model.queueArn, handles, this.#caller);
  }

  /** What was received shows itself again; what is there is polled again. */
  #report(error: unknown, action: string): void {
    if (!this.#onDefect) throw error;
    const caller = { name: this.#caller, roleArn: undefined };
    this.#onDefect(error, { service: 'sqs', action, input: {}, caller });
  }

  #note(kind: string, details: Record<string, string | number>): void {
    const { functionName } = this.#model;
    this.#kernel.trace({ kind, queue: this.#queueName, function: functionName, ...details });
  }
}

const bytesIn = (gathered: readonly Gathered[]): number =>
  gathered.reduce((sum, { bytes }) => sum + bytes, 0);

/** How many from the front fit; at least one. */
function sizeWithin(gathered: readonly Gathered[], maxBytes: number): number {
  let bytes = 0;
  const overflow = gathered.findIndex((one) => {
    bytes += one.bytes;
    return bytes > maxBytes;
  });
  return overflow === -1 ? gathered.length : Math.max(1, overflow);
}
