/** A stream mapping between a table and a function of the test's own, and what became of each batch. */
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { DeliveryChaos, InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { createStreamMapping } from '../../../local/streams/stream-mapping.ts';
import type { StreamRecord, StreamSource } from '../../../local/streams/stream-source.ts';
import type { StreamMappingModel } from '../../../local/template/model.ts';

export const minute = 60_000;
export const done: InvokeOutcome = { kind: 'ok', payload: { batchItemFailures: [] } };
export const crash: InvokeOutcome = {
  kind: 'error',
  errorType: 'E',
  errorMessage: 'e',
  trace: [],
};
export const failedAt = (...itemIdentifiers: unknown[]): InvokeOutcome => ({
  kind: 'ok',
  payload: { batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) },
});
/** Undefined: it never answers. */
type Answer = (keys: readonly string[], call: number) => InvokeOutcome | undefined;

/** A table whose stream holds what `write` put there; sequence numbers are s1, s2, … */
export function createTable() {
  const records: StreamRecord[] = [];
  const listeners: (() => void)[] = [];
  const failing = { reads: 0 };
  const source: StreamSource = {
    readStream: async (_table, after, limit) => {
      if (failing.reads-- > 0) throw new Error('the store is away');
      const from = records.findIndex(({ eventID }) => eventID === after) + 1;
      return records.slice(from, from + limit);
    },
    onWrite: (_table, listener) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
  const write = (atMs: number, ...keys: string[]) => {
    for (const key of keys) records.push(recordOf(`s${records.length + 1}`, key, atMs));
    for (const listener of listeners) listener();
  };
  return { source, write, failing };
}

const recordOf = (sequence: string, key: string, atMs: number): StreamRecord => ({
  eventID: sequence,
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'us-east-1',
  eventSourceARN: 'arn:stream',
  dynamodb: {
    ApproximateCreationDateTime: Math.floor(atMs / 1000),
    Keys: { id: { S: key } },
    NewImage: { id: { S: key }, size: { N: '5' } },
    SequenceNumber: sequence,
    SizeBytes: 10,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const bucket = { logicalId: 'B', name: 'parked', arn: 'arn:aws:s3:::parked' };

export interface BenchOptions {
  readonly chaos?: DeliveryChaos;
  readonly before?: readonly string[];
  readonly takesMs?: number;
  readonly failingReads?: number;
  /** An earlier bench: its table and its journal live on, its time and its function do not. */
  readonly after?: Shared;
  /** A bench whose time, table and journal are this one's as well. */
  readonly beside?: Shared;
}

interface Shared {
  readonly kernel: VirtualKernel;
  readonly table: ReturnType<typeof createTable>;
  readonly journal: Journal;
}

export function read(
  answer: Answer,
  changes: Partial<StreamMappingModel> = {},
  options: BenchOptions = {},
) {
  const { after, beside } = options;
  const kernel = beside?.kernel ?? kernelAfter(after);
  const { table = createTable(), journal = openJournal(undefined) } = after ?? beside ?? {};
  const s3 = createS3({ kernel, journal, buckets: [bucket] });
  const calls: { keys: string[]; atMs: number; records: readonly StreamRecord[] }[] = [];
  const load = { now: 0, most: 0 };
  const write = (...keys: string[]) => table.write(kernel.now(), ...keys);
  write(...(options.before ?? []));
  table.failing.reads = options.failingReads ?? 0;
  const mapping = createStreamMapping({
    kernel,
    journal,
    source: table.source,
    failures: s3,
    chaos: options.chaos ?? { repeat: 0, overtakeMs: 0 },
    model: {
      logicalId: 'Mapping',
      functionName: 'relay',
      batchSize: 100,
      batchingWindowMs: 0,
      reportsBatchItemFailures: true,
      filters: [],
      tableName: 'Orders',
      streamArn: 'arn:stream',
      isEnabled: true,
      startingPosition: 'TRIM_HORIZON',
      bisectsOnError: false,
      maxRetries: -1,
      maxRecordAgeMs: -1,
      parallelization: 1,
      failureDestinationArn: bucket.arn,
      ...changes,
    },
    invoker: {
      invoke: (_name, event) => {
        const { Records: records } = event as { Records: StreamRecord[] };
        const keys = records.map(({ dynamodb }) => (dynamodb.Keys.id as { S: string }).S);
        calls.push({ keys, atMs: kernel.now(), records });
        load.most = Math.max(load.most, ++load.now);
        const outcome = answer(keys, calls.length);
        return new Promise((resolve) => {
          kernel.after(options.takesMs ?? 0, 'relay', () => {
            load.now--;
            if (outcome) resolve(outcome);
          });
        });
      },
    },
  });
  const batches = () => calls.map(({ keys }) => keys.join(''));
  const parked = () => s3.objects('parked').map(({ key, body }) => ({ key, ...JSON.parse(body) }));
  return { kernel, mapping, calls, batches, parked, load, table, journal, write };
}

const kernelAfter = (earlier: Shared | undefined): VirtualKernel =>
  earlier ? new VirtualKernel(2, earlier.kernel.now() + minute) : new VirtualKernel(1);
