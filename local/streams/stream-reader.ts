/**
 * Reads the streams of tables in the shape Lambda gets them, stamped by the engine's clock. Where a
 * reader stands, and when it reads again, is not its business.
 */
import type { DynamoClient } from '../dynamodb/client.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { region, type TableModel } from '../template/model.ts';
import type { StreamRecord } from './stream-source.ts';

export interface StreamReader {
  /** Records after the given sequence number, oldest first; from the beginning without one. */
  read(afterSequence: string | undefined, limit: number): Promise<StreamRecord[]>;
  /** Notes that everything up to this sequence number has been written by now. */
  noteWritten(sequence: number): void;
}

/** As GetShardIterator wants it; DynamoDB here has one per stream, for ever. */
export type Shard = { readonly StreamArn: string; readonly ShardId: string };

/** GetRecords gives no more at once. */
const mostRecords = 1000;
/** Positions whose iterators are kept: a stream has two readers, and they repeat themselves. */
const mostIterators = 16;

export function createStreamReader(
  kernel: Kernel,
  client: DynamoClient,
  table: TableModel,
  shard: Shard,
): StreamReader {
  const iterators = new Map<string, string>();
  const stamps = new Stamps(kernel);

  const iteratorAfter = async (sequence: string | undefined): Promise<string> => {
    const kept = iterators.get(sequence ?? '');
    if (kept) return kept;
    const type = sequence === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER';
    const { ShardIterator } = await client.send(`${api}GetShardIterator`, {
      ...shard,
      ShardIteratorType: type,
      SequenceNumber: sequence,
    });
    return String(ShardIterator);
  };

  const keep = (sequence: string | undefined, iterator: unknown) => {
    iterators.delete(sequence ?? '');
    if (typeof iterator === 'string') iterators.set(sequence ?? '', iterator);
    const [oldest] = iterators.keys();
    if (iterators.size > mostIterators && oldest !== undefined) iterators.delete(oldest);
  };

  return {
    async read(afterSequence, limit) {
      const ShardIterator = await iteratorAfter(afterSequence);
      const Limit = Math.min(limit, mostRecords);
      const output = await client.send(`${api}GetRecords`, { ShardIterator, Limit });
      const raw = output.Records as StreamRecord[];
      const last = raw.at(-1)?.dynamodb.SequenceNumber;
      keep(last ?? afterSequence, output.NextShardIterator);
      if (last !== undefined) stamps.note(Number(last));
      return raw.map((record) => asLambdaRecord(record, table, stamps));
    },
    noteWritten: (sequence) => stamps.note(sequence),
  };
}

const api = 'DynamoDBStreams_20120810.';

export async function findShard(client: DynamoClient, TableName: string): Promise<Shard> {
  const { Table } = await client.send('DynamoDB_20120810.DescribeTable', { TableName });
  const { LatestStreamArn: StreamArn } = Table as { LatestStreamArn?: string };
  if (!StreamArn) throw new Error(`table ${TableName} was expected to have a stream`);
  const { StreamDescription } = await client.send(`${api}DescribeStream`, { StreamArn });
  const { Shards } = StreamDescription as { Shards: { ShardId: string }[] };
  const [shard] = Shards;
  if (!shard || Shards.length > 1)
    throw new Error(`the stream of ${TableName} has ${Shards.length} shards, and one was expected`);
  return { StreamArn, ShardId: shard.ShardId };
}

function asLambdaRecord(raw: StreamRecord, table: TableModel, stamps: Stamps): StreamRecord {
  const { SequenceNumber } = raw.dynamodb;
  const ApproximateCreationDateTime = stamps.secondsOf(Number(SequenceNumber));
  return {
    ...raw,
    awsRegion: region,
    eventSourceARN: table.stream?.arn ?? table.arn,
    dynamodb: { ...raw.dynamodb, ApproximateCreationDateTime },
  };
}

/** When records were written: each mark says what had been written by then. */
class Stamps {
  readonly #kernel: Kernel;
  readonly #marks: { readonly upTo: number; readonly atMs: number }[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  note(sequence: number): void {
    const last = this.#marks.at(-1);
    if (last && last.upTo >= sequence) return;
    const atMs = this.#kernel.now();
    if (last && isSameSecond(last.atMs, atMs)) this.#marks.pop();
    this.#marks.push({ upTo: sequence, atMs });
  }

  /** In whole seconds, as DynamoDB gives it. */
  secondsOf(sequence: number): number {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#marks[middle]?.upTo ?? 0) >= sequence) high = middle;
      else low = middle + 1;
    }
    return Math.floor((this.#marks[low]?.atMs ?? this.#kernel.now()) / 1000);
  }
}

const isSameSecond = (aMs: number, bMs: number): boolean =>
  Math.floor(aMs / 1000) === Math.floor(bMs / 1000);
