import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import '../support/fixed-seed.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { anyJson, anySpoiling, spoiled } from '../support/arbitrary-json.ts';
import { confirmedOrder, placedOrder, sampleOrderId } from '../support/sample-orders.ts';
import { streamEvent, streamRecord } from '../support/stream-events.ts';

const runs = 500;
const dynamo = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const first = placedOrder(sampleOrderId('first'));
const last = placedOrder(sampleOrderId('last'));
const item = marshall(orderItem(confirmedOrder()), { removeUndefinedValues: true });

type Reader = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
const readers: Record<string, Reader> = {};

/** Entries read their environment when they load. */
beforeAll(async () => {
  const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/all';
  const types = ['OrderPlaced', 'OrderConfirmed', 'OrderRejected', 'OrderCancelled'];
  vi.stubEnv('OUTBOX_ROUTES', JSON.stringify(Object.fromEntries(types.map((t) => [t, [queue]]))));
  vi.stubEnv('PARKED_TABLE', 'Parked');
  vi.stubEnv('METRICS_SERVICE', 'test');
  vi.stubEnv('READ_MODEL_TABLE', 'View');
  readers.relay = (await import('../../lambdas/relay-outbox.ts')).handler;
  readers.projector = (await import('../../lambdas/project-order.ts')).handler;
});

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
});

/** An image of an order, spoiled as DynamoDB writes it or as our code reads it. */
const anyImage: fc.Arbitrary<unknown> = fc.oneof(
  anySpoiling().map((how) => jsonOf(spoiled(item, how))),
  anySpoiling().map((how) => attributesOf(jsonOf(spoiled(unmarshall(item), how)))),
  anyJson,
);

/** DynamoDB stores nothing deeper than this. */
const deepest = '['.repeat(32);

function jsonOf(text: string): unknown {
  try {
    return text.includes(deepest) ? {} : JSON.parse(text);
  } catch {
    return { id: { S: text } };
  }
}

function attributesOf(value: unknown): Record<string, AttributeValue> {
  try {
    return marshall(value as Record<string, unknown>, { removeUndefinedValues: true });
  } catch {
    return {};
  }
}

const anyRecord = fc
  .record({ NewImage: anyImage, OldImage: anyImage }, { requiredKeys: [] })
  .map((images) => {
    const record = streamRecord('2', {});
    return { ...record, dynamodb: { ...record.dynamodb, ...images } } as DynamoDBRecord;
  });

/** Everything that was written or sent, as text. */
const effects = (): string =>
  JSON.stringify([
    ...dynamo.commandCalls(PutItemCommand).map(({ args }) => args[0].input),
    ...dynamo.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input),
    ...sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input),
  ]);

describe.each(['relay', 'projector'])('a record of a stream at the %s', (reader) => {
  /** Between two good ones, all of one batch. */
  const read = async (record: DynamoDBRecord): Promise<void> => {
    for (const mock of [dynamo, sqs]) mock.reset();
    dynamo.onAnyCommand().resolves({});
    sqs.onAnyCommand().resolves({});
    const [before, after] = [
      streamRecord('1', { after: first }),
      streamRecord('3', { after: last }),
    ];
    const answer = await readers[reader]?.(streamEvent(before, record, after));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(effects()).toContain(first.id);
    expect(effects()).toContain(last.id);
  };

  it('stops none of its neighbours and does not come again, whatever it holds', async () => {
    await fc.assert(fc.asyncProperty(anyRecord, read), { numRuns: runs });
  });

  it.each([
    ['no lines', { lines: [] }],
    ['a total beyond all bounds', { lines: [['tea', 'Tea', 1000, 2 ** 53 - 1]] }],
    ['a currency that is none', { currency: 'USD}' }],
    ['a customer too long for a key', { customer: 'c'.repeat(3000) }],
    ['an issuer too long for a key', { issuer: 'i'.repeat(3000) }],
    ['a trace context too long for a message', { traceparent: 't'.repeat(2 ** 20) }],
    ['a title too long for a row', { lines: [['tea', 't'.repeat(390_000), 1, 1]] }],
    ['a version before the first', { version: 0 }],
    ['a time that no calendar has', { outbox: [{ type: 'OrderPlaced', time: 2 ** 53 - 1 }] }],
  ])('is parked when it is an order with %s', async (_what, spoilt) => {
    const whole = orderItem(confirmedOrder());
    await read(streamRecord('2', { after: { ...whole, ...spoilt } }));
    expect(effects()).toContain('stream:event-2');
    expect(effects()).not.toContain(`order#${String(whole.id)}`);
  });
});
