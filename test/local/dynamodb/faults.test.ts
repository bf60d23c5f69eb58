import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ordersTable } from './sample-table.ts';
import { Store } from './store.ts';

const put = (id: string) => ({ Put: { TableName: 'Orders', Item: { id: { S: id } } } });
const transaction = (...ids: string[]) => ({ TransactItems: ids.map(put) });
const key = (id: string) => ({ TableName: 'Orders', Key: { id: { S: id } } });

describe('DynamoDB on a bad day', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(() => store.begin());
  afterAll(() => store.stop());

  describe('throttling', () => {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    it('answers as often as asked for, without any effect', async () => {
      store.own.faults.throttle({ action: 'PutItem', times: 2 });
      for (const id of ['1', '2'])
        await expect(store.put(id)).rejects.toMatchObject({ code: 'ThrottlingException' });
      await store.put('3');
      expect(await store.ids()).toEqual(['3']);
    });

    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    it('is as of a table with provisioned capacity, where that is asked for', async () => {
      const code = 'ProvisionedThroughputExceededException';
      store.own.faults.throttle({ table: 'Orders', code });
      expect(await store.refusal('GetItem', key('1'))).toMatchObject({ code, status: 400 });
    });

    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    it('cancels a transaction, naming it for each item', async () => {
      store.own.faults.throttle({});
      expect(await store.refusal('TransactWriteItems', transaction('1', '2'))).toMatchObject({
        code: 'TransactionCanceledException',
        message: expect.stringContaining('[ThrottlingError, ThrottlingError]'),
        members: {
          CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'ThrottlingError' }],
        },
      });
    });

    it('meets no other table or action, and ends when it is told to', async () => {
      const end = store.own.faults.throttle({ table: 'Others', times: 9 });
      await store.put('1');
      end();
      store.own.faults.throttle({ table: ordersTable.logicalId, action: 'Query' });
      await store.put('2');
      expect(await store.ids()).toEqual(['1', '2']);
    });

    it('meets a share of the requests, the same ones under the same seed', async () => {
      const met = async () => {
        await store.begin();
        store.own.faults.throttle({ share: 0.5, times: 1000 });
        const outcomes = [];
        for (let i = 0; i < 40; i++)
          outcomes.push(
            await store.put(`${i}`).then(
              () => '+',
              () => '-',
            ),
          );
        return outcomes.join('');
      };
      const first = await met();
      expect(first).toMatch(/\+.*-|-.*\+/);
      expect(await met()).toBe(first);
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
  describe('a transaction conflict', () => {
    it('meets a write on demand, without any effect', async () => {
      store.own.faults.conflict({});
      await expect(store.put('1')).rejects.toMatchObject({ code: 'TransactionConflictException' });
      expect(await store.ids()).toEqual([]);
    });

    it('never meets a read that is no transaction', async () => {
      store.own.faults.conflict({});
      expect(await store.call('GetItem', key('1'))).toEqual({});
      expect(() => store.own.faults.conflict({ action: 'Query' })).toThrow('Query never conflicts');
    });

    it('meets whatever wants an item of a transaction under way, and names which', async () => {
      store.own.faults.holdTransactions(1000);
      const first = store.send('TransactWriteItems', transaction('1', '2'));
      const rivals = Promise.allSettled([
        store.send('TransactWriteItems', transaction('3', '2')),
        store.send('TransactGetItems', { TransactItems: [{ Get: key('1') }] }),
        store.send('DeleteItem', key('2')),
        store.send('GetItem', key('2')),
        store.send('PutItem', { TableName: 'Orders', Item: { id: { S: '4' } } }),
      ]);
      const outcomes = await store.kernel.drive(rivals);
      await store.kernel.drive(first);
      expect(outcomes).toMatchObject([
        {
          reason: {
            code: 'TransactionCanceledException',
            members: { CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] },
          },
        },
        { reason: { members: { CancellationReasons: [{ Code: 'TransactionConflict' }] } } },
        { reason: { code: 'TransactionConflictException' } },
        { status: 'fulfilled' },
        { status: 'fulfilled' },
      ]);
      expect(await store.ids()).toEqual(['1', '2', '4']);
    });

    it('is over when the transaction is', async () => {
      store.own.faults.holdTransactions(1000);
      await store.call('TransactWriteItems', transaction('1'));
      await store.call('TransactWriteItems', transaction('1'));
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
  describe('a lag', () => {
    const byCustomer = {
      TableName: 'Orders',
      IndexName: 'byCustomer',
      KeyConditionExpression: 'customer = :ann',
      ExpressionAttributeValues: { ':ann': { S: 'ann' } },
    };
    const order = (n: number) => ({ customer: { S: 'ann' }, n: { N: `${n}` } });
    const found = async (input: Record<string, unknown>) =>
      (await store.call('Query', input)).Items;

    it('shows weakly consistent reads the item as it was, and strongly consistent ones as it is', async () => {
      await store.put('1', order(1));
      await store.kernel.drive(store.own.faults.lag({ longestMs: 1000 }));
      await store.put('1', order(2));
      const strong = { ...key('1'), ConsistentRead: true };
      expect(await store.call('GetItem', key('1'))).toMatchObject({ Item: order(1) });
      expect(await store.call('GetItem', strong)).toMatchObject({ Item: order(2) });
      const batch = { RequestItems: { Orders: { Keys: [key('1').Key] } } };
      expect(await store.call('BatchGetItem', batch)).toMatchObject({
        Responses: { Orders: [order(1)] },
      });
      expect(await found(byCustomer)).toMatchObject([order(1)]);
      await store.kernel.advance(1000);
      expect(await store.call('GetItem', key('1'))).toMatchObject({ Item: order(2) });
      expect(await found(byCustomer)).toMatchObject([order(2)]);
    });

    it('of indexes alone leaves the table’s own reads as they are', async () => {
      await store.kernel.drive(store.own.faults.lag({ longestMs: 1000, reads: 'indexes' }));
      await store.put('1', order(1));
      expect(await store.call('GetItem', key('1'))).toMatchObject({ Item: order(1) });
      expect(await found(byCustomer)).toEqual([]);
      await store.kernel.advance(1000);
      expect(await found(byCustomer)).toMatchObject([order(1)]);
    });

    it('takes deletions, batches and transactions to the copy, in the order they were made', async () => {
      await store.kernel.drive(store.own.faults.lag({ longestMs: 1000 }));
      await store.call('TransactWriteItems', transaction('1', '2'));
      await store.call('DeleteItem', key('1'));
      const request = { PutRequest: { Item: { id: { S: '3' } } } };
      await store.call('BatchWriteItem', { RequestItems: { Orders: [request] } });
      expect(await store.call('Scan', { TableName: 'Orders' })).toMatchObject({ Count: 0 });
      await store.kernel.advance(3000);
      const { Items } = await store.call('Scan', { TableName: 'Orders' });
      expect((Items as { id: { S: string } }[]).map(({ id }) => id.S).sort()).toEqual(['2', '3']);
    });

    it('leaves alone a table that is created later', async () => {
      await store.kernel.drive(store.own.faults.lag({ longestMs: 1000 }));
      const { GlobalSecondaryIndexes: _, ...creation } = ordersTable.createTable;
      const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
      await store.call('CreateTable', { ...creation, TableName: 'Later', AttributeDefinitions });
      const Item = { id: { S: '1' } };
      await store.call('PutItem', { TableName: 'Later', Item });
      expect(await store.call('GetItem', { TableName: 'Later', Key: Item })).toEqual({ Item });
      await store.call('DeleteTable', { TableName: 'Later' });
    });

    it('meters under the table’s own name, lists no copy, and ends when it is told to', async () => {
      await store.kernel.drive(store.own.faults.lag({ longestMs: 1000 }));
      const capacity = { ...key('1'), ReturnConsumedCapacity: 'TOTAL' };
      expect(await store.call('GetItem', capacity)).toMatchObject({
        ConsumedCapacity: { TableName: 'Orders', CapacityUnits: 0.5 },
      });
      expect(await store.call('ListTables')).toEqual({ TableNames: ['Orders'] });
      await store.kernel.drive(store.own.faults.lag({ longestMs: 0 }));
      await store.put('1');
      expect(await store.call('GetItem', key('1'))).toMatchObject({ Item: { id: { S: '1' } } });
    });
  });
});
