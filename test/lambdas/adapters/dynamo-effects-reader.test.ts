import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoEffectsReader } from '../../../lambdas/adapters/dynamo-effects-reader.ts';
import { orderItem } from '../../../lambdas/adapters/order-item.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { placedOrder, sampleOrderId } from '../../support/sample-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const tables = { orders: 'Orders', payments: 'Payments', shipments: 'Shipments' };
const effects = dynamoEffectsReader(new DynamoDBClient({}), tables);
const id = sampleOrderId();
const shipments = [{ status: { S: 'BOOKED' }, trackingNumber: { S: 'T1' } }];
const payments = [{ status: { S: 'AUTHORIZED' } }];
const unread = { Shipments: { Keys: [{ orderId: { S: id } }] } };

beforeEach(() => {
  dynamo.reset();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Reads to the end of all waits. */
async function find() {
  const found = effects.find(id);
  await Promise.all([found.catch(() => {}), vi.runAllTimersAsync()]);
  return found;
}
const requests = () =>
  dynamo.commandCalls(BatchGetItemCommand).map(({ args: [{ input }] }) => input);

describe('the reader of effects', () => {
  it('never takes a throttled row for a missing one', async () => {
    // DynamoDB keeps answering that it did not get to the second table.
    dynamo
      .on(BatchGetItemCommand)
      .resolves({ Responses: { Payments: payments }, UnprocessedKeys: unread });
    await expect(find()).rejects.toThrow(TransientFault);
    expect(requests()).toHaveLength(4);
  });

  it('waits before it asks again, longer each time', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ UnprocessedKeys: unread });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const read = expect(effects.find(id)).rejects.toThrow(TransientFault);
    const callsAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return requests().length;
    };
    expect([await callsAfter(24), await callsAfter(1)]).toEqual([1, 2]);
    expect([await callsAfter(49), await callsAfter(1)]).toEqual([2, 3]);
    await vi.runAllTimersAsync();
    await read;
  });

  it('asks for nothing of payment and shipment but what a decision needs', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: {} });
    await find();
    const [{ RequestItems = {} } = {}] = requests();
    const names = { ExpressionAttributeNames: { '#status': 'status' } };
    expect(RequestItems.Payments).toMatchObject({ ...names, ProjectionExpression: '#status' });
    expect(RequestItems.Shipments).toMatchObject({
      ...names,
      ProjectionExpression: '#status, trackingNumber',
    });
  });

  it('refuses a row that is none', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { Payments: [{ status: { N: '1' } }] } });
    await expect(effects.find(id)).rejects.toThrow(PermanentFault);
  });

  it('asks again for what was left unread', async () => {
    dynamo
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { Payments: payments }, UnprocessedKeys: unread })
      .resolves({ Responses: { Shipments: shipments } });
    expect(await find()).toEqual({
      order: undefined,
      payment: { status: 'AUTHORIZED' },
      shipment: { status: 'BOOKED', trackingNumber: 'T1' },
    });
    expect(requests()[1]?.RequestItems).toEqual(unread);
  });

  it('reads the order with them, consistently and in one call', async () => {
    const order = placedOrder();
    const stored = marshall(orderItem(order), { removeUndefinedValues: true });
    dynamo
      .on(BatchGetItemCommand)
      .resolves({ Responses: { Orders: [stored], Payments: [], Shipments: [] } });
    expect(await effects.find(id)).toEqual({ order, payment: undefined, shipment: undefined });
    expect(requests()[0]?.RequestItems?.Orders).toMatchObject({
      ConsistentRead: true,
      Keys: [{ id: { S: id } }],
    });
    expect(requests()).toHaveLength(1);
    for (const table of ['Payments', 'Shipments'])
      expect(requests()[0]?.RequestItems?.[table]).toMatchObject({
        ConsistentRead: true,
        Keys: [{ orderId: { S: id } }],
      });
  });
});
