import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../local/dynamodb/client.ts';
import { startDynoxide } from '../../../local/dynamodb/dynoxide.ts';
import { TableMismatch } from '../../../local/dynamodb/tables.ts';
import type { TableModel } from '../../../local/template/model.ts';
import { ordersTable } from './sample-table.ts';
import { Store } from './store.ts';

const changed = (createTable: Record<string, unknown>): TableModel => ({
  ...ordersTable,
  createTable: { ...ordersTable.createTable, ...createTable },
});

// The engine is killed: nothing is closed, and everything is made anew from what was kept.
describe('DynamoDB after a kill', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(() => store.begin());
  afterAll(() => store.stop());

  it('has its tables, items and streams, and goes on with the same sequence', async () => {
    await store.put('1');
    await store.restart();
    await store.put('2');
    expect(await store.ids()).toEqual(['1', '2']);
    const numbers = (await store.stream()).map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual(['1', '2']);
  });

  it('still knows when a table was created', async () => {
    const before = await store.call('DescribeTable', { TableName: 'Orders' });
    await store.restart([ordersTable], 3_600_000);
    expect(await store.call('DescribeTable', { TableName: 'Orders' })).toEqual(before);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  it('still knows the request tokens of the last ten minutes', async () => {
    const add = () =>
      store.call('TransactWriteItems', {
        ClientRequestToken: 'a',
        TransactItems: [
          {
            Update: {
              TableName: 'Orders',
              Key: { id: { S: '1' } },
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
        ],
      });
    const count = async () => {
      const { Item } = await store.call('GetItem', {
        TableName: 'Orders',
        Key: { id: { S: '1' } },
      });
      return (Item as { n: unknown }).n;
    };
    await add();
    await store.restart();
    await add();
    expect(await count()).toEqual({ N: '1' });
    await store.restart([ordersTable], 10 * 60_000);
    await add();
    expect(await count()).toEqual({ N: '2' });
  });

  it('knows a request token for ten minutes, even when the clock has gone back', async () => {
    const transaction = (token: string) => ({
      ClientRequestToken: token,
      TransactItems: [
        {
          Update: {
            TableName: 'Orders',
            Key: { id: { S: token } },
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
    });
    await store.call('TransactWriteItems', transaction('a'));
    await store.restart([ordersTable], -3_600_000);
    await store.call('TransactWriteItems', transaction('b'));
    await store.kernel.advance(11 * 60_000);
    await store.call('TransactWriteItems', transaction('b'));
    const { Item } = await store.call('GetItem', { TableName: 'Orders', Key: { id: { S: 'b' } } });
    expect(Item).toMatchObject({ n: { N: '2' } });
  });

  it('does nothing twice under a request token that it could not write down', async () => {
    const transaction = {
      ClientRequestToken: 'a',
      TransactItems: [
        {
          Update: {
            TableName: 'Orders',
            Key: { id: { S: '1' } },
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
    };
    store.journal.database.exec('PRAGMA query_only = ON');
    await expect(store.call('TransactWriteItems', transaction)).rejects.toThrow('readonly');
    store.journal.database.exec('PRAGMA query_only = OFF');
    await store.call('TransactWriteItems', transaction);
    const { Item } = await store.call('GetItem', { TableName: 'Orders', Key: { id: { S: '1' } } });
    expect(Item).toMatchObject({ n: { N: '1' } });
  });

  it('can create a table again whose deletion it did not live to see the end of', async () => {
    const mine = { ...ordersTable.createTable, TableName: 'Mine' };
    const put = (id: string) =>
      store.call('PutItem', { TableName: 'Mine', Item: { id: { S: id }, customer: { S: 'c' } } });
    const stream = () => store.kernel.drive(store.own.readStream('Mine', undefined, 10));
    await store.call('CreateTable', mine);
    for (const id of ['1', '2', '3']) await put(id);
    await store.unnoticed('DeleteTable', { TableName: 'Mine' });
    await store.restart();
    await store.call('CreateTable', mine);
    await put('4');
    expect((await stream()).map(({ dynamodb }) => dynamodb.Keys.id)).toEqual([{ S: '4' }]);
  });

  it('refuses tables that are not as the template has them, and names the difference', async () => {
    const other = [{ AttributeName: 'customer', KeyType: 'HASH' }];
    const wanted: [Record<string, unknown>, string][] = [
      [{ KeySchema: other }, 'its KeySchema is [{"AttributeName":"id"'],
      [{ GlobalSecondaryIndexes: [] }, 'its GlobalSecondaryIndexes is'],
      [{ StreamSpecification: undefined }, 'its StreamSpecification is'],
    ];
    for (const [difference, said] of wanted) {
      const error: unknown = await store.restart([changed(difference)]).catch((e) => e);
      expect(error).toBeInstanceOf(TableMismatch);
      expect(error).toMatchObject({ message: expect.stringContaining(`table Orders is there`) });
      expect(error).toMatchObject({ message: expect.stringContaining(said) });
      expect(error).toMatchObject({ message: expect.stringContaining('another data folder') });
    }
  });

  it('takes tables whose template lists the same in another order', async () => {
    const attributes = ordersTable.createTable.AttributeDefinitions as unknown[];
    await store.restart([changed({ AttributeDefinitions: attributes.toReversed() })]);
    expect(await store.ids()).toEqual([]);
  });
});

describe('a data folder', () => {
  it('keeps what was written, and is taken while the process before it is still ending', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'everonce-data-'));
    const first = await startDynoxide({ folder });
    const client = createDynamoClient(first.endpoint);
    await client.send('DynamoDB_20120810.CreateTable', ordersTable.createTable);
    await client.send('DynamoDB_20120810.PutItem', {
      TableName: 'Orders',
      Item: { id: { S: '1' } },
    });
    await client.close();
    const [second] = await Promise.all([startDynoxide({ folder }), first.stop()]);
    const again = createDynamoClient(second.endpoint);
    const { Items } = await again.send('DynamoDB_20120810.Scan', { TableName: 'Orders' });
    expect(Items).toEqual([{ id: { S: '1' } }]);
    await again.close();
    await second.stop();
    rmSync(folder, { recursive: true });
  });
});
