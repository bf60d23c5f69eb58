/** Pages of a stream as the Streams API gives them, by iterators, of which a few are kept. */
import type { DynamoClient } from '../dynamodb/client.ts';
import type { ReadPage } from './stream-reader.ts';
import type { RawRecord } from './stream-source.ts';

/** As GetShardIterator wants it; DynamoDB here has one per stream, for ever. */
export type Shard = { readonly StreamArn: string; readonly ShardId: string };

/** Positions whose iterators are kept: a stream has two readers, and they repeat themselves. */
const mostIterators = 16;
const api = 'DynamoDBStreams_20120810.';

export function shardPages(client: DynamoClient, shard: Shard): ReadPage {
  const iterators = new Map<string, string>();

  const iteratorAfter = async (sequence: string | undefined) => {
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

  return async (from, Limit) => {
    const ShardIterator = await iteratorAfter(from);
    const output = await client.send(`${api}GetRecords`, { ShardIterator, Limit });
    const records = output.Records as RawRecord[];
    keep(records.at(-1)?.dynamodb.SequenceNumber ?? from, output.NextShardIterator);
    return records;
  };
}

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
