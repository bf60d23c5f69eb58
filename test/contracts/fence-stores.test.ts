/** What every store of a fence's rows, and of notifications, promises: the fakes and the real ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoNotificationStore } from '../../lambdas/adapters/dynamo-notification-store.ts';
import { dynamoPaymentStore } from '../../lambdas/adapters/dynamo-payment-store.ts';
import { dynamoShipmentStore } from '../../lambdas/adapters/dynamo-shipment-store.ts';
import { type Notification, sent } from '../../lambdas/domain/notification.ts';
import {
  type AuthorizationId,
  authorized,
  authorizeMove,
  captured,
  captureParked,
  declined,
  keyUnusable,
  type Payment,
  type TriedPayment,
  voided,
  voidMove,
} from '../../lambdas/domain/payment.ts';
import {
  type BookingId,
  booked,
  bookMove,
  cancelMove,
  type ShipmentRow,
  type TriedShipment,
} from '../../lambdas/domain/shipment.ts';
import type { Currency, OrderId } from '../../lambdas/domain/values.ts';
import type { NotificationStore } from '../../lambdas/shell/notification-ports.ts';
import { createFakePaymentStore, createFakeShipmentStore } from '../support/fakes/fence-store.ts';
import { createFakeNotificationStore } from '../support/fakes/notification-store.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { sampleInstant as now, sampleOrderId } from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({
    payments: ['orderId'],
    shipments: ['orderId'],
    notifications: ['eventId'],
  });
});
afterAll(() => tables.stop());

const orderId = sampleOrderId();
const money = { amount: 2_500, currency: 'USD' as Currency };

function tried(): TriedPayment {
  const move = authorizeMove(undefined, {
    request: { orderId, amount: money, method: 'pm_card_visa' },
    now,
  });
  if (move.next !== 'save' || move.payment.status !== 'TRIED') throw new Error('expected a try');
  return move.payment;
}

function tombstone(): Payment {
  const move = voidMove(undefined, { orderId, now, searchLagMs: 1 });
  if (move.next !== 'save') throw new Error('expected a tombstone');
  return move.payment;
}

function payments(): readonly (readonly Payment[])[] {
  const first = tried();
  const held = authorized(first, 'authorization-1' as AuthorizationId);
  if (held.status !== 'AUTHORIZED') throw new Error('expected an authorisation');
  return [
    [tombstone()],
    [first, declined(first)],
    [first, voided(first)],
    [first, keyUnusable(first, now), voided(keyUnusable(first, now))],
    [first, held, captured(held)],
    [first, held, captureParked(held)],
    [first, held, voided(held)],
  ];
}

function shipments(): readonly (readonly ShipmentRow[])[] {
  const me = { orderId, trier: 'request-1', leaseMs: 30_000, now };
  const first = bookMove(undefined, me);
  const none = cancelMove(undefined, { orderId, now });
  if (first.next !== 'save' || none.next !== 'save') throw new Error('expected rows');
  const lease: TriedShipment = first.shipment;
  const made = booked(lease, {
    id: 'booking-1' as BookingId,
    status: 'BOOKED',
    trackingNumber: 'TRACK-1',
  });
  const undoing = cancelMove(made, { orderId, now });
  if (undoing.next !== 'save') throw new Error('expected the undo to begin');
  return [[none.shipment], [lease, made, undoing.shipment]];
}

type Store<Row> = {
  find(id: OrderId): Promise<Row | undefined>;
  save(expected: Row | undefined, next: Row): Promise<Row>;
};

function keepsItsPromises<Row extends { orderId: OrderId; version: number }>(
  create: () => Store<Row>,
  histories: readonly (readonly Row[])[],
) {
  it('finds nothing for an order without a row', async () => {
    expect(await create().find(sampleOrderId('unknown'))).toBeUndefined();
  });
  it('gives every row back as it was stored, in each of its states', async () => {
    const store = create();
    for (const [index, history] of histories.entries()) {
      let last: Row | undefined;
      for (const row of history.map((one) => renamed(one, `history-${index}`))) {
        expect(await store.save(last, row)).toEqual(row);
        expect(await store.find(row.orderId)).toEqual(row);
        last = row;
      }
    }
  });
  it('keeps the first row, and gives it back to whoever comes second', async () => {
    const store = create();
    const [[first] = [], [other] = []] = histories;
    if (!first || !other) throw new Error('two histories are needed');
    await store.save(undefined, renamed(first, 'contended'));
    const stored = await store.save(undefined, renamed(other, 'contended'));
    expect(stored).toEqual(renamed(first, 'contended'));
  });
  it('replaces a row only from the version that was read', async () => {
    const store = create();
    const rows = histories.find((history) => history.length > 1);
    const [first, second] = (rows ?? []).map((row) => renamed(row, 'stale'));
    if (!first || !second) throw new Error('a history of two rows is needed');
    await store.save(undefined, first);
    await store.save(first, second);
    expect(await store.save(first, { ...second })).toEqual(second);
    expect(await store.find(first.orderId)).toEqual(second);
  });
}

/** The same row for another order, wherever the order's id stands in it. */
const renamed = <Row extends { orderId: OrderId }>(row: Row, name: string): Row =>
  JSON.parse(JSON.stringify(row).replaceAll(row.orderId, sampleOrderId(name))) as Row;

describe('payment store', () => {
  describe('fake', () => keepsItsPromises(createFakePaymentStore, payments()));
  describe('DynamoDB', () =>
    keepsItsPromises(() => dynamoPaymentStore(tables.client, 'payments'), payments()));
});

describe('shipment store', () => {
  describe('fake', () => keepsItsPromises(createFakeShipmentStore, shipments()));
  describe('DynamoDB', () =>
    keepsItsPromises(() => dynamoShipmentStore(tables.client, 'shipments'), shipments()));
});

describe.each([
  ['fake', (): NotificationStore => createFakeNotificationStore()],
  ['DynamoDB', () => dynamoNotificationStore(tables.client, 'notifications')],
])('notification store: %s', (_name, create) => {
  const claimOf = (eventId: string): Notification => ({
    eventId,
    orderId,
    status: 'CLAIMED',
    claimedAt: now,
  });
  it('keeps the first claim of an event', async () => {
    const store = create();
    const first = claimOf('source|1');
    expect(await store.claim(first)).toEqual(first);
    const second = { ...first, claimedAt: '2026-03-15T00:00:00.000Z' as typeof now };
    expect(await store.claim(second)).toEqual(first);
  });
  it('shows what was sent to whoever claims it again', async () => {
    const store = create();
    const claim = await store.claim(claimOf('source|2'));
    await store.markSent(sent(claim));
    expect(await store.claim(claimOf('source|2'))).toEqual(sent(claim));
  });
  it('takes a second mark for done', async () => {
    const store = create();
    const claim = await store.claim(claimOf('source|3'));
    await store.markSent(sent(claim));
    await store.markSent(sent(claim));
    expect(await store.claim(claimOf('source|3'))).toEqual(sent(claim));
  });
});
