import { describe, expect, it } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { recordCapture, recordParked } from '../../lambdas/domain/order.ts';
import {
  cancelledOrder,
  capturedOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
  sampleInstant,
} from '../support/sample-orders.ts';
import { abstracted, type ObservedTable, type Row } from './abstraction.ts';

const seen = (table: ObservedTable, after: Row) =>
  abstracted({ entry: 'some-entry', table, before: undefined, after });

describe('a committed change of a row', () => {
  it.each([
    { order: placedOrder(), value: 'PENDING', version: 1 },
    { order: confirmedOrder(), value: 'CONFIRMED', version: 2 },
    { order: capturedOrder(), value: 'CONFIRMED CAPTURED', version: 3 },
    { order: rejectedOrder(), value: 'REJECTED', version: 2 },
    { order: cancelledOrder(), value: 'CANCELLED', version: 2 },
  ])('shows an order as $value', ({ order, value, version }) => {
    expect(seen('Orders', orderItem(order))).toEqual({
      orderId: order.id,
      event: { entry: 'some-entry', participant: 'order', value, version },
    });
  });

  it('shows what of an order waits for a person, in one order', () => {
    const parked = ['VoidPayment', 'CancelShipment'].reduce(
      (order, step) => recordParked(order, { step, at: sampleInstant }).order,
      rejectedOrder(),
    );
    const event = { value: 'REJECTED parked CancelShipment,VoidPayment', version: 4 };
    expect(seen('Orders', orderItem(parked))).toMatchObject({ event });
    expect(recordCapture(parked, { at: sampleInstant }).outcome).toBe('refused');
  });

  it('shows a refused request as an order that never was', () => {
    const event = { participant: 'order', value: 'REFUSED' };
    expect(seen('Orders', { id: 'o', status: 'REFUSED' })).toMatchObject({ event });
  });

  it.each([
    { table: 'Payments', participant: 'payment' },
    { table: 'Shipments', participant: 'shipment' },
  ] as const)('shows the status of a row of $table', ({ table, participant }) => {
    const event = { entry: 'some-entry', participant, value: 'TRIED' };
    expect(seen(table, { orderId: 'o', status: 'TRIED' })).toEqual({ orderId: 'o', event });
  });

  it('shows a reservation, and no stock of a product', () => {
    const event = { entry: 'some-entry', participant: 'reservation', value: 'HELD' };
    expect(seen('Stock', { id: 'order#o', status: 'HELD' })).toEqual({ orderId: 'o', event });
    expect(seen('Stock', { id: 'sku#mug', available: 3 })).toBeUndefined();
  });

  it('shows a message with the version of the event that it tells', () => {
    const row = { orderId: 'o', status: 'CLAIMED', eventId: '/everonce/orders|o:2' };
    const event = { participant: 'notification', value: 'CLAIMED', version: 2 };
    expect(seen('Notifications', row)).toMatchObject({ orderId: 'o', event });
  });

  it.each([
    { row: { kind: 'payment', status: 'requires_capture' }, sees: 'intent live' },
    { row: { kind: 'payment', status: 'requires_payment_method' }, sees: 'intent declined' },
    { row: { kind: 'payment', status: 'canceled' }, sees: 'intent cancelled' },
    { row: { kind: 'payment', status: 'succeeded' }, sees: 'intent captured' },
    { row: { kind: 'answer', status: 'requires_capture' }, sees: 'intent error' },
    { row: { kind: 'shipment', status: 'BOOKED' }, sees: 'parcel BOOKED' },
    { row: { kind: 'shipment', status: 'CANCELLED' }, sees: 'parcel CANCELLED' },
    { row: { kind: 'email', eventId: 'o:2' }, sees: 'mail SENT' },
  ])('shows the truth of a provider: $sees', ({ row, sees }) => {
    const { event } = seen('Sandbox', { orderId: 'o', ...row }) ?? {};
    expect(`${event?.participant} ${event?.value}`).toBe(sees);
  });

  it('shows nothing where nothing has changed', () => {
    const row = { orderId: 'o', status: 'TRIED', version: 1 };
    const change = { entry: 'some-entry', table: 'Payments', before: row } as const;
    expect(abstracted({ ...change, after: { ...row } })).toBeUndefined();
    expect(abstracted({ ...change, after: { ...row, version: 2 } })).toBeDefined();
  });

  it('is refused by name where a row is not shaped as the adapters write it', () => {
    expect(() => seen('Payments', { orderId: 'o' })).toThrow('status of a row is undefined');
    expect(() => seen('Sandbox', { orderId: 'o', kind: 'refund' })).toThrow('kind of a row');
    expect(() =>
      abstracted({ entry: 'some-entry', table: 'Payments', before: {}, after: undefined }),
    ).toThrow('a row of Payments was deleted by some-entry');
  });
});
