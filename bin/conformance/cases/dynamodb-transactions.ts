/** Transactions of DynamoDB: all or nothing, the reasons of a refusal, tokens, limits. */
import assert from 'node:assert/strict';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Case } from '../case.ts';
import { type Refused, refusal } from '../expect.ts';

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';
const write = `${api}/API_TransactWriteItems.html`;
const isNew = 'attribute_not_exists(pk)';

const put = (TableName: string, pk: string, more: object = {}): TransactWriteItem => ({
  Put: { TableName, Item: { pk: { S: pk } }, ...more },
});

const addOne = (TableName: string, pk: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { pk: { S: pk } },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});

const codesOf = ({ CancellationReasons }: Refused): (string | undefined)[] =>
  (CancellationReasons as { Code?: string }[]).map(({ Code }) => Code);

export const transactionCases: readonly Case[] = [
  {
    id: 'dynamodb.transaction-is-atomic',
    rule: 'Of a transaction with one failed condition nothing is written.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'b' } } });
      const TransactItems = [
        put(TableName, 'a'),
        put(TableName, 'b', { ConditionExpression: isNew }),
        put(TableName, 'c'),
      ];
      await refusal(dynamodb.transactWriteItems({ TransactItems }), 'TransactionCanceledException');
      const { Count } = await dynamodb.scan({ TableName, ConsistentRead: true });
      assert.equal(Count, 1);
    },
  },
  {
    id: 'dynamodb.transaction-reasons',
    rule: 'A cancelled transaction has a reason for each action, in their order, with ALL_OLD the item.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'b' }, n: { N: '7' } } });
      const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
      const fails = { ConditionExpression: isNew, ReturnValuesOnConditionCheckFailure };
      const TransactItems = [put(TableName, 'a'), put(TableName, 'b', fails), put(TableName, 'c')];
      const call = dynamodb.transactWriteItems({ TransactItems });
      const refused = await refusal(call, 'TransactionCanceledException');
      assert.deepEqual(codesOf(refused), ['None', 'ConditionalCheckFailed', 'None']);
      const [, reason] = refused.CancellationReasons as { Item?: object }[];
      assert.deepEqual(reason?.Item, { pk: { S: 'b' }, n: { N: '7' } });
    },
  },
  {
    id: 'dynamodb.transaction-condition-check',
    rule: 'A ConditionCheck refuses the transaction, and changes nothing itself.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const check: TransactWriteItem = {
        ConditionCheck: {
          TableName,
          Key: { pk: { S: 'guard' } },
          ConditionExpression: 'attribute_exists(pk)',
        },
      };
      const call = () =>
        dynamodb.transactWriteItems({ TransactItems: [check, put(TableName, 'a')] });
      const refused = await refusal(call(), 'TransactionCanceledException');
      assert.deepEqual(codesOf(refused), ['ConditionalCheckFailed', 'None']);
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'guard' }, n: { N: '1' } } });
      await call();
      const { Item } = await dynamodb.getItem({ TableName, Key: { pk: { S: 'guard' } } });
      assert.deepEqual(Item, { pk: { S: 'guard' }, n: { N: '1' } });
    },
  },
  {
    id: 'dynamodb.token-repeats',
    rule: 'The same token with the same parameters succeeds again without a second effect.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const input = { TransactItems: [addOne(TableName, 'a')], ClientRequestToken: scratch.name() };
      for (let i = 0; i < 3; i++) await dynamodb.transactWriteItems(input);
      const { Item } = await dynamodb.getItem({
        TableName,
        Key: { pk: { S: 'a' } },
        ConsistentRead: true,
      });
      assert.deepEqual(Item?.n, { N: '1' });
    },
  },
  {
    id: 'dynamodb.token-mismatch',
    rule: 'The same token with other parameters is refused.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const ClientRequestToken = scratch.name();
      const send = (pk: string) =>
        dynamodb.transactWriteItems({ TransactItems: [addOne(TableName, pk)], ClientRequestToken });
      await send('a');
      await refusal(send('b'), 'IdempotentParameterMismatchException');
    },
  },
  {
    id: 'dynamodb.token-length',
    rule: 'A token has at most 36 characters.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const ClientRequestToken = 'x'.repeat(37);
      const TransactItems = [addOne(TableName, 'a')];
      await refusal(
        dynamodb.transactWriteItems({ TransactItems, ClientRequestToken }),
        'ValidationException',
      );
    },
  },
  {
    id: 'dynamodb.transaction-item-once',
    rule: 'Two actions of one transaction cannot be about the same item.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const TransactItems = [put(TableName, 'a'), addOne(TableName, 'a')];
      await refusal(dynamodb.transactWriteItems({ TransactItems }), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.transaction-100-actions',
    rule: 'A transaction has at most 100 actions.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const send = (count: number) =>
        dynamodb.transactWriteItems({
          TransactItems: Array.from({ length: count }, (_, i) => put(TableName, `${i}`)),
        });
      await send(100);
      await refusal(send(101), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.transaction-4-mb',
    rule: 'The items of a transaction have at most 4 MB together.',
    source: write,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const text = { S: 'x'.repeat(399 * 1024) };
      const TransactItems = Array.from({ length: 11 }, (_, i) =>
        put(TableName, `${i}`, { Item: { pk: { S: `${i}` }, text } }),
      );
      const call = dynamodb.transactWriteItems({ TransactItems });
      await refusal(call, 'ValidationException', 'TransactionCanceledException');
    },
  },
  {
    id: 'dynamodb.transaction-get',
    rule: 'TransactGetItems answers in the order of the request; what is not there has no item.',
    source: `${api}/API_TransactGetItems.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const items = ['a', 'b'].map((pk) => ({ pk: { S: pk } }));
      for (const Item of items) await dynamodb.putItem({ TableName, Item });
      const { Responses } = await dynamodb.transactGetItems({
        TransactItems: ['b', 'missing', 'a'].map((pk) => ({
          Get: { TableName, Key: { pk: { S: pk } } },
        })),
      });
      const found = Responses?.map(({ Item }) => Item?.pk?.S);
      assert.deepEqual(found, ['b', undefined, 'a']);
    },
  },
  {
    id: 'dynamodb.transaction-capacity',
    rule: 'A transaction costs two units per KB and item.',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html',
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const { ConsumedCapacity } = await dynamodb.transactWriteItems({
        TransactItems: [put(TableName, 'a'), put(TableName, 'b')],
        ReturnConsumedCapacity: 'TOTAL',
      });
      assert.deepEqual(
        ConsumedCapacity?.map(({ CapacityUnits }) => CapacityUnits),
        [4],
      );
    },
  },
];
