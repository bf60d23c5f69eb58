import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { confirmedOrder, placedOrder } from '../support/sample-orders.ts';
import { streamEvent, streamRecord } from '../support/stream-events.ts';

const dynamo = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const placed = placedOrder();
const confirmed = confirmedOrder(placed);
const event = streamEvent(
  streamRecord('99', { after: placed }),
  streamRecord('100', { before: placed, after: confirmed }),
);

type Entries = {
  relay: typeof import('../../lambdas/relay-outbox.ts');
  projector: typeof import('../../lambdas/project-order.ts');
};
let entries: Entries;

/** Entries read their environment when they load. */
beforeAll(async () => {
  const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012';
  const routes = { OrderPlaced: [`${queue}/saga`], OrderConfirmed: [`${queue}/billing`] };
  vi.stubEnv('OUTBOX_ROUTES', JSON.stringify(routes));
  vi.stubEnv('PARKED_TABLE', 'Parked');
  vi.stubEnv('METRICS_SERVICE', 'test');
  vi.stubEnv('READ_MODEL_TABLE', 'View');
  entries = {
    relay: await import('../../lambdas/relay-outbox.ts'),
    projector: await import('../../lambdas/project-order.ts'),
  };
});

beforeEach(() => {
  dynamo.reset();
  sqs.reset();
});

const again = (itemIdentifier: string) => ({ batchItemFailures: [{ itemIdentifier }] });
const allGood = { batchItemFailures: [] };

describe('the relay’s entry', () => {
  it('asks for the batch again from the record whose event failed', async () => {
    const failed = { Id: '0', Code: 'InternalError', SenderFault: false };
    sqs
      .on(SendMessageBatchCommand)
      .callsFake(({ QueueUrl }: { QueueUrl: string }) =>
        QueueUrl.endsWith('billing') ? { Failed: [failed] } : {},
      );
    expect(await entries.relay.handler(event)).toEqual(again('100'));
  });

  it('asks for nothing again when every queue took everything', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    expect(await entries.relay.handler(event)).toEqual(allGood);
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(2);
  });
});

describe('the projector’s entry', () => {
  it('asks for the batch again from the order’s first record when the row was not written', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    dynamo.on(TransactWriteItemsCommand).rejects(throttled);
    expect(await entries.projector.handler(event)).toEqual(again('99'));
  });

  it('handles a batch it has handled before without writing anything', async () => {
    const Item = { id: { S: 'order#x' }, version: { N: '2' }, sale: { S: '2026-03-14 2500 USD' } };
    const stored = new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item });
    dynamo.on(PutItemCommand).rejects(stored);
    const repeated = streamEvent(streamRecord('99', { after: placed }));
    expect(await entries.projector.handler(repeated)).toEqual(allGood);
    expect(dynamo.commandCalls(PutItemCommand)).toHaveLength(1);
  });

  it('writes row and counter of a batch in one call', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    expect(await entries.projector.handler(event)).toEqual(allGood);
    expect(dynamo.calls()).toHaveLength(1);
  });
});
