import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { PermanentFault } from '../../lambdas/contract/faults.ts';
import { env } from '../../lambdas/contract/names.ts';
import { place } from '../../lambdas/domain/order.ts';
import { type Currency, instant, type OrderId, type Sku } from '../../lambdas/domain/values.ts';
import { createFakeTables } from '../support/fakes/dynamo-tables.ts';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  [env.ordersTable]: 'Orders',
  [env.stockTable]: 'Stock',
});
const { handler: reserveStock } = await import('../../lambdas/reserve-stock.ts');
const { handler: releaseStock } = await import('../../lambdas/release-stock.ts');

const orderId = 'o'.repeat(43) as OrderId;
const context = { awsRequestId: 'invocation', getRemainingTimeInMillis: () => 10_000 };

function steps(available: number) {
  const tables = createFakeTables({ Orders: 'id', Stock: 'id' });
  const order = place({
    id: orderId,
    principal: { issuer: 'https://issuer.example', subject: 'c1' },
    lines: [
      {
        sku: 'TEA' as Sku,
        title: 'Tea',
        quantity: 2,
        unitPrice: { amount: 100, currency: 'USD' as Currency },
      },
    ],
    paymentMethod: 'pm_card_visa',
    shipping: { name: 'A', line1: 'B 1', city: 'C', postalCode: '1', country: 'US' },
    deadline: instant(Date.now() + 60_000),
    traceparent: '00-0-0-00',
    at: instant(Date.now()),
  });
  tables.put('Orders', orderItem(order));
  tables.put('Stock', { id: 'sku#TEA', available });
  const dynamo = mockClient(DynamoDBClient);
  dynamo.on(GetItemCommand).callsFake((input) => tables.answer('GetItemCommand', input));
  dynamo.on(PutItemCommand).callsFake((input) => tables.answer('PutItemCommand', input));
  dynamo
    .on(TransactWriteItemsCommand)
    .callsFake((input) => tables.answer('TransactWriteItemsCommand', input));
  return { available: () => tables.get('Stock', 'sku#TEA')?.available };
}

describe('the stock steps of the saga', () => {
  it('hold and give back', async () => {
    const { available } = steps(5);
    expect(await reserveStock({ orderId }, context)).toEqual({ outcome: 'done' });
    expect(available()).toBe(3);
    expect(await releaseStock({ orderId }, context)).toEqual({ outcome: 'done' });
    expect(available()).toBe(5);
  });

  it('throw a refusal that names its reason and nothing else', async () => {
    steps(1);
    await expect(reserveStock({ orderId }, context)).rejects.toMatchObject({
      name: 'Refusal',
      message: 'OUT_OF_STOCK',
    });
  });

  it('take an input without an order for a broken contract', async () => {
    await expect(reserveStock({}, context)).rejects.toThrow(PermanentFault);
    await expect(releaseStock({ orderId: 'short' }, context)).rejects.toThrow(PermanentFault);
  });
});
