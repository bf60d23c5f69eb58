import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { cloudEvent } from '../../lambdas/contract/order-events.ts';
import type { Order } from '../../lambdas/domain/order.ts';
import { instant } from '../../lambdas/domain/values.ts';
import { confirmedOrder, placedOrder, rejectedOrder } from '../support/sample-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const sfn = mockClient(SFNClient);
const sqs = mockClient(SQSClient);
const order = placedOrder();
const id = order.id;
const context = { getRemainingTimeInMillis: () => 30_000, awsRequestId: 'r' } as Context;
const allGood = { batchItemFailures: [] };

const load = async () => ({
  start: await import('../../lambdas/start-saga.ts'),
  watch: await import('../../lambdas/watch-deadline.ts'),
  recover: await import('../../lambdas/recover-saga.ts'),
  confirm: await import('../../lambdas/confirm-order.ts'),
  reject: await import('../../lambdas/reject-order.ts'),
  park: await import('../../lambdas/park-compensation.ts'),
});
let entries: Awaited<ReturnType<typeof load>>;

/** Entries read their environment when they load. */
beforeAll(async () => {
  for (const table of ['ORDERS', 'PARKED', 'PAYMENTS', 'SHIPMENTS'])
    vi.stubEnv(`${table}_TABLE`, table);
  vi.stubEnv('SAGA_MACHINE_ARN', 'arn:aws:states:us-east-1:123456789012:stateMachine:PlaceOrder');
  vi.stubEnv('RECOVERY_QUEUE_URL', 'https://sqs.us-east-1.amazonaws.com/123456789012/recovery');
  vi.stubEnv('METRICS_SERVICE', 'test');
  entries = await load();
});

beforeEach(() => {
  dynamo.reset();
  sfn.reset();
  sqs.reset();
  dynamo.on(GetItemCommand).resolves({});
  sqs.on(SendMessageCommand).resolves({});
});

const item = (stored: Order) => marshall(orderItem(stored), { removeUndefinedValues: true });

const storedOrder = (stored: Order) =>
  dynamo.on(GetItemCommand, { TableName: 'ORDERS' }).resolves({ Item: item(stored) });

const queued = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, eventSourceARN: 'q', body })),
  }) as SQSEvent;

const placing = () => {
  const [event] = order.events;
  if (!event) throw new Error('a placed order has its event');
  const origin = { id, customer: order.principal.subject, traceparent: order.traceparent };
  return JSON.stringify(cloudEvent(origin, event));
};

describe('the entry that starts sagas', () => {
  it('returns a message whose start failed, parks one that is no event, and takes the rest', async () => {
    // The first start is throttled, the second body is garbage.
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    sfn.on(StartExecutionCommand).rejectsOnce(throttled).resolves({});
    dynamo.on(PutItemCommand).resolves({});
    const answer = await entries.start.handler(queued(placing(), 'garbage', placing()), context);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(dynamo.commandCalls(PutItemCommand)).toHaveLength(1);
  });

  it('makes one call per order', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    expect(await entries.start.handler(queued(placing()), context)).toEqual(allGood);
    expect(sfn.calls().length + dynamo.calls().length + sqs.calls().length).toBe(1);
  });
});

describe('the entry that watches deadlines', () => {
  it('makes one call for a confirmed order', async () => {
    storedOrder(confirmedOrder());
    expect(await entries.watch.handler(queued(placing()), context)).toEqual(allGood);
    expect(sfn.calls().length + dynamo.calls().length + sqs.calls().length).toBe(1);
  });
});

describe('the entry that recovers sagas', () => {
  it('starts what was never started, and looks again', async () => {
    storedOrder(order);
    const none = new ExecutionDoesNotExist({ message: 'none', $metadata: {} });
    sfn.on(DescribeExecutionCommand).rejects(none);
    sfn.on(StartExecutionCommand).resolves({});
    const body = JSON.stringify({ orderId: id });
    expect(await entries.recover.handler(queued(body), context)).toEqual(allGood);
    expect(sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.DelaySeconds).toBe(900);
  });
});

describe('the decisions’ entries', () => {
  const invocation = { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 };

  it('throw a refused confirmation as an error that Step Functions can catch', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { ORDERS: [item(rejectedOrder())] } });
    const confirming = entries.confirm.handler({ orderId: id }, invocation);
    await expect(confirming).rejects.toMatchObject({
      name: 'Refusal',
      message: 'ORDER_NOT_PENDING',
    });
  });

  it('confirm in two calls', async () => {
    const inTime = { ...order, deadline: instant(Date.parse('9999-01-01')) };
    dynamo.on(UpdateItemCommand).resolves({});
    dynamo.on(BatchGetItemCommand).resolves({
      Responses: {
        ORDERS: [item(inTime)],
        PAYMENTS: [{ status: { S: 'AUTHORIZED' } }],
        SHIPMENTS: [{ status: { S: 'BOOKED' }, trackingNumber: { S: 'T1' } }],
      },
    });
    expect(await entries.confirm.handler({ orderId: id }, invocation)).toEqual({ outcome: 'done' });
    expect(dynamo.calls()).toHaveLength(2);
  });

  it('answer the machine what was decided', async () => {
    storedOrder(confirmedOrder());
    const failure = { error: 'States.Timeout', cause: '' };
    const answer = await entries.reject.handler({ orderId: id, failure });
    expect(answer).toEqual({ decision: 'CONFIRMED' });
  });

  it('park a compensation under its order and step', async () => {
    storedOrder(rejectedOrder());
    dynamo.on(PutItemCommand).resolves({});
    dynamo.on(UpdateItemCommand).resolves({});
    const failure = { error: 'TransientFault', cause: '{}' };
    await entries.park.handler({ orderId: id, step: 'VoidPayment', failure });
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.id).toEqual({
      S: `order:${id}:VoidPayment`,
    });
  });
});
