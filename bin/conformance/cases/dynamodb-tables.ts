/** Tables, indexes, queries and batches of DynamoDB. */
import assert from 'node:assert/strict';
import type { AttributeValue, DynamoDB, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Case } from '../case.ts';
import { eventually, refusal } from '../expect.ts';
import type { TableShape } from '../scratch.ts';

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';
const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';

const ordered: TableShape = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

const indexed: TableShape = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'owner', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-owner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

type Item = Record<string, AttributeValue>;
type Page = { readonly keys: (string | undefined)[]; readonly next: Item | undefined };

const inOrder = (TableName: string): QueryCommandInput => ({
  TableName,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'a' } },
});

async function pagesOf(dynamodb: DynamoDB, input: QueryCommandInput): Promise<Page[]> {
  const pages: Page[] = [];
  do {
    const ExclusiveStartKey = pages.at(-1)?.next;
    const page = await dynamodb.query({
      ...input,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    const keys = (page.Items ?? []).map(({ sk }) => sk?.N);
    pages.push({ keys, next: page.LastEvaluatedKey });
  } while (pages.at(-1)?.next);
  return pages;
}

export const tableCases: readonly Case[] = [
  {
    id: 'dynamodb.unknown-table',
    rule: 'A table that is not there is refused with ResourceNotFoundException.',
    source: `${api}/API_GetItem.html`,
    async run({ dynamodb }, scratch) {
      const get = dynamodb.getItem({ TableName: scratch.name(), Key: { pk: { S: 'a' } } });
      await refusal(get, 'ResourceNotFoundException');
    },
  },
  {
    id: 'dynamodb.table-described',
    rule: 'DescribeTable tells status, keys, stream and ARNs, those of the stream below the table’s.',
    source: `${api}/API_DescribeTable.html`,
    async run({ dynamodb }, scratch) {
      const StreamSpecification = {
        StreamEnabled: true,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      } as const;
      const TableName = await scratch.table({ StreamSpecification });
      const { Table } = await dynamodb.describeTable({ TableName });
      assert.equal(Table?.TableStatus, 'ACTIVE');
      assert.deepEqual(Table?.KeySchema, [{ AttributeName: 'pk', KeyType: 'HASH' }]);
      assert.deepEqual(Table?.StreamSpecification, StreamSpecification);
      assert.match(
        `${Table?.TableArn}`,
        new RegExp(`^arn:aws:dynamodb:[^:]+:\\d{12}:table/${TableName}$`),
      );
      assert.ok(Table?.LatestStreamArn?.startsWith(`${Table.TableArn}/stream/`));
    },
  },
  {
    id: 'dynamodb.table-exists',
    rule: 'Creating a table that is there is refused with ResourceInUseException.',
    source: `${api}/API_CreateTable.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const again = dynamodb.createTable({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      await refusal(again, 'ResourceInUseException');
    },
  },
  {
    id: 'dynamodb.table-deleted',
    rule: 'A deleted table is gone in time.',
    source: `${api}/API_DeleteTable.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.deleteTable({ TableName });
      await eventually(
        'ResourceNotFoundException',
        () =>
          dynamodb.describeTable({ TableName }).then(
            () => '',
            ({ name }: Error) => name,
          ),
        (name) => name === 'ResourceNotFoundException',
        120_000,
      );
    },
  },
  {
    id: 'dynamodb.ttl-off-at-first',
    rule: 'Time to live of a new table is DISABLED.',
    source: `${api}/API_DescribeTimeToLive.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const { TimeToLiveDescription } = await dynamodb.describeTimeToLive({ TableName });
      assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: 'DISABLED' });
    },
  },
  {
    id: 'dynamodb.ttl-described',
    rule: 'Enabled time to live is described with its attribute.',
    source: `${api}/API_UpdateTimeToLive.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
      await dynamodb.updateTimeToLive({ TableName, TimeToLiveSpecification });
      const { TimeToLiveDescription: ttl } = await dynamodb.describeTimeToLive({ TableName });
      assert.equal(ttl?.AttributeName, 'expires');
      assert.match(`${ttl?.TimeToLiveStatus}`, /^ENABL(ED|ING)$/);
    },
  },
  {
    id: 'dynamodb.index-is-eventual',
    rule: 'A consistent read of a global secondary index is refused.',
    source: `${api}/API_Query.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(indexed);
      const query = dynamodb.query({
        TableName,
        IndexName: 'by-owner',
        ConsistentRead: true,
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'me' } },
      });
      await refusal(query, 'ValidationException');
    },
  },
  {
    id: 'dynamodb.index-is-sparse',
    rule: 'An index has the items that have its key, and no others.',
    source: `${guide}/bp-indexes-general-sparse-indexes.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(indexed);
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' } } });
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'b' }, owner: { S: 'me' } } });
      const found = await eventually(
        'one item of the index',
        () => dynamodb.scan({ TableName, IndexName: 'by-owner' }),
        ({ Count = 0 }) => Count > 0,
      );
      assert.deepEqual(found.Items, [{ pk: { S: 'b' }, owner: { S: 'me' } }]);
    },
  },
  {
    id: 'dynamodb.index-key-type',
    rule: 'A put whose attribute has another type than an index’s key is refused.',
    source: `${guide}/GSI.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(indexed);
      const put = dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, owner: { N: '1' } } });
      await refusal(put, 'ValidationException');
    },
  },
  {
    id: 'dynamodb.query-in-order',
    rule: 'A query answers in the order of the sort key, by number for numbers, backward if asked.',
    source: `${api}/API_Query.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(ordered);
      for (const N of ['10', '9', '-1'])
        await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { N } } });
      const [up] = await pagesOf(dynamodb, inOrder(TableName));
      const [down] = await pagesOf(dynamodb, { ...inOrder(TableName), ScanIndexForward: false });
      assert.deepEqual(
        [up?.keys, down?.keys],
        [
          ['-1', '9', '10'],
          ['10', '9', '-1'],
        ],
      );
    },
  },
  {
    id: 'dynamodb.query-pages',
    rule: 'A query with a limit goes on from LastEvaluatedKey until there is none.',
    source: `${guide}/Query.Pagination.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(ordered);
      for (const N of ['1', '2', '3', '4', '5'])
        await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { N } } });
      const pages = await pagesOf(dynamodb, { ...inOrder(TableName), Limit: 2 });
      const keys = pages.map((page) => page.keys);
      assert.deepEqual(keys, [['1', '2'], ['3', '4'], ['5']]);
      assert.deepEqual(pages[0]?.next, { pk: { S: 'a' }, sk: { N: '2' } });
    },
  },
  {
    id: 'dynamodb.query-1-mb',
    rule: 'A page of a query ends at 1 MB.',
    source: `${guide}/Query.Pagination.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(ordered);
      const text = { S: 'x'.repeat(390 * 1024) };
      for (const N of ['1', '2', '3', '4'])
        await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { N }, text } });
      const pages = await pagesOf(dynamodb, inOrder(TableName));
      assert.ok(pages.length > 1, `${pages.length} page for 1.5 MB`);
      assert.deepEqual(
        pages.flatMap(({ keys }) => keys),
        ['1', '2', '3', '4'],
      );
    },
  },
  {
    id: 'dynamodb.limit-before-filter',
    rule: 'A limit counts what is read, before the filter: a page can be empty and not the last.',
    source: `${guide}/Query.FilterExpression.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table(ordered);
      for (const N of ['1', '2', '3'])
        await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { N }, n: { N } } });
      const page = await dynamodb.query({
        ...inOrder(TableName),
        FilterExpression: 'n > :two',
        ExpressionAttributeValues: { ':pk': { S: 'a' }, ':two': { N: '2' } },
        Limit: 2,
      });
      assert.deepEqual([page.Count, page.ScannedCount], [0, 2]);
      assert.deepEqual(page.LastEvaluatedKey?.sk, { N: '2' });
    },
  },
  {
    id: 'dynamodb.batch-get',
    rule: 'BatchGetItem takes at most 100 keys, each once, and leaves out what is not there.',
    source: `${api}/API_BatchGetItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: { S: '1' } } });
      const get = (keys: readonly string[]) =>
        dynamodb.batchGetItem({
          RequestItems: { [TableName]: { Keys: keys.map((S) => ({ pk: { S } })) } },
        });
      const { Responses } = await get(['1', '2']);
      assert.deepEqual(Responses?.[TableName], [{ pk: { S: '1' } }]);
      await refusal(get(['1', '1']), 'ValidationException');
      await refusal(get(Array.from({ length: 101 }, (_, i) => `${i}`)), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.batch-write',
    rule: 'BatchWriteItem takes at most 25 requests, one per item, and does them all.',
    source: `${api}/API_BatchWriteItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const put = (S: string) => ({ PutRequest: { Item: { pk: { S } } } });
      const remove = (S: string) => ({ DeleteRequest: { Key: { pk: { S } } } });
      const many = (count: number) => Array.from({ length: count }, (_, i) => put(`${i}`));
      const write = (requests: (ReturnType<typeof put> | ReturnType<typeof remove>)[]) =>
        dynamodb.batchWriteItem({ RequestItems: { [TableName]: requests } });
      const { UnprocessedItems } = await write(many(25));
      assert.deepEqual(UnprocessedItems, {});
      await write([remove('0'), put('25')]);
      assert.equal((await dynamodb.scan({ TableName, ConsistentRead: true })).Count, 25);
      await refusal(write(many(26)), 'ValidationException');
      await refusal(write([put('1'), remove('1')]), 'ValidationException');
    },
  },
];
