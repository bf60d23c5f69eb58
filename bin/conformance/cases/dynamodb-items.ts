/** Items of DynamoDB one by one: conditions, updates, keys, numbers, sizes, capacity. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { refusal } from '../expect.ts';

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';
const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';

/** An item may have this much, names of attributes included. */
const mostItemBytes = 400 * 1024;
/** `pk` + one letter, and `text`. */
const frameBytes = 2 + 1 + 4;

const a = { S: 'a' };

export const itemCases: readonly Case[] = [
  {
    id: 'dynamodb.put-on-condition',
    rule: 'A put whose condition fails changes nothing and, asked for ALL_OLD, answers the item.',
    source: `${api}/API_PutItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const put = (n: string) =>
        dynamodb.putItem({
          TableName,
          Item: { pk: a, n: { N: n } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
      await put('1');
      const { Item } = await refusal(put('2'), 'ConditionalCheckFailedException');
      assert.deepEqual(Item, { pk: a, n: { N: '1' } });
      const { Item: kept } = await dynamodb.getItem({ TableName, Key: { pk: a } });
      assert.deepEqual(kept, { pk: a, n: { N: '1' } });
    },
  },
  {
    id: 'dynamodb.condition-without-old',
    rule: 'A failed condition tells nothing of the item unless it was asked for ALL_OLD.',
    source: `${api}/API_PutItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: a } });
      const again = dynamodb.putItem({
        TableName,
        Item: { pk: a },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      const { Item } = await refusal(again, 'ConditionalCheckFailedException');
      assert.equal(Item, undefined);
    },
  },
  {
    id: 'dynamodb.put-returns-old',
    rule: 'With ReturnValues ALL_OLD a put answers what it has replaced, and nothing at first.',
    source: `${api}/API_PutItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const put = (n: string) =>
        dynamodb.putItem({ TableName, Item: { pk: a, n: { N: n } }, ReturnValues: 'ALL_OLD' });
      assert.equal((await put('1')).Attributes, undefined);
      assert.deepEqual((await put('2')).Attributes, { pk: a, n: { N: '1' } });
    },
  },
  {
    id: 'dynamodb.put-replaces-whole',
    rule: 'A put replaces the whole item: attributes that it does not name are gone.',
    source: `${api}/API_PutItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: a, old: { BOOL: true } } });
      await dynamodb.putItem({ TableName, Item: { pk: a, young: { NULL: true } } });
      const { Item } = await dynamodb.getItem({ TableName, Key: { pk: a }, ConsistentRead: true });
      assert.deepEqual(Item, { pk: a, young: { NULL: true } });
    },
  },
  {
    id: 'dynamodb.update-creates',
    rule: 'An update creates the item if there is none; ADD to a number begins at zero.',
    source: `${api}/API_UpdateItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const { Attributes } = await dynamodb.updateItem({
        TableName,
        Key: { pk: a },
        UpdateExpression: 'SET title = if_not_exists(title, :t) ADD n :by',
        ExpressionAttributeValues: { ':t': { S: 'new' }, ':by': { N: '-3' } },
        ReturnValues: 'ALL_NEW',
      });
      assert.deepEqual(Attributes, { pk: a, title: { S: 'new' }, n: { N: '-3' } });
    },
  },
  {
    id: 'dynamodb.update-appends',
    rule: 'list_append adds to a list, and UPDATED_NEW answers only what the update has set.',
    source: `${guide}/Expressions.UpdateExpressions.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: a, log: { L: [{ S: '1' }] } } });
      const { Attributes } = await dynamodb.updateItem({
        TableName,
        Key: { pk: a },
        UpdateExpression: 'SET #log = list_append(#log, :more)',
        ExpressionAttributeNames: { '#log': 'log' },
        ExpressionAttributeValues: { ':more': { L: [{ S: '2' }] } },
        ReturnValues: 'UPDATED_NEW',
      });
      assert.deepEqual(Attributes, { log: { L: [{ S: '1' }, { S: '2' }] } });
    },
  },
  {
    id: 'dynamodb.one-of-many-wins',
    rule: 'Of many updates at once on condition of the same version exactly one succeeds.',
    source: `${guide}/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: a, version: { N: '1' } } });
      const update = () =>
        dynamodb.updateItem({
          TableName,
          Key: { pk: a },
          UpdateExpression: 'SET version = version + :one',
          ConditionExpression: 'version = :seen',
          ExpressionAttributeValues: { ':one': { N: '1' }, ':seen': { N: '1' } },
        });
      const settled = await Promise.allSettled(Array.from({ length: 8 }, update));
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
      const { Item } = await dynamodb.getItem({ TableName, Key: { pk: a }, ConsistentRead: true });
      assert.deepEqual(Item?.version, { N: '2' });
    },
  },
  {
    id: 'dynamodb.key-is-fixed',
    rule: 'An update cannot change an attribute of the primary key.',
    source: `${api}/API_UpdateItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const update = dynamodb.updateItem({
        TableName,
        Key: { pk: a },
        UpdateExpression: 'SET pk = :b',
        ExpressionAttributeValues: { ':b': { S: 'b' } },
      });
      await refusal(update, 'ValidationException');
    },
  },
  {
    id: 'dynamodb.key-needed',
    rule: 'An item without its key attribute, or with an empty one, is refused.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const put = (Item: Record<string, { S: string }>) => dynamodb.putItem({ TableName, Item });
      await refusal(put({ other: a }), 'ValidationException');
      await refusal(put({ pk: { S: '' } }), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.empty-text-kept',
    rule: 'Empty text is a value of any attribute that is no key.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const Item = { pk: a, text: { S: '' }, bytes: { B: new Uint8Array() } };
      await dynamodb.putItem({ TableName, Item });
      assert.deepEqual((await dynamodb.getItem({ TableName, Key: { pk: a } })).Item, Item);
    },
  },
  {
    id: 'dynamodb.numbers-normalised',
    rule: 'Numbers come back without leading and trailing zeros, with 38 digits of precision.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const digits = '12345678901234567890123456789012345678';
      const Item = { pk: a, x: { N: '1.10' }, y: { N: '00100' }, z: { N: digits } };
      await dynamodb.putItem({ TableName, Item });
      const { Item: found } = await dynamodb.getItem({ TableName, Key: { pk: a } });
      assert.deepEqual(found, { pk: a, x: { N: '1.1' }, y: { N: '100' }, z: { N: digits } });
    },
  },
  {
    id: 'dynamodb.number-too-precise',
    rule: 'A number of more than 38 significant digits is refused.',
    source: `${guide}/HowItWorks.NamingRulesDataTypes.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const Item = { pk: a, x: { N: '123456789012345678901234567890123456789' } };
      await refusal(dynamodb.putItem({ TableName, Item }), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.item-limit',
    rule: 'An item has at most 400 KB, names of attributes included.',
    source: `${guide}/Constraints.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const put = (bytes: number) =>
        dynamodb.putItem({
          TableName,
          Item: { pk: a, text: { S: 'x'.repeat(bytes - frameBytes) } },
        });
      await put(mostItemBytes);
      await refusal(put(mostItemBytes + 1), 'ValidationException');
    },
  },
  {
    id: 'dynamodb.delete-missing',
    rule: 'Deleting an item that is not there succeeds, and answers no attributes.',
    source: `${api}/API_DeleteItem.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const Key = { pk: a };
      const gone = await dynamodb.deleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' });
      assert.equal(gone.Attributes, undefined);
    },
  },
  {
    id: 'dynamodb.reserved-word',
    rule: 'A reserved word in an expression is refused unless it stands behind a #name.',
    source: `${guide}/ReservedWords.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const get = (path: string, ExpressionAttributeNames?: Record<string, string>) =>
        dynamodb.getItem({
          TableName,
          Key: { pk: a },
          ProjectionExpression: path,
          ...(ExpressionAttributeNames && { ExpressionAttributeNames }),
        });
      await refusal(get('status'), 'ValidationException');
      await get('#s', { '#s': 'status' });
    },
  },
  {
    id: 'dynamodb.unused-value',
    rule: 'A value that no expression uses is refused.',
    source: `${guide}/Expressions.ExpressionAttributeValues.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const update = dynamodb.updateItem({
        TableName,
        Key: { pk: a },
        UpdateExpression: 'SET x = :x',
        ExpressionAttributeValues: { ':x': a, ':unused': a },
      });
      await refusal(update, 'ValidationException');
    },
  },
  {
    id: 'dynamodb.capacity',
    rule: 'A put costs a unit per KB; a read a unit per 4 KB if consistent, half of it if not.',
    source: `${guide}/read-write-operations.html`,
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      const ReturnConsumedCapacity = 'TOTAL';
      const Item = { pk: a, text: { S: 'x'.repeat(5 * 1024) } };
      const put = await dynamodb.putItem({ TableName, Item, ReturnConsumedCapacity });
      const read = (ConsistentRead: boolean) =>
        dynamodb.getItem({ TableName, Key: { pk: a }, ConsistentRead, ReturnConsumedCapacity });
      const units = [put, await read(true), await read(false)].map(
        ({ ConsumedCapacity }) => ConsumedCapacity?.CapacityUnits,
      );
      assert.deepEqual(units, [6, 2, 1]);
    },
  },
];
