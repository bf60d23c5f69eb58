/**
 * Reads the streams of tables in the shape Lambda gets them, stamped by the engine's clock, and only
 * as far back as a stream reaches. Where a reader stands, and when it reads again, is not its business.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DynamoClient } from '../dynamodb/client.ts';
import type { DynoxideDatabase } from '../dynamodb/database.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { region, type TableModel } from '../template/model.ts';
import { laterOf, Stamps } from './stamps.ts';
import type { StreamRecord } from './stream-source.ts';
import { StreamTrim } from './stream-trim.ts';

export interface StreamReader {
  /** Records after the given sequence number, oldest first; from the beginning without one. */
  read(afterSequence: string | undefined, limit: number): Promise<StreamRecord[]>;
  /** Whether nothing that can be read is behind a position; asked before the kernel's time begins. */
  isAtEnd(position: string | undefined): Promise<boolean>;
  /** Notes that everything up to this sequence number has been written by now. */
  noteWritten(sequence: number): void;
  /** The newest sequence number that is too old to be read, if there is any. */
  horizon(): string | undefined;
}

/** As GetShardIterator wants it; DynamoDB here has one per stream, for ever. */
export type Shard = { readonly StreamArn: string; readonly ShardId: string };

/** GetRecords gives no more at once. */
const mostRecords = 1000;
/** Positions whose iterators are kept: a stream has two readers, and they repeat themselves. */
const mostIterators = 16;

export interface StreamReaderSettings {
  readonly kernel: Kernel;
  readonly client: DynamoClient;
  /** For before the kernel's time begins. */
  readonly setup: DynamoClient;
  readonly table: TableModel;
  readonly shard: Shard;
  readonly journal: Journal;
  /** The store itself, if it is dynoxide's: only there old records are deleted. */
  readonly database: DynoxideDatabase | undefined;
}

export function createStreamReader(settings: StreamReaderSettings): StreamReader {
  const { kernel, client, setup, table, shard, journal, database } = settings;
  const iterators = new Map<string, string>();
  const stamps = new Stamps(kernel, journal.database, table.name);
  if (database) stamps.meet(String(database.newestSequence(table.name)));
  const trim =
    database &&
    new StreamTrim({
      kernel,
      tableName: table.name,
      stamps,
      remove: (upTo, most) => database.trimStream(table.name, upTo, most),
    });
  const note = (sequence: string) => {
    stamps.note(sequence);
    trim?.schedule();
  };

  const iteratorAfter = async (via: DynamoClient, sequence: string | undefined) => {
    const kept = iterators.get(sequence ?? '');
    if (kept) return kept;
    const type = sequence === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER';
    const { ShardIterator } = await via.send(`${api}GetShardIterator`, {
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

  const readPage = async (via: DynamoClient, from: string | undefined, Limit: number) => {
    const ShardIterator = await iteratorAfter(via, from);
    const output = await via.send(`${api}GetRecords`, { ShardIterator, Limit });
    const raw = output.Records as StreamRecord[];
    const last = raw.at(-1)?.dynamodb.SequenceNumber;
    if (last !== undefined) note(last);
    const records = raw.filter(isChange);
    const end = records.at(-1)?.dynamodb.SequenceNumber ?? from;
    keep(end, output.NextShardIterator);
    return { records, end, isLast: raw.length < Limit };
  };

  return {
    async read(afterSequence, limit) {
      const most = Math.min(limit, mostRecords);
      const found: StreamRecord[] = [];
      let from = laterOf(afterSequence, stamps.horizon());
      // To readers an answer below the limit means that there is no more.
      for (;;) {
        const { records, end, isLast } = await readPage(client, from, most - found.length);
        found.push(...records);
        if (isLast || found.length === most)
          return found.map((record) => asLambdaRecord(record, table, stamps));
        from = end;
      }
    },
    async isAtEnd(position) {
      let from = laterOf(position, stamps.horizon());
      for (;;) {
        const { records, end, isLast } = await readPage(setup, from, mostRecords);
        if (records.length > 0 || isLast) return records.length === 0;
        from = end;
      }
    },
    noteWritten: (sequence) => note(String(sequence)),
    horizon: () => stamps.horizon(),
  };
}

/**
 * dynoxide also records writes that leave an item as it was; DynamoDB does not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
const isChange = ({ eventName, dynamodb }: StreamRecord): boolean =>
  eventName !== 'MODIFY' ||
  dynamodb.OldImage === undefined ||
  dynamodb.NewImage === undefined ||
  !isDeepStrictEqual(dynamodb.OldImage, dynamodb.NewImage);

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
  const ApproximateCreationDateTime = stamps.secondsOf(SequenceNumber);
  return {
    ...raw,
    awsRegion: region,
    eventSourceARN: table.stream?.arn ?? table.arn,
    dynamodb: { ...raw.dynamodb, ApproximateCreationDateTime },
  };
}
