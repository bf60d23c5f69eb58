/** What every store of orders promises: the fake, and the real one over DynamoDB. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoOrderStore } from '../../lambdas/adapters/dynamo-order-store.ts';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { cancel, type Order } from '../../lambdas/domain/order.ts';
import type { OrderStore } from '../../lambdas/shell/ports.ts';
import { createFakeOrderStore } from '../support/fakes/order-store.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import {
  cancelledOrder,
  capturedOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
  sampleOrderId,
} from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({ orders: ['id'] });
});
afterAll(() => tables.stop());
beforeEach(() => tables.reset());

const real = async (order: Order): Promise<OrderStore> => {
  const Item = marshall(orderItem(order), { removeUndefinedValues: true });
  await tables.client.send(new PutItemCommand({ TableName: 'orders', Item }));
  return dynamoOrderStore(tables.client, 'orders');
};

describe.each<[string, (order: Order) => Promise<OrderStore>]>([
  ['fake', async (order) => createFakeOrderStore(order)],
  ['DynamoDB', real],
])('order store: %s', (_name, storing) => {
  const placed = placedOrder();
  const confirmed = confirmedOrder(placed);

  it('finds an order as it was stored, and nothing else', async () => {
    const store = await storing(placed);
    expect(await store.find(placed.id)).toEqual(placed);
    expect(await store.find(sampleOrderId('unknown'))).toBeUndefined();
  });

  it.each([
    ['confirmed', placed, confirmed],
    ['rejected', placed, rejectedOrder(placed)],
    ['cancelled', placed, cancelledOrder(placed)],
    ['captured', confirmed, capturedOrder(confirmed)],
  ])('keeps state, version and events of an order that is %s, together', async (_, from, to) => {
    const store = await storing(from);
    expect(await store.commit(from, to)).toEqual({ outcome: 'committed' });
    expect(await store.find(placed.id)).toEqual(to);
  });

  it('lets one of two decisions on the same version win, and shows the loser the winner', async () => {
    const store = await storing(placed);
    const { order: cancelled } = cancel(placed, { ifVersion: 1, at: placed.placedAt });
    expect(await store.commit(placed, confirmed)).toEqual({ outcome: 'committed' });
    expect(await store.commit(placed, cancelled)).toEqual({ outcome: 'lost', stored: confirmed });
    expect(await store.find(placed.id)).toEqual(confirmed);
  });

  it('takes a commit that was sent twice for one, and appends its event once', async () => {
    const store = await storing(placed);
    await store.commit(placed, confirmed);
    expect(await store.commit(placed, confirmed)).toEqual({ outcome: 'lost', stored: confirmed });
    expect((await store.find(placed.id))?.events).toHaveLength(2);
  });
});
