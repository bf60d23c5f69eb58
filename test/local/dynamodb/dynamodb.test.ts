import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { descendants, isAlive } from '../../../bin/command/process-tree.ts';
import { createDynamoDb, type DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../../local/dynamodb/dynoxide.ts';
import { Meter } from '../../../local/gateway/meter.ts';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { ordersTable } from './sample-table.ts';

describe('DynamoDB', () => {
  let dynoxide: Dynoxide;
  let kernel: VirtualKernel;
  let meter: Meter;
  let tables: DynamoDb;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
  });
  beforeEach(async () => {
    if (tables) {
      await tables.close();
      dynoxide.reset();
    }
    kernel = new VirtualKernel(1);
    meter = new Meter();
    const { endpoint, databasePath } = dynoxide;
    const journal = openJournal(undefined);
    tables = await createDynamoDb({
      ...{ kernel, endpoint, databasePath, tables: [ordersTable], meter, journal },
    });
  });
  afterAll(async () => {
    await tables.close();
    await dynoxide.stop();
  });

  const outside = { name: 'outside', roleArn: undefined };
  const call = (action: string, input: Record<string, unknown>) =>
    kernel.drive(tables.call(action, { TableName: 'Orders', ...input }, outside));
  const put = (id: string, more: Record<string, unknown> = {}) =>
    call('PutItem', { Item: { id: { S: id }, customer: { S: 'ann' } }, ...more });
  const usage = () => meter.snapshot().tables.Orders;
  const read = (after: string | undefined, limit = 10) =>
    kernel.drive(tables.readStream('Orders', after, limit));

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
  it('meters what a write consumed, indexes included, and says it only when asked', async () => {
    expect(await put('1')).toEqual({});
    expect(usage()).toEqual({ readUnits: 0, writeUnits: 2 });
    const ConsumedCapacity = { TableName: 'Orders', CapacityUnits: 2 };
    expect(await put('2', { ReturnConsumedCapacity: 'TOTAL' })).toEqual({ ConsumedCapacity });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
  it('meters a refused write too', async () => {
    await put('1');
    const refused = put('1', { ConditionExpression: 'attribute_not_exists(id)' });
    await expect(refused).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect(usage()).toEqual({ readUnits: 0, writeUnits: 3 });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
  it('describes tables with the ARNs of the template', async () => {
    expect(await call('DescribeTable', {})).toMatchObject({
      Table: {
        TableArn: ordersTable.arn,
        LatestStreamArn: ordersTable.stream?.arn,
        CreationDateTime: kernel.now() / 1000,
        GlobalSecondaryIndexes: [{ IndexArn: `${ordersTable.arn}/index/byCustomer` }],
      },
    });
  });

  it('refuses an action it does not have, by name', async () => {
    await expect(call('UpdateContinuousBackups', {})).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: expect.stringContaining('does not have UpdateContinuousBackups'),
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  describe('a transaction with a token', () => {
    const add = (token: string, by = '1') =>
      call('TransactWriteItems', {
        ClientRequestToken: token,
        TransactItems: [
          {
            Update: {
              TableName: 'Orders',
              Key: { id: { S: '1' } },
              UpdateExpression: 'ADD n :by',
              ExpressionAttributeValues: { ':by': { N: by } },
            },
          },
        ],
      });
    const count = async () => (await kernel.drive(tables.scan('Orders')))[0]?.n?.N;

    it('has its effect once within ten minutes, and again after them', async () => {
      await add('a');
      await add('a');
      expect(await count()).toBe('1');
      await kernel.advance(10 * 60_000);
      await add('a');
      expect(await count()).toBe('2');
    });

    it('is refused with other parameters', async () => {
      await add('a');
      const code = 'IdempotentParameterMismatchException';
      await expect(add('a', '2')).rejects.toMatchObject({ code });
    });

    it('is refused while the first is under way', async () => {
      const input = {
        ClientRequestToken: 'a',
        TransactItems: [{ Put: { TableName: 'Orders', Item: { id: { S: '1' } } } }],
      };
      const send = () => tables.call('TransactWriteItems', input, outside);
      const both = kernel.drive(Promise.allSettled([send(), send()]));
      const [first, second] = await both;
      expect(first?.status).toBe('fulfilled');
      expect(second).toMatchObject({ reason: { code: 'TransactionInProgressException' } });
    });
  });

  describe('a stream', () => {
    // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    it('has Lambda’s shape, the template’s ARN and the kernel’s time of the write', async () => {
      await kernel.advance(60_000);
      const writtenAt = kernel.now() / 1000;
      await put('1');
      await kernel.advance(3_600_000);
      await put('2');
      expect((await read(undefined))[0]).toEqual({
        eventID: '1',
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        eventSourceARN: ordersTable.stream?.arn,
        dynamodb: {
          ApproximateCreationDateTime: writtenAt,
          Keys: { id: { S: '1' } },
          NewImage: { customer: { S: 'ann' }, id: { S: '1' } },
          SequenceNumber: '1',
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      });
    });

    it('is read by each reader from where it stands, without gap or repeat', async () => {
      for (const id of ['1', '2', '3']) await put(id);
      const numbers = (records: Awaited<ReturnType<typeof read>>) =>
        records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      expect(numbers(await read(undefined, 2))).toEqual(['1', '2']);
      expect(numbers(await read('2'))).toEqual(['3']);
      expect(numbers(await read('3'))).toEqual([]);
      await put('4');
      expect(numbers(await read('3'))).toEqual(['4']);
      expect(numbers(await read('1'))).toEqual(['2', '3', '4']);
      expect(await tables.newestSequence('Orders')).toBe('4');
    });

    it('tells its listeners of every write that succeeded, and of no other', async () => {
      let writes = 0;
      tables.onWrite('Orders', () => writes++);
      await put('1');
      await put('1', { ConditionExpression: 'attribute_not_exists(id)' }).catch(() => {});
      await call('GetItem', { Key: { id: { S: '1' } } });
      expect(writes).toBe(1);
    });
  });
});

describe('a DynamoDB that somebody else runs', () => {
  it('serves items and streams, and keeps its own time to live', async () => {
    // The same store, but the engine is not told where its file is.
    const dynoxide = await startDynoxide();
    const kernel = new VirtualKernel(1);
    const tables = await createDynamoDb({
      ...{ kernel, endpoint: dynoxide.endpoint, meter: new Meter() },
      ...{ tables: [{ ...ordersTable, ttlAttribute: 'until' }], journal: openJournal(undefined) },
    });
    const Item = { id: { S: '1' }, until: { N: '1767225600' } };
    const put = tables.call(
      'PutItem',
      { TableName: 'Orders', Item },
      { name: 'outside', roleArn: undefined },
    );
    await kernel.drive(put);
    await kernel.advance(20 * 3_600_000);
    expect(await kernel.drive(tables.scan('Orders'))).toEqual([Item]);
    expect(await kernel.drive(tables.readStream('Orders', undefined, 10))).toHaveLength(1);
    expect(await kernel.drive(tables.newestSequence('Orders'))).toBe('1');
    await tables.close();
    await dynoxide.stop();
  });
});

describe('a stream', () => {
  // The engine reads it from the store's file where that is at hand, and asks the store elsewhere.
  it('has the same records whether or not the engine knows the store’s file', async () => {
    const dynoxide = await startDynoxide();
    const { endpoint, databasePath } = dynoxide;
    const kernel = new VirtualKernel(1);
    const open = (place: { endpoint: string; databasePath?: string | undefined }) =>
      createDynamoDb({
        ...{ kernel, meter: new Meter(), tables: [ordersTable], journal: openJournal(undefined) },
        ...place,
      });
    const [knowing, asking] = [await open({ endpoint, databasePath }), await open({ endpoint })];
    const write = (action: string, input: object) => {
      const caller = { name: 'outside', roleArn: undefined };
      return kernel.drive(knowing.call(action, { TableName: 'Orders', ...input }, caller));
    };
    const id = { S: 'ä"😀' };
    const list = { L: [{ N: '12.50' }, { M: { b: { B: 'AAEC' }, a: { NULL: true } } }] };
    await write('PutItem', { Item: { id, list } });
    await write('PutItem', { Item: { id, list } });
    await write('PutItem', { Item: { id, tags: { SS: ['b', 'a'] } } });
    await write('DeleteItem', { Key: { id } });
    const read = (from: typeof knowing, after?: string, limit = 10) =>
      kernel.drive(from.readStream('Orders', after, limit));
    const records = await read(knowing);
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records).toEqual(await read(asking));
    expect(await read(knowing, '1', 1)).toEqual(await read(asking, '1', 1));
    expect(await read(knowing, '4')).toEqual([]);
    await Promise.all([knowing.close(), asking.close()]);
    await dynoxide.stop();
  });
});

describe('the DynamoDB process', () => {
  it('leaves nothing behind when it is stopped', async () => {
    const { databasePath = '', stop, endpoint } = await startDynoxide();
    expect(existsSync(databasePath)).toBe(true);
    await stop();
    expect(existsSync(dirname(databasePath))).toBe(false);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('leaves nothing behind when the shell that guards it is killed', async () => {
    const before = descendants(process.pid);
    const messages: string[] = [];
    const { databasePath = '' } = await startDynoxide({ onDeath: (m) => void messages.push(m) });
    const [shell = 0, ...others] = descendants(process.pid).filter((pid) => !before.includes(pid));
    process.kill(shell, 'SIGKILL');
    await expect.poll(() => existsSync(dirname(databasePath)), { interval: 5 }).toBe(false);
    await expect.poll(() => others.filter(isAlive), { interval: 5 }).toEqual([]);
    expect(messages).toEqual([expect.stringContaining('ended with SIGKILL')]);
  });

  it('ends with the engine, even when that is killed', async () => {
    // A process of its own starts dynoxide, says where, and gets SIGKILL.
    const module = new URL('../../../local/dynamodb/dynoxide.ts', import.meta.url).href;
    const code = `const { startDynoxide } = await import('${module}');
      const { endpoint, databasePath } = await startDynoxide();
      console.log(JSON.stringify({ endpoint, databasePath }));`;
    const engine = spawn(process.execPath, ['--input-type=module', '-e', code]);
    const [line] = await once(createInterface(engine.stdout), 'line');
    const { endpoint, databasePath } = JSON.parse(String(line));
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await expect.poll(() => existsSync(dirname(databasePath)), { interval: 5 }).toBe(false);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('is not started where an endpoint is given', async () => {
    const { endpoint, databasePath } = await startDynoxide({ endpoint: 'http://127.0.0.1:8000' });
    expect({ endpoint, databasePath }).toEqual({ endpoint: 'http://127.0.0.1:8000' });
  });
});
