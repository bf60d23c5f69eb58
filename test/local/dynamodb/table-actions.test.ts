import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ordersTable } from './sample-table.ts';
import { Store } from './store.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Notes';
const notes = {
  TableName: 'Notes',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'id', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
};
const named = { TableName: 'Notes' };
const item = { id: { S: 'a' }, at: { N: '1' } };

describe('tables of clients', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(async () => {
    await store.begin();
    await store.call('CreateTable', notes);
  });
  afterEach(() => deleted());
  afterAll(() => store.stop());
  const deleted = () => store.call('DeleteTable', named);

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
  it('can be created, described, listed, used and deleted, under AWS’s ARNs', async () => {
    const { Table } = await store.call('DescribeTable', named);
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: arn,
      LatestStreamArn: expect.stringContaining(`${arn}/stream/`),
      CreationDateTime: Math.floor(store.kernel.now() / 1000),
    });
    expect(await store.call('ListTables')).toEqual({ TableNames: ['Notes', 'Orders'] });
    await store.call('PutItem', { ...named, Item: item });
    expect(await store.call('GetItem', { ...named, Key: item })).toEqual({ Item: item });
    expect(await deleted()).toMatchObject({ TableDescription: { TableStatus: 'DELETING' } });
    expect(await store.refusal('DescribeTable', named)).toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await store.call('CreateTable', notes);
  });

  it('are still there after a restart, with their time to live and their age', async () => {
    const live = { AttributeName: 'until', Enabled: true };
    await store.call('UpdateTimeToLive', { ...named, TimeToLiveSpecification: live });
    const before = await store.call('DescribeTable', named);
    await store.restart();
    expect(await store.call('DescribeTable', named)).toEqual(before);
    expect(await store.call('DescribeTimeToLive', named)).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'until' },
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
  it('delete their expired items too', async () => {
    const live = { AttributeName: 'until', Enabled: true };
    await store.call('UpdateTimeToLive', { ...named, TimeToLiveSpecification: live });
    await store.call('PutItem', { ...named, Item: { ...item, until: { N: '1767225600' } } });
    await store.kernel.advance(49 * 3_600_000);
    expect(await store.call('Scan', named)).toMatchObject({ Count: 0 });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: a stream that is enabled anew is a new one
  it('begin with an empty stream when they are created anew', async () => {
    await store.call('PutItem', { ...named, Item: item });
    await deleted();
    await store.call('CreateTable', notes);
    expect(await store.own.newestSequence('Notes')).toBe('0');
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
  it('cannot be created twice, nor without a key', async () => {
    const code = 'ResourceInUseException';
    expect(await store.refusal('CreateTable', notes)).toMatchObject({ code });
    expect(await store.call('DescribeTable', named)).toMatchObject({ Table: { TableArn: arn } });
    const wrong = { ...notes, TableName: 'Wrong', KeySchema: [] };
    expect(await store.refusal('CreateTable', wrong)).toMatchObject({
      code: 'ValidationException',
    });
    expect(await store.call('ListTables')).toEqual({ TableNames: ['Notes', 'Orders'] });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
  it('are listed in pages of up to 100', async () => {
    expect(await store.call('ListTables', { Limit: 1 })).toEqual({
      TableNames: ['Notes'],
      LastEvaluatedTableName: 'Notes',
    });
    expect(await store.call('ListTables', { ExclusiveStartTableName: 'Notes' })).toEqual({
      TableNames: ['Orders'],
    });
    expect(await store.refusal('ListTables', { Limit: 101 })).toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('tables of the stack', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  afterAll(() => store.stop());

  it('are neither deleted nor changed by clients', async () => {
    await store.begin();
    const live = { AttributeName: 'until', Enabled: true };
    const inputs = { DeleteTable: {}, UpdateTimeToLive: { TimeToLiveSpecification: live } };
    for (const [action, input] of Object.entries(inputs))
      expect(await store.refusal(action, { TableName: 'Orders', ...input })).toMatchObject({
        code: 'ValidationException',
        message: expect.stringContaining('Orders belongs to the stack'),
      });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
  it('tell their time to live as the template has it', async () => {
    const status = async () => await store.call('DescribeTimeToLive', { TableName: 'Orders' });
    await store.begin();
    expect(await status()).toEqual({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
    await store.begin([{ ...ordersTable, ttlAttribute: 'until' }]);
    expect(await status()).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'until' },
    });
  });
});
