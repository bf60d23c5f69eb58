import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ordersTable } from './sample-table.ts';
import { type Answer, Store } from './store.ts';

const StreamArn = ordersTable.stream?.arn ?? '';
type Described = { StreamDescription: { Shards: { ShardId: string }[] } };

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
describe('DynamoDB Streams for clients', () => {
  let store: Store;
  let ShardId: string;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(async () => {
    await store.begin();
    const described = (await store.call('DescribeStream', { StreamArn })) as Described;
    ShardId = described.StreamDescription.Shards[0]?.ShardId ?? '';
  });
  afterAll(() => store.stop());

  const iterator = async (type: string, SequenceNumber?: string) => {
    const input = { StreamArn, ShardId, ShardIteratorType: type, SequenceNumber };
    return (await store.call('GetShardIterator', input)).ShardIterator;
  };
  const records = (ShardIterator: unknown, more: Answer = {}) =>
    store.call('GetRecords', { ShardIterator, ...more });
  const idsOf = ({ Records }: Answer) =>
    (Records as { dynamodb: { Keys: { id: { S: string } } } }[]).map(
      ({ dynamodb }) => dynamodb.Keys.id.S,
    );

  it('are listed and described with the ARNs of the template', async () => {
    const StreamLabel = StreamArn.split('/')[3];
    const listed = { Streams: [{ StreamArn, TableName: 'Orders', StreamLabel }] };
    expect(await store.call('ListStreams')).toEqual(listed);
    expect(await store.call('ListStreams', { TableName: 'Others' })).toEqual({ Streams: [] });
    expect(await store.call('DescribeStream', { StreamArn })).toMatchObject({
      StreamDescription: {
        ...{ StreamArn, StreamLabel, TableName: 'Orders', StreamStatus: 'ENABLED' },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Shards: [{ SequenceNumberRange: { StartingSequenceNumber: expect.any(String) } }],
      },
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
  it('are read from where the iterator says', async () => {
    const latest = await iterator('LATEST');
    for (const id of ['1', '2', '3']) await store.put(id);
    expect(idsOf(await records(await iterator('TRIM_HORIZON')))).toEqual(['1', '2', '3']);
    expect(idsOf(await records(latest))).toEqual(['1', '2', '3']);
    expect(idsOf(await records(await iterator('LATEST')))).toEqual([]);
    expect(idsOf(await records(await iterator('AT_SEQUENCE_NUMBER', '2')))).toEqual(['2', '3']);
    expect(idsOf(await records(await iterator('AFTER_SEQUENCE_NUMBER', '2')))).toEqual(['3']);
  });

  it('go on with the next iterator, without gap or repeat', async () => {
    for (const id of ['1', '2', '3']) await store.put(id);
    const first = await records(await iterator('TRIM_HORIZON'), { Limit: 2 });
    expect(idsOf(first)).toEqual(['1', '2']);
    const second = await records(first.NextShardIterator);
    expect(idsOf(second)).toEqual(['3']);
    await store.put('4');
    expect(idsOf(await records(second.NextShardIterator))).toEqual(['4']);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
  it('give at most 1,000 records at a time, and refuse to be asked for more', async () => {
    const from = await iterator('TRIM_HORIZON');
    for (const Limit of [0, 1001])
      expect(await store.refusal('GetRecords', { ShardIterator: from, Limit })).toMatchObject({
        code: 'ValidationException',
      });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
  it('give at most 1 MB at a time', async () => {
    const large = { text: { S: 'x'.repeat(350_000) } };
    for (const id of ['1', '2', '3', '4']) await store.put(id, large);
    const first = await records(await iterator('TRIM_HORIZON'));
    expect(idsOf(first)).toEqual(['1', '2']);
    expect(idsOf(await records(first.NextShardIterator))).toEqual(['3', '4']);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
  it('let an iterator expire after 15 minutes, and read nothing that is trimmed', async () => {
    await store.put('1');
    const old = await iterator('AT_SEQUENCE_NUMBER', '1');
    await store.kernel.advance(15 * 60_000 + 1);
    expect(await store.refusal('GetRecords', { ShardIterator: old })).toMatchObject({
      code: 'ExpiredIteratorException',
    });
    await store.kernel.advance(48 * 3_600_000);
    const trimmed = await iterator('AT_SEQUENCE_NUMBER', '1');
    expect(await store.refusal('GetRecords', { ShardIterator: trimmed })).toMatchObject({
      code: 'TrimmedDataAccessException',
    });
    expect(idsOf(await records(await iterator('TRIM_HORIZON')))).toEqual([]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Identity.html
  it('name who deleted an expired item in the words of the API', async () => {
    await store.begin([{ ...ordersTable, ttlAttribute: 'until' }]);
    await store.put('1', { until: { N: `${Math.floor(store.kernel.now() / 1000)}` } });
    while ((await store.ids()).length > 0) await store.kernel.advance(3_600_000);
    const { Records } = await records(
      await iterator('LATEST').then(() => iterator('TRIM_HORIZON')),
    );
    expect((Records as unknown[]).at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
    });
  });

  it('refuse streams, shards, positions and iterators that they do not know', async () => {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const wrong: [string, Answer, string][] = [
      ['DescribeStream', { StreamArn: `${StreamArn}x` }, 'ResourceNotFoundException'],
      ['DescribeStream', { StreamArn, ShardFilter: {} }, 'ValidationException'],
      ['GetShardIterator', { ...input, ShardId: 'other' }, 'ResourceNotFoundException'],
      ['GetShardIterator', { ...input, ShardIteratorType: 'FIRST' }, 'ValidationException'],
      [
        'GetShardIterator',
        { ...input, ShardIteratorType: 'AT_SEQUENCE_NUMBER' },
        'ValidationException',
      ],
      ['GetRecords', { ShardIterator: 'nonsense' }, 'ValidationException'],
      ['GetRecords', {}, 'ValidationException'],
    ];
    for (const [action, asked, code] of wrong)
      expect(await store.refusal(action, asked)).toMatchObject({ code });
  });
});

describe('a stream', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
    await store.begin();
  });
  afterAll(() => store.stop());

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
  it('has no record of a write that leaves the item as it was', async () => {
    const item = { tags: { M: { b: { N: '2' }, a: { L: [{ S: 'x' }] } } } };
    await store.put('1', item);
    await store.put('1', item);
    await store.put('1', { tags: { M: {} } });
    const names = (await store.stream()).map(({ eventName }) => eventName);
    expect(names).toEqual(['INSERT', 'MODIFY']);
  });

  it('is read on behind such writes, however many there are', async () => {
    for (let i = 0; i < 5; i++) await store.put('1', { tags: { M: {} } });
    const after = (await store.stream()).at(-1)?.dynamodb.SequenceNumber;
    expect(await store.stream(after)).toEqual([]);
    await store.put('2');
    const limited = await store.kernel.drive(store.own.readStream('Orders', after, 1));
    expect(limited).toMatchObject([
      { eventName: 'INSERT', dynamodb: { Keys: { id: { S: '2' } } } },
    ]);
  });
});
