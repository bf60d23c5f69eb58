import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Store } from './store.ts';

const TableName = 'Orders';
const item = (id: string) => ({ id: { S: id } });
const notes = {
  TableName: 'Notes',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

describe('a request to DynamoDB', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(() => store.begin());
  afterAll(() => store.stop());

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItem.html
  it('does nothing when a part of its transaction asks for two things', async () => {
    const part = { Put: { TableName, Item: item('a') }, Delete: { TableName, Key: item('b') } };
    expect(await store.refusal('TransactWriteItems', { TransactItems: [part] })).toMatchObject({
      code: 'ValidationException',
      message: 'TransactItems can only contain one of Check, Put, Update or Delete',
    });
    expect(await store.ids()).toEqual([]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_WriteRequest.html
  it('does nothing when an entry of its batch asks for two things', async () => {
    const entry = { PutRequest: { Item: item('a') }, DeleteRequest: { Key: item('b') } };
    const code = 'ValidationException';
    const batch = { RequestItems: { Orders: [entry] } };
    expect(await store.refusal('BatchWriteItem', batch)).toMatchObject({ code });
    expect(await store.ids()).toEqual([]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
  it('is refused when it wants its capacity told in an unknown way', async () => {
    const input = { TableName, Item: item('a'), ReturnConsumedCapacity: 'SOME' };
    expect((await store.refusal('PutItem', input)).message).toContain(
      "Value 'SOME' at 'returnConsumedCapacity'",
    );
    expect(await store.ids()).toEqual([]);
  });

  it('names its table by its name, and not by its ARN', async () => {
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Orders';
    const input = { TableName: arn, Item: item('a') };
    expect((await store.refusal('PutItem', input)).message).toContain(arn);
    expect(await store.ids()).toEqual([]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
  it.each([
    ['a resource policy', { ResourcePolicy: '{}' }, 'ResourcePolicy is not emulated'],
    ['a cap on its throughput', { OnDemandThroughput: {} }, 'OnDemandThroughput is not emulated'],
    ['tags', { Tags: [] }, 'Tags is not emulated'],
    ['provisioned capacity of no size', { BillingMode: undefined }, 'must both be specified'],
    [
      'an unknown kind of stream',
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'ALL' } },
      "Value 'ALL' at 'streamSpecification.streamViewType'",
    ],
  ])('creates no table with %s', async (_what, more, message) => {
    const refusal = await store.refusal('CreateTable', { ...notes, ...more });
    expect(refusal.code).toBe('ValidationException');
    expect(refusal.message).toContain(message);
    expect(await store.call('ListTables')).toEqual({ TableNames: ['Orders'] });
  });
});
