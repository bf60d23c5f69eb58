import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchGet } from '../../../lambdas/adapters/batch-get.ts';
import { dynamoOffers } from '../../../lambdas/adapters/dynamo-offers.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';

const dynamo = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
const offers = dynamoOffers(client, 'Catalogue');
beforeEach(() => void dynamo.reset());

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
    expect([...(await offers.findOffers(skus)).keys()]).toEqual(['tea', 'cup']);
    expect(dynamo.commandCalls(BatchGetItemCommand)[1]?.args[0].input).toMatchObject({
      RequestItems: { Catalogue: { Keys: [{ sku: { S: 'cup' } }] } },
    });
  });

  it('are unknown, not missing, when DynamoDB does not read them', async () => {
    // Leaves the same key unread on every try.
    dynamo.on(BatchGetItemCommand).resolves(leftOver('cup'));
    await expect(offers.findOffers(skus)).rejects.toThrow(TransientFault);
  });

  it('stop at an item that is no product', async () => {
    dynamo.on(BatchGetItemCommand).resolves(answering(marshall({ sku: 'tea' })));
    await expect(offers.findOffers(skus)).rejects.toThrow(PermanentFault);
  });
});

describe('a batch of reads', () => {
  it('of nothing calls nobody', async () => {
    expect(await batchGet(client, 'Catalogue', [])).toEqual([]);
    expect(dynamo.calls()).toHaveLength(0);
  });

  it('refuses more keys than DynamoDB takes', async () => {
    const keys = Array.from({ length: 101 }, (_, index) => ({ sku: `${index}` }));
    await expect(batchGet(client, 'Catalogue', keys)).rejects.toThrow('at most 100 keys, not 101');
  });
});
