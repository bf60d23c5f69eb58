/**
 * The reader behind a DynamoDB stream's event source mapping: polls after writes, filters, and
 * deals the records out to lanes in which each item's changes stay in order.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
import { compileFilters, type EventMatcher } from '../events/event-pattern.ts';
import type { Busy } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { DeliveryChaos, Invoker } from '../lambda/invoker.ts';
import type { StreamMappingModel } from '../template/model.ts';
import { Checkpoint } from './checkpoint.ts';
import { mappingId } from './mapping-id.ts';
import { type FailureStore, StreamLane } from './stream-lane.ts';
import type { StreamRecord, StreamSource } from './stream-source.ts';

/** What GetRecords returns at most. */
const readLimit = 1000;
/** Read and not finished; a mapping that is stuck stops reading instead of filling the memory. */
const maxHeld = 10_000;
/**
 * In real time: a moment for writes to gather; and under load, which shows as several records in one
 * read, a pause in which batches fill, since AWS polls no more than four times a second.
 */
const coalesceMs = 2;
const pauseUnderLoadMs = 70;
/** In virtual time as on AWS, which polls four times a second: any moment up to this. */
const longestPollMs = 250;
const failedReadWaitMs = 1000;

export interface StreamMappingOptions {
  readonly kernel: Kernel;
  readonly model: StreamMappingModel;
  readonly source: StreamSource;
  readonly invoker: Invoker;
  /** Only S3 keeps the records themselves, so the destination must be a bucket. */
  readonly failures: FailureStore;
  readonly chaos: DeliveryChaos;
  /** Where it keeps how far it has got. */
  readonly journal: Journal;
  /** Told when it fails itself, e.g. because the disk is full. @default ends the process */
  readonly onDefect?: (error: unknown) => void;
}

export interface StreamMapping extends Busy {
  /** Reads no further, as a disabled mapping does; batches under way are finished. */
  pause(): void;
  resume(): void;
}

/** Starts reading at once, unless the template has it disabled: then it waits for `resume`. */
export function createStreamMapping(options: StreamMappingOptions): StreamMapping {
  const { logicalId, failureDestinationArn } = options.model;
  if (failureDestinationArn && !failureDestinationArn.startsWith('arn:aws:s3:::')) {
    throw new Error(`${logicalId} discards to ${failureDestinationArn}, which is no S3 bucket`);
  }
  return new Reader(options);
}

class Reader implements StreamMapping {
  readonly #kernel: Kernel;
  readonly #model: StreamMappingModel;
  readonly #source: StreamSource;
  readonly #chaos: DeliveryChaos;
  readonly #passes: EventMatcher;
  readonly #onDefect: (error: unknown) => void;
  readonly #lanes: readonly StreamLane[];
  readonly #checkpoint: Checkpoint;
  /** LATEST: what is in the stream already is read, and passed over. */
  #isSkipping: boolean;
  #hasUnread = true;
  #isReading = false;
  #isPaused: boolean;
  #lastReadMs = Number.NEGATIVE_INFINITY;
  #isUnderLoad = false;
  #timer: Timer | undefined;

  constructor(options: StreamMappingOptions) {
    const { kernel, model, source, chaos, journal, onDefect = rethrow } = options;
    this.#kernel = kernel;
    this.#model = model;
    this.#source = source;
    this.#chaos = chaos;
    this.#onDefect = onDefect;
    this.#passes = compileFilters(model.filters);
    this.#checkpoint = new Checkpoint(journal.database, model);
    this.#isSkipping = model.startingPosition === 'LATEST' && !this.#checkpoint.isKept;
    this.#isPaused = !model.isEnabled;
    const onFinished = (records: readonly StreamRecord[]) => {
      this.#checkpoint.noteFinished(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    };
    const onProgress = () => this.#schedule();
    this.#lanes = Array.from(
      { length: model.parallelization },
      (_, i) =>
        new StreamLane(i, {
          ...options,
          mappingId: mappingId(model.logicalId),
          onDefect,
          onFinished,
          onProgress,
        }),
    );
    source.onWrite(model.tableName, () => {
      this.#hasUnread = true;
      this.#schedule();
    });
    this.#schedule();
  }

  pending(): string[] {
    const willRead = this.#hasUnread && !this.#isPaused;
    const isIdle = !willRead && !this.#isReading && this.#held() === 0;
    return isIdle ? [] : [`stream of ${this.#model.tableName} to ${this.#model.functionName}`];
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  #held(): number {
    return this.#lanes.reduce((sum, { size }) => sum + size, 0);
  }

  #schedule(waitMs?: number): void {
    if (this.#timer || this.#isReading || this.#isPaused || !this.#hasUnread) return;
    if (this.#held() >= maxHeld) return;
    const delayMs = waitMs ?? this.#pollDelayMs();
    this.#timer = this.#kernel.after(delayMs, `poll ${this.#model.tableName}`, () => {
      this.#timer = undefined;
      if (!this.#isPaused) this.#read().catch(this.#onDefect);
    });
  }

  #pollDelayMs(): number {
    if (this.#kernel.mode === 'real') {
      const pauseMs = this.#isUnderLoad ? pauseUnderLoadMs : 0;
      return Math.max(coalesceMs, this.#lastReadMs + pauseMs - this.#kernel.now());
    }
    return this.#kernel.random() * (longestPollMs + this.#chaos.overtakeMs);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    this.#hasUnread = false;
    this.#lastReadMs = this.#kernel.now();
    const records = await this.#readOrNote();
    this.#isReading = false;
    this.#isUnderLoad = records !== undefined && records.length > 2;
    if (records) this.#take(records);
    else this.#hasUnread = true;
    this.#schedule(records ? undefined : failedReadWaitMs);
  }

  /** Undefined when the store did not answer: the same position is read again later. */
  async #readOrNote(): Promise<readonly StreamRecord[] | undefined> {
    const { tableName } = this.#model;
    try {
      return await this.#source.readStream(tableName, this.#checkpoint.lastRead, readLimit);
    } catch (error) {
      this.#kernel.trace({ kind: 'stream.unreadable', table: tableName, error: String(error) });
      return undefined;
    }
  }

  #take(records: readonly StreamRecord[]): void {
    if (records.length === readLimit) this.#hasUnread = true;
    const dealt = this.#lanes.map((): StreamRecord[] => []);
    for (const record of records) {
      const isTaken = !this.#isSkipping && this.#passes(record);
      this.#checkpoint.noteRead(record.dynamodb.SequenceNumber, isTaken);
      if (isTaken) dealt[laneOf(record, dealt.length)]?.push(record);
    }
    if (records.length < readLimit) this.#isSkipping = false;
    if (!this.#isSkipping) this.#checkpoint.save();
    dealt.forEach((own, i) => {
      if (own.length > 0) this.#lanes[i]?.add(own);
    });
  }
}

const rethrow = (error: unknown): never => {
  throw error;
};

/** By the item's whole key: Lambda keeps no other order among parallel batches of one shard. */
function laneOf({ dynamodb }: StreamRecord, lanes: number): number {
  if (lanes === 1) return 0;
  const key = JSON.stringify(Object.entries(dynamodb.Keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}
