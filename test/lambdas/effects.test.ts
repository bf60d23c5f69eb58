/** The entries of payment, shipment and e-mail as deployed, over real tables: one order's whole way. */
import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoOrderStore } from '../../lambdas/adapters/dynamo-order-store.ts';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { Refusal, TransientFault } from '../../lambdas/contract/faults.ts';
import { env } from '../../lambdas/contract/names.ts';
import { cloudEvent, type OrderEventType } from '../../lambdas/contract/order-events.ts';
import type { Order } from '../../lambdas/domain/order.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { confirmedOrder, placedOrder } from '../support/sample-orders.ts';

type Step = (input: unknown, context: Invocation) => Promise<unknown>;
type Consumer = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
type Invocation = { awsRequestId: string; getRemainingTimeInMillis(): number };

let tables: LocalTables;
let steps: Record<'authorize' | 'void' | 'book' | 'cancel', Step>;
let consumers: Record<'capture' | 'notify', Consumer>;

beforeAll(async () => {
  tables = await startLocalTables({
    orders: ['id'],
    payments: ['orderId'],
    shipments: ['orderId'],
    notifications: ['eventId'],
    parked: ['id'],
    sandbox: ['pk', 'sk'],
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: await endpointOf(tables.client),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    [env.ordersTable]: 'orders',
    [env.paymentsTable]: 'payments',
    [env.shipmentsTable]: 'shipments',
    [env.notificationsTable]: 'notifications',
    [env.parkedTable]: 'parked',
    [env.sandboxTable]: 'sandbox',
    [env.carrierLeaseMs]: '30000',
    [env.metricsService]: 'test',
  });
  steps = {
    authorize: (await import('../../lambdas/authorize-payment.ts')).handler,
    void: (await import('../../lambdas/void-payment.ts')).handler,
    book: (await import('../../lambdas/book-shipment.ts')).handler,
    cancel: (await import('../../lambdas/cancel-shipment.ts')).handler,
  };
  consumers = {
    capture: (await import('../../lambdas/capture-payment.ts')).handler,
    notify: (await import('../../lambdas/notify-customer.ts')).handler,
  };
});
beforeEach(() => tables.reset());
afterAll(() => tables.stop());

async function endpointOf(client: DynamoDBClient): Promise<string> {
  const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? {};
  return `${protocol}//${hostname}:${port}`;
}

const order: Order = {
  ...placedOrder(),
  deadline: '2099-01-01T00:00:00.000Z' as Order['deadline'],
};
const input = { orderId: order.id };
const invocation = (awsRequestId: string): Invocation => ({
  awsRequestId,
  getRemainingTimeInMillis: () => 10_000,
});
const place = (placed: Order) =>
  tables.client.send(
    new PutItemCommand({
      TableName: 'orders',
      Item: marshall(orderItem(placed), { removeUndefinedValues: true }),
    }),
  );
const rows = async (TableName: string) => {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  return Items.map((item) => unmarshall(item));
};

function deliver(consumer: Consumer, type: OrderEventType): Promise<SQSBatchResponse> {
  const origin = { id: order.id, customer: 'customer-1', traceparent: order.traceparent };
  const body = JSON.stringify(cloudEvent(origin, { type, version: 2, time: order.placedAt }));
  const record = { messageId: 'message-1', body, eventSourceARN: 'arn:queue' };
  const context = { getRemainingTimeInMillis: () => 30_000 };
  return consumer({ Records: [record] } as SQSEvent, context as Context);
}

describe('effects of an order', () => {
  it('happen once, however often every step runs and every event is delivered', async () => {
    await place(order);
    for (const run of ['first', 'second']) {
      await steps.authorize(input, invocation(run));
      await steps.book(input, invocation(run));
    }
    await place(confirmedOrder(order));
    for (let delivery = 0; delivery < 2; delivery++) {
      expect(await deliver(consumers.capture, 'OrderConfirmed')).toEqual({ batchItemFailures: [] });
      expect(await deliver(consumers.notify, 'OrderConfirmed')).toEqual({ batchItemFailures: [] });
    }
    const truth = (await rows('sandbox')).sort((a, b) => a.kind.localeCompare(b.kind));
    expect(truth).toMatchObject([
      { kind: 'email', orderId: order.id, to: 'customer-1', template: 'order-confirmed' },
      { kind: 'payment', orderId: order.id, captured: 2_500, voided: 0, refunded: 0 },
      { kind: 'shipment', orderId: order.id, status: 'BOOKED' },
    ]);
    const stored = await dynamoOrderStore(tables.client, 'orders').find(order.id);
    expect(stored).toMatchObject({ payment: 'CAPTURED', version: 3 });
    expect(await rows('parked')).toEqual([]);
  });

  it('leave nothing once undone, and late steps are refused', async () => {
    await place(order);
    await steps.authorize(input, invocation('first'));
    await steps.book(input, invocation('first'));
    for (const run of ['undo', 'undo again']) {
      await steps.cancel(input, invocation(run));
      await steps.void(input, invocation(run));
    }
    const truth = (await rows('sandbox')).sort((a, b) => a.kind.localeCompare(b.kind));
    expect(truth).toMatchObject([
      { kind: 'payment', authorized: 2_500, captured: 0, voided: 2_500 },
      { kind: 'shipment', status: 'CANCELLED' },
    ]);
    await expect(steps.authorize(input, invocation('late'))).rejects.toBeInstanceOf(Refusal);
    await expect(steps.book(input, invocation('late'))).rejects.toThrow('SHIPMENT_CANCELLED');
  });

  it('are refused by their codes', async () => {
    const shipping = { ...order.shipping, postalCode: '00000' };
    await place({ ...order, shipping, paymentMethod: 'pm_card_chargeDeclined' });
    await expect(steps.authorize(input, invocation('one'))).rejects.toThrow('PAYMENT_DECLINED');
    await expect(steps.book(input, invocation('one'))).rejects.toThrow('UNDELIVERABLE_ADDRESS');
  });

  it('wait for a trier whose lease lives', async () => {
    await place(order);
    const tried = { orderId: order.id, version: 1, status: 'TRIED', trier: 'other' };
    const Item = marshall({ ...tried, leaseUntil: Date.parse('2099-01-01') });
    await tables.client.send(new PutItemCommand({ TableName: 'shipments', Item }));
    await expect(steps.book(input, invocation('one'))).rejects.toBeInstanceOf(TransientFault);
    await expect(steps.cancel(input, invocation('one'))).rejects.toBeInstanceOf(TransientFault);
  });

  it('park a message that no retry can cure, and do not return it', async () => {
    await place(order);
    expect(await deliver(consumers.capture, 'OrderConfirmed')).toEqual({ batchItemFailures: [] });
    expect(await deliver(consumers.notify, 'PaymentParked')).toEqual({ batchItemFailures: [] });
    expect(await rows('parked')).toMatchObject([{ id: 'message:arn:queue:message-1' }]);
    expect(await rows('sandbox')).toEqual([]);
  });
});
