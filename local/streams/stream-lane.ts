/**
 * One of a shard's parallel lanes: one batch at a time, in order, until it is done or given up.
 * Reading the stream and choosing the lane are not its business.
 */
import { uuid } from '../gateway/identifiers.ts';
import { type Kernel, sleep, type Timer } from '../kernel/kernel.ts';
import type { DeliveryChaos, Invoker } from '../lambda/invoker.ts';
import type { StreamMappingModel } from '../template/model.ts';
import { type Attempt, decide, firstAttempt } from './batch-attempt.ts';
import { type Discard, failureKey, failureRecord } from './failure-record.ts';
import { streamLifetimeMs } from './stamps.ts';
import type { StreamRecord } from './stream-source.ts';

/** A payload's 6 MB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6 * 1024 * 1024;
const envelopeBytes = Buffer.byteLength(JSON.stringify({ Records: [] }));
const firstWaitMs = 1000;
const longestWaitMs = 60_000;

/** Where given-up records go. */
export interface FailureStore {
  put(bucketArn: string, key: string, body: string): void;
}

export interface LaneOptions {
  readonly kernel: Kernel;
  readonly model: StreamMappingModel;
  readonly mappingId: string;
  readonly invoker: Invoker;
  readonly failures: FailureStore;
  readonly chaos: DeliveryChaos;
  /** Told of records that need not be read again: done, or given up and kept where they belong. */
  readonly onFinished: (records: readonly StreamRecord[]) => void;
  readonly onDefect: (error: unknown) => void;
  /** Called when a batch is finished, and room and quiescence may have changed. */
  readonly onProgress: () => void;
}

type Waiting = { readonly record: StreamRecord; readonly bytes: number };

export class StreamLane {
  readonly #options: LaneOptions;
  readonly #number: number;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #windowTimer: Timer | undefined;
  #isWindowOver = false;

  constructor(number: number, options: LaneOptions) {
    this.#number = number;
    this.#options = options;
  }

  /** Records here and not finished. */
  get size(): number {
    return this.#waiting.length + this.#underWay;
  }

  add(records: readonly StreamRecord[]): void {
    for (const record of records) {
      this.#waiting.push({ record, bytes: Buffer.byteLength(`${JSON.stringify(record)},`) });
    }
    this.#next();
  }

  #next(): void {
    const { batchingWindowMs } = this.#options.model;
    if (this.#underWay > 0 || this.#waiting.length === 0) return;
    if (batchingWindowMs > 0 && !this.#isWindowOver && !this.#hasFullBatch()) {
      this.#openWindow(batchingWindowMs);
      return;
    }
    this.#windowTimer?.cancel();
    this.#windowTimer = undefined;
    this.#isWindowOver = false;
    this.#work(this.#cutBatch()).catch(this.#options.onDefect);
  }

  #openWindow(windowMs: number): void {
    const { kernel, model } = this.#options;
    this.#windowTimer ??= kernel.after(windowMs, `window ${model.tableName}`, () => {
      this.#windowTimer = undefined;
      this.#isWindowOver = true;
      this.#next();
    });
  }

  #hasFullBatch(): boolean {
    return (
      this.#waiting.length >= this.#options.model.batchSize ||
      this.#waiting.reduce((sum, { bytes }) => sum + bytes, envelopeBytes) >= maxPayloadBytes
    );
  }

  #cutBatch(): readonly StreamRecord[] {
    let bytes = envelopeBytes;
    let size = 0;
    for (const waiting of this.#waiting.slice(0, this.#options.model.batchSize)) {
      bytes += waiting.bytes;
      if (size > 0 && bytes > maxPayloadBytes) break;
      size++;
    }
    const batch = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.slice(size);
    return batch.map(({ record }) => record);
  }

  async #work(records: readonly StreamRecord[]): Promise<void> {
    this.#underWay = records.length;
    const todo: Attempt[] = [firstAttempt(records)];
    for (let attempt = todo.shift(); attempt; attempt = todo.shift()) {
      const rest = await this.#try(attempt);
      const left = new Set(rest.flatMap((one) => one.records));
      this.#options.onFinished(attempt.records.filter((record) => !left.has(record)));
      todo.unshift(...rest);
    }
    this.#underWay = 0;
    this.#options.onProgress();
    this.#next();
  }

  /** Answers what is left to do of it. */
  async #try(planned: Attempt): Promise<readonly Attempt[]> {
    const { kernel, model, invoker } = this.#options;
    if (planned.setbacks > 0) await sleep(kernel, waitOf(planned), `retry ${model.functionName}`);
    const attempt = this.#withoutExpired(planned);
    if (attempt.records.length === 0) return [];
    const event = { Records: attempt.records };
    const outcome = await invoker.invoke(model.functionName, event, `stream:${model.tableName}`);
    const decision = decide(attempt, outcome, model);
    this.#note('stream.batch', attempt.records.length, `${outcome.kind}, ${decision.kind}`);
    if (decision.kind === 'again') return decision.attempts;
    if (decision.kind === 'done') return this.#repeats(attempt) ? [repeated(attempt)] : [];
    this.#discard({
      records: attempt.records,
      condition: 'RetryAttemptsExhausted',
      invokeCount: attempt.invokes + 1,
      isFunctionError: outcome.kind === 'error',
    });
    return [];
  }

  #withoutExpired(attempt: Attempt): Attempt {
    const { maxRecordAgeMs } = this.#options.model;
    const [trimmed, rest] = this.#splitByAge(attempt.records, streamLifetimeMs);
    // What the stream itself has let go is nobody's any more, and leaves no record of the failure.
    if (trimmed.length > 0) this.#note('stream.expired', trimmed.length, 'lost');
    if (maxRecordAgeMs < 0) return { ...attempt, records: rest };
    const [old, young] = this.#splitByAge(rest, maxRecordAgeMs);
    if (old.length > 0)
      this.#discard({
        records: old,
        condition: 'RecordAgeExceeded',
        invokeCount: attempt.invokes,
        isFunctionError: attempt.isFunctionError,
      });
    return { ...attempt, records: young };
  }

  /** Records are in the order of their age, so what is too old is at the front. */
  #splitByAge(records: readonly StreamRecord[], maxAgeMs: number) {
    const oldestMs = this.#options.kernel.now() - maxAgeMs;
    const isYoung = ({ dynamodb }: StreamRecord) =>
      dynamodb.ApproximateCreationDateTime * 1000 >= oldestMs;
    const found = records.findIndex(isYoung);
    const split = found === -1 ? records.length : found;
    return [records.slice(0, split), records.slice(split)] as const;
  }

  /** At-least-once: the checkpoint got lost although the function had succeeded. */
  #repeats(attempt: Attempt): boolean {
    const { chaos, kernel } = this.#options;
    if (chaos.repeat === 0 || attempt.isRepeated || kernel.random() >= chaos.repeat) return false;
    this.#note('stream.repeat', attempt.records.length, 'again');
    return true;
  }

  #discard(
    given: Pick<Discard, 'records' | 'condition' | 'invokeCount' | 'isFunctionError'>,
  ): void {
    const { kernel, model, mappingId, failures } = this.#options;
    this.#note('stream.discard', given.records.length, given.condition);
    if (model.failureDestinationArn === undefined) return;
    const atMs = kernel.now();
    const body = failureRecord({ ...given, model, requestId: uuid(kernel), atMs });
    const key = failureKey(mappingId, atMs, uuid(kernel));
    failures.put(model.failureDestinationArn, key, body);
  }

  #note(kind: string, count: number, outcome: string): void {
    const { tableName: table, functionName } = this.#options.model;
    const lane = this.#number;
    this.#options.kernel.trace({ kind, table, function: functionName, lane, count, outcome });
  }
}

const waitOf = ({ setbacks }: Attempt): number =>
  Math.min(firstWaitMs * 2 ** (setbacks - 1), longestWaitMs);

const repeated = ({ records }: Attempt): Attempt => ({
  ...firstAttempt(records),
  isRepeated: true,
});
