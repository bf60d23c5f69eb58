/** DynamoDB Streams: what is recorded, in which order, and where reading begins. */
import assert from 'node:assert/strict';
import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import type { Case } from '../case.ts';
import { refusal } from '../expect.ts';
import {
  iteratorsOf,
  type Place,
  readUntil,
  shardsOf,
  streamed,
  summaryOf,
} from './stream-reading.ts';

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';
const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html';

/** What the shard that has the record of this number answers from there on. */
async function readFrom(
  streams: DynamoDBStreams,
  StreamArn: string,
  place: Place & { readonly count: number },
): Promise<string[]> {
  const { count, ...where } = place;
  for (const ShardId of await shardsOf(streams, StreamArn)) {
    const { ShardIterator = '' } = await streams.getShardIterator({ StreamArn, ShardId, ...where });
    const { Records = [] } = await streams.getRecords({ ShardIterator });
    if (Records.length > 0) return Records.slice(0, count).map(summaryOf);
  }
  return [];
}

export const streamCases: readonly Case[] = [
  {
    id: 'streams.listed',
    rule: 'The stream of a table is listed and described: ENABLED, with its view type and shards.',
    source: `${api}/API_streams_DescribeStream.html`,
    async run(clients, scratch) {
      const { TableName, StreamArn } = await streamed(clients, scratch);
      const { Streams } = await clients.streams.listStreams({ TableName });
      assert.deepEqual(
        Streams?.map((stream) => [stream.StreamArn, stream.TableName]),
        [[StreamArn, TableName]],
      );
      const { StreamDescription } = await clients.streams.describeStream({ StreamArn });
      const { StreamStatus, StreamViewType, KeySchema, Shards = [] } = StreamDescription ?? {};
      assert.deepEqual([StreamStatus, StreamViewType], ['ENABLED', 'NEW_AND_OLD_IMAGES']);
      assert.deepEqual(KeySchema, [{ AttributeName: 'pk', KeyType: 'HASH' }]);
      assert.match(`${Shards[0]?.ShardId}`, /^shardId-/);
    },
  },
  {
    id: 'streams.unknown',
    rule: 'A stream that is not there is refused with ResourceNotFoundException.',
    source: `${api}/API_streams_DescribeStream.html`,
    async run(clients, scratch) {
      const { StreamArn } = await streamed(clients, scratch);
      const other = StreamArn.replace(/\/stream\/.*/, '/stream/2020-01-01T00:00:00.000');
      await refusal(
        clients.streams.describeStream({ StreamArn: other }),
        'ResourceNotFoundException',
      );
    },
  },
  {
    id: 'streams.open-shard-has-no-end',
    rule: 'A shard that is still open has no EndingSequenceNumber.',
    source: `${api}/API_streams_SequenceNumberRange.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.put('a', 1);
      await stream.readAll(1);
      const { StreamArn } = stream;
      const { StreamDescription } = await clients.streams.describeStream({ StreamArn });
      const ends = StreamDescription?.Shards?.map(
        ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber,
      );
      assert.deepEqual(
        ends,
        ends?.map(() => undefined),
      );
    },
  },
  {
    id: 'streams.from-the-oldest',
    rule: 'TRIM_HORIZON begins with the oldest record; an item’s records come in order.',
    source: `${api}/API_streams_GetShardIterator.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      for (const n of [1, 2, 3]) await stream.put('a', n);
      await stream.remove('a');
      await stream.put('a', 4);
      const found = (await stream.readAll(5)).map(summaryOf);
      assert.deepEqual(found, ['INSERT a 1', 'MODIFY a 2', 'MODIFY a 3', 'REMOVE a', 'INSERT a 4']);
    },
  },
  {
    id: 'streams.images',
    rule: 'NEW_AND_OLD_IMAGES has the item before and after, as far as it was there.',
    source: `${api}/API_streams_StreamRecord.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.put('a', 1);
      await stream.put('a', 2);
      await stream.remove('a');
      const images = (await stream.readAll(3)).map(({ dynamodb }) => [
        dynamodb?.OldImage?.n?.N,
        dynamodb?.NewImage?.n?.N,
      ]);
      assert.deepEqual(images, [
        [undefined, '1'],
        ['1', '2'],
        ['2', undefined],
      ]);
    },
  },
  {
    id: 'streams.keys-only',
    rule: 'KEYS_ONLY has the key and no image.',
    source: `${api}/API_StreamSpecification.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch, 'KEYS_ONLY');
      await stream.put('a', 1);
      const [record] = await stream.readAll(1);
      const { Keys, NewImage, OldImage } = record?.dynamodb ?? {};
      assert.deepEqual([Keys, NewImage, OldImage], [{ pk: { S: 'a' } }, undefined, undefined]);
    },
  },
  {
    id: 'streams.record-shape',
    rule: 'A record tells source, version, region, view type, size and when it was about.',
    source: `${api}/API_streams_Record.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.put('a', 1);
      const [record] = await stream.readAll(1);
      const { eventSource, eventVersion, awsRegion, dynamodb = {}, userIdentity } = record ?? {};
      assert.deepEqual([eventSource, eventVersion], ['aws:dynamodb', '1.1']);
      assert.match(`${awsRegion}`, /^[a-z]{2}(-[a-z]+)+-\d$/);
      assert.equal(dynamodb.StreamViewType, 'NEW_AND_OLD_IMAGES');
      assert.match(`${dynamodb.SizeBytes}`, /^[1-9]\d*$/);
      assert.equal(dynamodb.ApproximateCreationDateTime instanceof Date, true);
      assert.equal(userIdentity, undefined);
    },
  },
  {
    id: 'streams.after-sequence-number',
    rule: 'AFTER_SEQUENCE_NUMBER goes on behind the record, AT_SEQUENCE_NUMBER with it.',
    source: `${api}/API_streams_GetShardIterator.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      for (const n of [1, 2, 3]) await stream.put('a', n);
      const [, second] = await stream.readAll(3);
      const SequenceNumber = second?.dynamodb?.SequenceNumber;
      const from = (ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' | 'AT_SEQUENCE_NUMBER') =>
        readFrom(clients.streams, stream.StreamArn, {
          ShardIteratorType,
          SequenceNumber,
          count: 3,
        });
      assert.deepEqual(await from('AFTER_SEQUENCE_NUMBER'), ['MODIFY a 3']);
      assert.deepEqual(await from('AT_SEQUENCE_NUMBER'), ['MODIFY a 2', 'MODIFY a 3']);
    },
  },
  {
    id: 'streams.latest',
    rule: 'LATEST begins behind the newest record.',
    source: `${api}/API_streams_GetShardIterator.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.put('a', 1);
      await stream.readAll(1);
      const latest = await iteratorsOf(clients.streams, stream.StreamArn, {
        ShardIteratorType: 'LATEST',
      });
      await stream.put('a', 2);
      const found = await readUntil(clients.streams, latest, 1);
      assert.deepEqual(found.map(summaryOf), ['MODIFY a 2']);
    },
  },
  {
    id: 'streams.empty-read-goes-on',
    rule: 'Reading an open shard to its end answers an iterator to go on with.',
    source: `${api}/API_streams_GetRecords.html`,
    async run(clients, scratch) {
      const { StreamArn } = await streamed(clients, scratch);
      const place: Place = { ShardIteratorType: 'TRIM_HORIZON' };
      const [ShardIterator] = await iteratorsOf(clients.streams, StreamArn, place);
      const page = await clients.streams.getRecords({ ShardIterator });
      assert.deepEqual(page.Records, []);
      assert.equal(typeof page.NextShardIterator, 'string');
    },
  },
  {
    id: 'streams.read-limit',
    rule: 'GetRecords takes a limit of at most 1,000, and keeps to it.',
    source: `${api}/API_streams_GetRecords.html`,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.put('a', 1);
      await stream.put('a', 2);
      await stream.readAll(2);
      const place: Place = { ShardIteratorType: 'TRIM_HORIZON' };
      for (const ShardIterator of await iteratorsOf(clients.streams, stream.StreamArn, place)) {
        const { Records = [] } = await clients.streams.getRecords({ ShardIterator, Limit: 1 });
        assert.match(`${Records.length}`, /^[01]$/);
        const tooMany = clients.streams.getRecords({ ShardIterator, Limit: 1001 });
        await refusal(tooMany, 'ValidationException');
      }
    },
  },
  {
    id: 'streams.transaction-items',
    rule: 'Each item of a transaction has its record, once.',
    source: guide,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      const { TableName } = stream;
      await clients.dynamodb.transactWriteItems({
        TransactItems: ['a', 'b', 'c'].map((pk) => ({
          Put: { TableName, Item: { pk: { S: pk } } },
        })),
      });
      const found = (await stream.readAll(3)).map(summaryOf);
      assert.deepEqual(found.sort(), ['INSERT a', 'INSERT b', 'INSERT c']);
    },
  },
  {
    id: 'streams.no-change-no-record',
    rule: 'A write that changes nothing has no record.',
    source: guide,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      for (const n of [1, 1, 2]) await stream.put('a', n);
      const found = (await stream.readAll(2)).map(summaryOf);
      assert.deepEqual(found, ['INSERT a 1', 'MODIFY a 2']);
    },
  },
  {
    id: 'streams.nothing-removed-no-record',
    rule: 'Deleting what is not there, and a write that is refused, have no record.',
    source: guide,
    async run(clients, scratch) {
      const stream = await streamed(clients, scratch);
      await stream.remove('a');
      const { TableName } = stream;
      const refused = clients.dynamodb.putItem({
        TableName,
        Item: { pk: { S: 'a' } },
        ConditionExpression: 'attribute_exists(pk)',
      });
      await refusal(refused, 'ConditionalCheckFailedException');
      await stream.put('a', 1);
      assert.deepEqual((await stream.readAll(1)).map(summaryOf), ['INSERT a 1']);
    },
  },
];
