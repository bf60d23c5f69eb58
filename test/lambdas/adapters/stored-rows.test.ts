import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoAdjustmentStore } from '../../../lambdas/adapters/dynamo-adjustment-store.ts';
import { dynamoIntake } from '../../../lambdas/adapters/dynamo-intake.ts';
import { dynamoNotificationStore } from '../../../lambdas/adapters/dynamo-notification-store.ts';
import { dynamoOrderStore } from '../../../lambdas/adapters/dynamo-order-store.ts';
import { dynamoPaymentStore } from '../../../lambdas/adapters/dynamo-payment-store.ts';
import { dynamoShipmentStore } from '../../../lambdas/adapters/dynamo-shipment-store.ts';
import { dynamoStockStore } from '../../../lambdas/adapters/dynamo-stock-store.ts';
import { dynamoViewStore } from '../../../lambdas/adapters/dynamo-view-store.ts';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import type { Payment } from '../../../lambdas/domain/payment.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';
import { liveRow } from '../../../lambdas/domain/view.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import {
  sampleInstant as at,
  capturedOrder,
  confirmedOrder,
  placedOrder,
  sampleOrderId,
} from '../../support/sample-orders.ts';

const tea = 'tea' as Sku;
const orderId = sampleOrderId();
const order = placedOrder();
const tables = createFakeTables({
  Orders: 'id',
  Stock: 'id',
  Fences: 'orderId',
  Claims: 'eventId',
  View: 'id',
});
const { client } = tables;

const stock = dynamoStockStore(client, 'Stock');
const adjustments = dynamoAdjustmentStore(client, 'Stock');
const notifications = dynamoNotificationStore(client, 'Claims');
const view = dynamoViewStore(client, 'View');

const claim = { eventId: 'e', orderId, status: 'CLAIMED', claimedAt: at } as const;
const shown = liveRow(order, { customer: 'issuer|customer-1', order: '{}' });

type Row = Record<string, unknown>;
interface Reading {
  readonly table: string;
  readonly row: Row;
  /** Each makes the row one that no release has written. */
  readonly wrong: readonly Row[];
  readonly read: () => Promise<unknown>;
}

const readings: Record<string, Reading> = {
  'a reservation': {
    table: 'Stock',
    row: { id: `order#${orderId}`, status: 'HELD', lines: [['tea', 2]] },
    wrong: [
      { status: 'GONE' },
      { lines: [['tea', 'two']] },
      { lines: [['tea']] },
      { lines: [[2, 2]] },
      { lines: 'none' },
    ],
    read: () => stock.findReservation(orderId),
  },
  'an adjustment': {
    table: 'Stock',
    row: { id: 'adjustment#a', fingerprint: 'f', stock: 2 },
    wrong: [{ fingerprint: 1 }, { stock: '2' }, { stock: 0.5 }],
    read: () => adjustments.find('a'),
  },
  'a payment': {
    table: 'Fences',
    row: {
      ...{ orderId, version: 2, status: 'TRIED', attempt: 1, key: 'k', keyUntil: 5 },
      ...{ amount: 100, currency: 'USD', method: 'pm' },
    },
    wrong: [
      { version: '2' },
      { status: 'GONE' },
      { attempt: 'one' },
      { key: 1 },
      { keyUntil: 'soon' },
      { amount: 0.5 },
      { currency: 1 },
      { method: 1 },
      { authorizationId: 'only from AUTHORIZED on' },
      { keyUnusableSince: 'lately' },
    ],
    read: () => dynamoPaymentStore(client, 'Fences').find(orderId),
  },
  'a shipment': {
    table: 'Fences',
    row: { orderId, version: 1, status: 'TRIED', trier: 'one', leaseUntil: 5 },
    wrong: [{ version: 0.5 }, { status: 'GONE' }, { trier: 1 }, { leaseUntil: '5' }],
    read: () => dynamoShipmentStore(client, 'Fences').find(orderId),
  },
  'a shipment that is undone': {
    table: 'Fences',
    row: { orderId, version: 2, status: 'CANCELLING', bookingId: 'b' },
    wrong: [{ bookingId: 5 }],
    read: () => dynamoShipmentStore(client, 'Fences').find(orderId),
  },
  'a notification': {
    table: 'Claims',
    row: { eventId: 'e', orderId, status: 'CLAIMED', claimedAt: 5 },
    wrong: [{ orderId: 'x' }, { status: 'LOST' }, { claimedAt: '5' }],
    read: () => notifications.claim(claim),
  },
  'a row of the view': {
    table: 'View',
    row: { id: `order#${orderId}`, version: 3, sale: '2026-03-14 2500 USD' },
    wrong: [
      { version: '3' },
      ...['14.3.2026 5 USD', 'x2026-03-14 5 USD', '2026-03-14 -5 USD', '2026-03-14 5 usd'].map(
        (sale) => ({ sale }),
      ),
      ...['2026-03-14 5 USDX', '2026-03-14  USD', '2026-03-145 USD', '12026-03-14 5 USD'].map(
        (sale) => ({ sale }),
      ),
    ],
    read: () => view.replace({ held: undefined, row: shown, sales: [] }),
  },
};

describe.each(Object.entries(readings))('%s', (_name, { table, row, wrong, read }) => {
  it('is read in the form in which it is stored', async () => {
    tables.put(table, row);
    await expect(read()).resolves.toBeDefined();
  });

  it.each(wrong)(
    'that says %o is a broken contract, and no retry can cure it',
    async (spoiling) => {
      tables.put(table, { ...row, ...spoiling });
      await expect(read()).rejects.toBeInstanceOf(PermanentFault);
    },
  );
});

describe('the stock', () => {
  const held = { status: 'HELD', lines: [{ sku: tea, quantity: 2 }] } as const;
  const released = { ...held, status: 'RELEASED' } as const;

  it('says whether a fence alone was written, and what is there instead', async () => {
    const change = { found: undefined, reservation: released, movements: [] };
    const written = await stock.commitReservation(sampleOrderId('first'), change);
    expect(written).toEqual({ outcome: 'committed' });
    const lost = await stock.commitReservation(sampleOrderId('first'), change);
    expect(lost).toEqual({ outcome: 'lost', stored: released });
  });

  it('begins with what is given back of a product that never had any', async () => {
    const other = sampleOrderId('second');
    tables.put('Stock', { id: `order#${other}`, status: 'HELD', lines: [['tea', 2]] });
    const movements = [{ sku: tea, change: 2 }];
    await stock.commitReservation(other, { found: held, reservation: released, movements });
    expect(tables.get('Stock', 'sku#tea')).toMatchObject({ available: 2 });
  });

  it('is not adjusted from what it no longer is, nor where there is none', async () => {
    const adjustment = { id: 'b', fingerprint: 'f', sku: 'cup' as Sku, delta: 1, reason: 'r' };
    const moved = { outcome: 'moved' };
    expect(await adjustments.commit(adjustment, { from: 5, to: 6 })).toEqual(moved);
    tables.put('Stock', { id: 'sku#cup', available: 4 });
    expect(await adjustments.commit(adjustment, { from: 5, to: 6 })).toEqual(moved);
    expect(tables.get('Stock', 'sku#cup')).toMatchObject({ available: 4 });
  });
});

describe('the stores', () => {
  it('read strongly consistent whatever is decided on', async () => {
    for (const { read } of Object.values(readings)) await read().catch(() => undefined);
    await dynamoOrderStore(client, 'Orders').find(orderId);
    const reads = tables.calls
      .filter(({ command }) => command === 'GetItemCommand')
      .map(({ input }) => input as { TableName: string; ConsistentRead?: boolean });
    const read = new Set(reads.map(({ TableName }) => TableName));
    expect(read).toEqual(new Set(['Stock', 'Fences', 'Orders']));
    expect(reads.filter(({ ConsistentRead }) => !ConsistentRead)).toEqual([]);
  });

  it('take no refusal that does not show what refused', async () => {
    const unexplained = () => {
      throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    };
    tables.beforeNext('PutItemCommand', unexplained);
    await expect(notifications.claim(claim)).rejects.toThrow('never deleted');
    tables.beforeNext('PutItemCommand', unexplained);
    const answer = { kind: 'order', order } as const;
    const recorded = { answer, fingerprint: 'f', writeId: 'w' };
    await expect(dynamoIntake(client, 'Orders').record(recorded)).rejects.toThrow('refused it');
    tables.beforeNext('TransactWriteItemsCommand', () => {
      throw new TransactionCanceledException({
        ...{ message: 'no', $metadata: {} },
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
      });
    });
    const adjustment = { id: 'c', fingerprint: 'f', sku: tea, delta: 1, reason: 'r' };
    await expect(adjustments.commit(adjustment, { from: 1, to: 2 })).rejects.toThrow('deleted');
  });
});

describe('what a store asserts', () => {
  /** Refuses every condition and shows nothing: the row is gone. */
  const vanished = createFakeTables({
    Orders: 'id',
    Stock: 'id',
    Fences: 'orderId',
    Claims: 'eventId',
  });
  const orders = dynamoOrderStore(vanished.client, 'Orders');

  it('is that a transition is one version, and has its event', async () => {
    const captured = capturedOrder();
    await expect(orders.commit(order, captured)).rejects.toThrow('one version');
    const torn = { ...confirmedOrder(), events: order.events };
    await expect(orders.commit(order, torn)).rejects.toThrow('has its event');
  });

  it('is that a change of a fence is one version', async () => {
    const fence: Payment = { orderId, version: 2, status: 'VOIDED' };
    const payments = dynamoPaymentStore(vanished.client, 'Fences');
    await expect(payments.save(undefined, fence)).rejects.toThrow('one version');
  });

  it('is that an order, a fence and a reservation are never deleted', async () => {
    await expect(orders.commit(order, confirmedOrder())).rejects.toThrow('never deleted');
    const voided: Payment = { orderId, version: 2, status: 'VOIDED' };
    const payments = dynamoPaymentStore(vanished.client, 'Fences');
    const save = payments.save({ ...voided, version: 1 }, voided);
    await expect(save).rejects.toThrow('never deleted');
    const found = { status: 'HELD', lines: [{ sku: tea, quantity: 1 }] } as const;
    const released = { ...found, status: 'RELEASED' } as const;
    const commit = dynamoStockStore(vanished.client, 'Stock').commitReservation(orderId, {
      ...{ found, reservation: released, movements: [] },
    });
    await expect(commit).rejects.toThrow('never deleted');
  });

  it('is that a change of sales changes something', async () => {
    const nothing = { day: '2026-03-14', orders: 0, revenue: new Map() };
    const replace = view.replace({ held: undefined, row: shown, sales: [nothing] });
    await expect(replace).rejects.toThrow('changes something');
  });

  it('is not what is recorded: a refused request is no order', async () => {
    const problem = {
      ...({ type: '/problems/unknown-product', title: 't', status: 422, detail: 'd' } as const),
    };
    const answer = { kind: 'refusal', id: orderId, principal: order.principal, problem } as const;
    await dynamoIntake(vanished.client, 'Orders').record({
      ...{ answer, fingerprint: 'f', writeId: 'w' },
    });
    expect(await orders.find(orderId)).toBeUndefined();
  });
});
