import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { placedOrder } from '../support/sample-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const order = placedOrder();
const item = marshall(orderItem(order), { removeUndefinedValues: true });
const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012';
const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const since = '2026-03-01T00:00:00.000Z';

let entry: typeof import('../../lambdas/rescue-outbox.ts');

/** Entries read their environment when they load. */
beforeAll(async () => {
  vi.stubEnv('ORDERS_TABLE', 'Orders');
  vi.stubEnv('READ_MODEL_TABLE', 'View');
  vi.stubEnv('PARKED_TABLE', 'Parked');
  vi.stubEnv('OUTBOX_ROUTES', JSON.stringify({ OrderPlaced: [`${queue}/saga`] }));
  vi.stubEnv('RESCUE_QUEUE_URL', `${queue}/rescue`);
  vi.stubEnv('METRICS_SERVICE', 'test');
  entry = await import('../../lambdas/rescue-outbox.ts');
});

const log = vi.spyOn(console, 'log');
beforeEach(() => {
  dynamo.reset();
  sqs.reset();
  log.mockReset().mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  dynamo.onAnyCommand().resolves({});
  sqs.onAnyCommand().resolves({});
});

const handle = (body: object) =>
  entry.handler({ Records: [{ messageId: 'm', body: JSON.stringify(body) }] } as SQSEvent, context);
const allGood = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm' }] };
const inputs = (command: typeof ScanCommand) =>
  dynamo.commandCalls(command).map(({ args }) => args[0].input);

describe('the entry of the rescue', () => {
  it('claims, scans, sends, shows, and goes on behind the last item a second later', async () => {
    const LastEvaluatedKey = { id: { S: order.id } };
    dynamo.on(ScanCommand).resolves({ Items: [item], LastEvaluatedKey });
    expect(await handle({ since })).toEqual(allGood);
    expect(dynamo.calls().map(({ args }) => args[0].constructor.name)).toEqual([
      ...['UpdateItemCommand', 'ScanCommand', 'PutItemCommand'],
    ]);
    expect(inputs(ScanCommand)).toEqual([
      { TableName: 'Orders', Limit: 100, ConsistentRead: true },
    ]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toMatchObject({
      ...{ QueueUrl: `${queue}/saga`, Entries: [{ Id: '0' }] },
    });
    const [call] = sqs.commandCalls(SendMessageCommand);
    const { QueueUrl, DelaySeconds, MessageBody = '' } = call?.args[0].input ?? {};
    expect({ QueueUrl, DelaySeconds }).toEqual({ QueueUrl: `${queue}/rescue`, DelaySeconds: 1 });
    const total = { read: 1, fed: 1, parked: 0 };
    expect(JSON.parse(MessageBody)).toEqual({
      ...{ since, run: 'm', page: 2, after: order.id, total },
      token: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(JSON.parse(log.mock.calls[0]?.[0])).toEqual({
      ...{ rescue: 'm', since, page: 1, outcome: 'goes on', ...total },
    });

    dynamo.on(ScanCommand).resolves({ Items: [] });
    expect(await handle(JSON.parse(MessageBody))).toEqual(allGood);
    expect(inputs(ScanCommand)[1]).toMatchObject({ ExclusiveStartKey: LastEvaluatedKey });
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(1);
  });

  it('claims a page by one conditional write that expires after a month', async () => {
    dynamo.on(ScanCommand).resolves({ Items: [] });
    const before = Math.floor(Date.now() / 1000);
    await handle({ since });
    const [call] = dynamo.commandCalls(UpdateItemCommand);
    const input = call?.args[0].input;
    expect(input).toMatchObject({
      ...{ TableName: 'View', Key: { id: { S: 'rescue#m' } } },
      ConditionExpression:
        'attribute_not_exists(#page) OR #page < :page OR (#page = :page AND #token = :token)',
      ExpressionAttributeValues: { ':page': { N: '1' }, ':token': { S: 'm' } },
    });
    const expires = Number(input?.ExpressionAttributeValues?.[':expires']?.N);
    expect(expires - before).toBeGreaterThanOrEqual(30 * 86_400);
    expect(expires - before).toBeLessThan(30 * 86_400 + 60);
  });

  it('does nothing for a page that is another message’s', async () => {
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    dynamo.on(UpdateItemCommand).rejects(refused);
    expect(await handle({ since })).toEqual(allGood);
    expect(dynamo.calls()).toHaveLength(1);
    expect(sqs.calls()).toHaveLength(0);
  });

  it('has the page again when a queue took nothing', async () => {
    dynamo.on(ScanCommand).resolves({ Items: [item] });
    sqs.on(SendMessageBatchCommand).rejects(new Error('down'));
    expect(await handle({ since })).toEqual(again);
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(0);
  });

  it('has the page again when it could not go on', async () => {
    const LastEvaluatedKey = { id: { S: order.id } };
    dynamo.on(ScanCommand).resolves({ Items: [item], LastEvaluatedKey });
    sqs.on(SendMessageCommand).rejects(new Error('down'));
    expect(await handle({ since })).toEqual(again);
    expect(log).not.toHaveBeenCalled();
  });

  it('parks an item that cannot be read, whole, without its content in the reason', async () => {
    dynamo.on(ScanCommand).resolves({
      Items: [
        { ...item, version: { S: '4242' } },
        { id: { S: 'odd' }, x: { X: '1' } as never },
      ],
    });
    expect(await handle({ since })).toEqual(allGood);
    const parked = dynamo.commandCalls(PutItemCommand).map(({ args }) => args[0].input);
    expect(parked.map(({ TableName, Item }) => [TableName, Item?.id?.S, Item?.reason?.S])).toEqual([
      ['Parked', `item:${order.id}`, expect.stringMatching(/^not an order item: version/)],
      ['Parked', 'item:odd', 'unreadable item: Error'],
    ]);
    expect(JSON.parse(parked[0]?.Item?.payload?.S ?? '')).toMatchObject({ id: { S: order.id } });
    expect(parked[0]?.Item?.reason?.S).not.toContain('4242');
  });

  it('parks a wish that nobody can read', async () => {
    expect(await handle({ since: 'yesterday' })).toEqual(allGood);
    const [parked] = dynamo.commandCalls(PutItemCommand).map(({ args }) => args[0].input);
    expect(parked?.Item?.reason?.S).toMatch(/^not a rescue request: since: must be a moment/);
    expect(dynamo.commandCalls(ScanCommand)).toEqual([]);
  });
});
