/** How the cases read a stream: all of its shards, until what was written has come. */
import type {
  _Record,
  DynamoDBStreams,
  GetShardIteratorInput,
} from '@aws-sdk/client-dynamodb-streams';
import type { Clients } from '../case.ts';
import { eventually } from '../expect.ts';
import type { Scratch } from '../scratch.ts';

export type StreamRecord = _Record;
export type Place = Pick<GetShardIteratorInput, 'ShardIteratorType' | 'SequenceNumber'>;

/** A table with a stream, and how to write one item to it again and again. */
export interface Streamed {
  readonly TableName: string;
  readonly StreamArn: string;
  put(pk: string, n: number): Promise<unknown>;
  remove(pk: string): Promise<unknown>;
  /** Everything from the oldest record on, once there are `count`. */
  readAll(count: number): Promise<StreamRecord[]>;
}

export async function streamed(
  { dynamodb, streams }: Clients,
  scratch: Scratch,
  StreamViewType: 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY' = 'NEW_AND_OLD_IMAGES',
): Promise<Streamed> {
  const TableName = await scratch.table({
    StreamSpecification: { StreamEnabled: true, StreamViewType },
  });
  const { Table } = await dynamodb.describeTable({ TableName });
  const StreamArn = Table?.LatestStreamArn ?? '';
  return {
    TableName,
    StreamArn,
    put: (pk, n) => dynamodb.putItem({ TableName, Item: { pk: { S: pk }, n: { N: `${n}` } } }),
    remove: (pk) => dynamodb.deleteItem({ TableName, Key: { pk: { S: pk } } }),
    async readAll(count) {
      const iterators = await iteratorsOf(streams, StreamArn, {
        ShardIteratorType: 'TRIM_HORIZON',
      });
      return readUntil(streams, iterators, count);
    },
  };
}

/** AWS gives a new table several shards; an item's records are all in one of them. */
export async function shardsOf(streams: DynamoDBStreams, StreamArn: string): Promise<string[]> {
  const { StreamDescription } = await streams.describeStream({ StreamArn });
  return (StreamDescription?.Shards ?? []).map(({ ShardId = '' }) => ShardId);
}

export async function iteratorsOf(
  streams: DynamoDBStreams,
  StreamArn: string,
  place: Place,
): Promise<string[]> {
  const iterators: string[] = [];
  for (const ShardId of await shardsOf(streams, StreamArn)) {
    const { ShardIterator } = await streams.getShardIterator({ StreamArn, ShardId, ...place });
    iterators.push(ShardIterator ?? '');
  }
  return iterators;
}

/** Reads on from each iterator until there are `count` records; more are returned, too. */
export async function readUntil(
  streams: DynamoDBStreams,
  from: readonly string[],
  count: number,
): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  let iterators = [...from];
  const readOn = async () => {
    const next: string[] = [];
    for (const ShardIterator of iterators) {
      const { Records = [], NextShardIterator } = await streams.getRecords({ ShardIterator });
      records.push(...Records);
      if (NextShardIterator) next.push(NextShardIterator);
    }
    iterators = next;
    return records.map(summaryOf);
  };
  await eventually(`${count} stream records`, readOn, (found) => found.length >= count);
  return records;
}

/** `INSERT a 1`: what happened, to which item, and its number afterwards. */
export const summaryOf = ({ eventName, dynamodb }: StreamRecord): string =>
  [eventName, dynamodb?.Keys?.pk?.S, dynamodb?.NewImage?.n?.N].filter(Boolean).join(' ');
