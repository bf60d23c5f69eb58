import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoOffers } from '../../../lambdas/adapters/dynamo-offers.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';

const dynamo = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
const offers = dynamoOffers(client, 'Catalogue');
beforeEach(() => {
  dynamo.reset();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => void vi.useRealTimers());

const skus = ['tea', 'cup', 'old'] as Sku[];
const product = (sku: string, more = {}) =>
  marshall({ sku, title: sku, amount: 450, currency: 'USD', ...more });
const answering = (...items: ReturnType<typeof product>[]) => ({ Responses: { Catalogue: items } });
const leftOver = (...left: string[]) => ({
  UnprocessedKeys: { Catalogue: { Keys: left.map((sku) => ({ sku: { S: sku } })) } },
});

describe('the offers', () => {
  it('are read consistently, without products that are unknown or withdrawn', async () => {
    dynamo
      .on(BatchGetItemCommand)
      .resolves(answering(product('tea'), product('old', { withdrawn: true })));
    expect([...(await offers.findOffers(skus))]).toEqual([
      ['tea', { title: 'tea', price: { amount: 450, currency: 'USD' } }],
    ]);
    expect(dynamo.commandCalls(BatchGetItemCommand)[0]?.args[0].input).toMatchObject({
      RequestItems: { Catalogue: { ConsistentRead: true } },
    });
  });

  it('ask again for what was not read', async () => {
    dynamo
      .on(BatchGetItemCommand)
      .resolvesOnce({ ...answering(product('tea')), ...leftOver('cup') })
      .resolvesOnce(answering(product('cup')));
    const found = offers.findOffers(skus);
    await vi.runAllTimersAsync();
    expect([...(await found).keys()]).toEqual(['tea', 'cup']);
    expect(dynamo.commandCalls(BatchGetItemCommand)[1]?.args[0].input).toMatchObject({
      RequestItems: { Catalogue: { Keys: [{ sku: { S: 'cup' } }] } },
    });
  });

  it('are unknown, not missing, when DynamoDB does not read them', async () => {
    // Leaves the same key unread on every try.
    dynamo.on(BatchGetItemCommand).resolves(leftOver('cup'));
    const unread = expect(offers.findOffers(skus)).rejects.toThrow(TransientFault);
    await vi.runAllTimersAsync();
    await unread;
  });

  it('stop at an item that is no product', async () => {
    dynamo.on(BatchGetItemCommand).resolves(answering(marshall({ sku: 'tea' })));
    await expect(offers.findOffers(skus)).rejects.toThrow(PermanentFault);
  });
});
