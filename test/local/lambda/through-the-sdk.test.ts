/** The whole way of a call: bundled SDK → look-alike HTTP → gateway → dynoxide, in virtual time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../../local/dynamodb/dynoxide.ts';
import { ConnectionLost, Gateway } from '../../../local/gateway/gateway.ts';
import { AwsError, type Service } from '../../../local/gateway/service.ts';
import { openJournal } from '../../../local/journal/journal.ts';
import type { TraceNote } from '../../../local/kernel/kernel.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { createLambdaHost } from '../../../local/lambda/lambda-host.ts';
import { ordersTable } from '../dynamodb/sample-table.ts';
import { bundle, functionModel } from './sample-function.ts';

const source = `
  import { randomUUID } from 'node:crypto';
  import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
  import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
  const tables = new DynamoDBClient({}), queues = new SQSClient({});
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/orders';
  export async function handler({ id }) {
    const item = { id: { S: id }, nonce: { S: randomUUID() }, at: { N: String(Date.now()) } };
    const put = { TableName: 'Orders', Item: item, ConditionExpression: 'attribute_not_exists(id)' };
    try {
      await tables.send(new PutItemCommand(put));
    } catch (error) {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
      return { outcome: 'there' };
    }
    const Entries = [{ Id: '1', MessageBody: id }];
    const sent = await queues.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const { Item } = await tables.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: id } } }));
    return { outcome: 'put', Item, sent: sent.Successful.length, id: process.env.AWS_ACCESS_KEY_ID };
  }`;

const queues: Service = {
  name: 'sqs',
  async call(action, { QueueUrl, Entries }) {
    if (!String(QueueUrl).endsWith('/orders'))
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    expect(action).toBe('SendMessageBatch');
    const Successful = (Entries as { Id: string; MessageBody: string }[]).map(({ Id }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: 'e80b5017098950fc58aad83c8c14978e',
    }));
    return { Successful };
  },
};

describe('a bundled function', () => {
  let dynoxide: Dynoxide;
  let assetDir: string;

  beforeAll(async () => {
    assetDir = await bundle(source);
    dynoxide = await startDynoxide();
  });
  afterAll(() => dynoxide.stop());

  async function engine(seed: number) {
    dynoxide.reset();
    const kernel = new VirtualKernel(seed);
    const notes: TraceNote[] = [];
    kernel.log.listen((note) => notes.push(note));
    const gateway = new Gateway({ kernel });
    const { endpoint, databasePath } = dynoxide;
    const settings = { kernel, endpoint, databasePath, tables: [ordersTable] };
    const journal = openJournal(undefined);
    const tables = await createDynamoDb({ ...settings, meter: gateway.meter, journal });
    gateway.register(tables);
    gateway.register(queues);
    const host = createLambdaHost({ kernel, functions: [functionModel(assetDir)], gateway });
    const invoke = (event: unknown) => host.invoke('sample', event, 'test');
    return { kernel, gateway, tables, host, invoke, notes };
  }

  async function race(seed: number) {
    const { kernel, tables, invoke, notes } = await engine(seed);
    const event = { id: 'abcdef' };
    const asked = [invoke(event), invoke(event), invoke(event), invoke(event)];
    const outcomes = await kernel.drive(Promise.all(asked));
    await tables.close();
    return { digest: kernel.log.digest(), outcomes, notes };
  }

  it('reaches the tables and queues of the engine through the unmodified SDK', async () => {
    const { kernel, tables, gateway, invoke } = await engine(1);
    const outcome = await kernel.drive(invoke({ id: 'abcdef' }));
    expect(outcome).toMatchObject({
      kind: 'ok',
      payload: { outcome: 'put', sent: 1, id: 'LOCAL-sample', Item: { id: { S: 'abcdef' } } },
    });
    expect(gateway.meter.snapshot()).toMatchObject({
      requests: { 'dynamodb.PutItem': 1, 'dynamodb.GetItem': 1, 'sqs.SendMessageBatch': 1 },
      tables: { Orders: { writeUnits: 1, readUnits: 0.5 } },
    });
    await tables.close();
  });

  it('runs the same way twice under one seed, to the last byte of its answers', async () => {
    const first = await race(7);
    const second = await race(7);
    expect(second.digest).toBe(first.digest);
    expect(JSON.stringify(second.outcomes)).toBe(JSON.stringify(first.outcomes));
    expect(second.notes).toEqual(first.notes);
  });

  it('runs another way under another seed', async () => {
    expect((await race(8)).digest).not.toBe((await race(7)).digest);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
  it('lets one of several concurrent puts win, whichever it is', async () => {
    const { outcomes } = await race(3);
    const put = outcomes.filter(
      (outcome) =>
        outcome.kind === 'ok' && (outcome.payload as { outcome: string }).outcome === 'put',
    );
    expect(put).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  it('repeats a call whose answer was lost, and meets its own effect', async () => {
    // The connection breaks after the first PutItem has been written: the SDK's retry is refused.
    const { kernel, tables, gateway, invoke } = await engine(4);
    let isLost = false;
    gateway.intercept(async ({ action }, next) => {
      const output = await next();
      if (action !== 'PutItem' || isLost) return output;
      isLost = true;
      throw new ConnectionLost();
    });
    const outcome = await kernel.drive(invoke({ id: 'abcdef' }));
    expect(outcome).toEqual({ kind: 'ok', payload: { outcome: 'there' } });
    expect(gateway.meter.snapshot().requests['dynamodb.PutItem']).toBe(2);
    await tables.close();
  });

  it('writes virtual time and seeded randomness', async () => {
    const { kernel, tables, invoke } = await engine(5);
    const startMs = kernel.now();
    await kernel.drive(invoke({ id: 'abcdef' }));
    const [item] = await kernel.drive(tables.scan('Orders'));
    expect(item?.at).toEqual({ N: String(startMs) });
    await tables.close();
  });
});
