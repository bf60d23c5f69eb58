import { describe, expect, it } from 'vitest';
import {
  type Booking,
  type BookingId,
  booked,
  bookingRequest,
  bookMove,
  cancelled,
  cancelMove,
  leaseGivenBack,
  type TriedShipment,
} from '../../../lambdas/domain/shipment.ts';
import { epochMs, instant } from '../../../lambdas/domain/values.ts';
import { sampleInstant as now, placedOrder } from '../../support/sample-orders.ts';

const order = placedOrder();
const leaseMs = 30_000;
const at = (ms: number) => instant(epochMs(now) + ms);
const me = (trier: string, ms = 0) => ({ orderId: order.id, trier, leaseMs, now: at(ms) });
const tried: TriedShipment = {
  orderId: order.id,
  version: 1,
  status: 'TRIED',
  trier: 'one',
  leaseUntil: at(leaseMs),
};

describe('shipment fence', () => {
  it('gives the lease to the first trier', () => {
    expect(bookMove(undefined, me('one'))).toEqual({ next: 'save', shipment: tried });
  });
  it('recognises its own try, and spares the first one the look-up', () => {
    expect(bookMove(tried, me('one', 1))).toMatchObject({ next: 'book', isFirstTry: true });
    const second = { ...tried, version: 2 };
    expect(bookMove(second, me('one', 1))).toMatchObject({ next: 'book', isFirstTry: false });
  });
  it('lets another trier in when the lease is over, not a millisecond before', () => {
    expect(bookMove(tried, me('two', leaseMs - 1))).toMatchObject({ next: 'wait' });
    expect(bookMove(tried, me('two', leaseMs))).toMatchObject({
      next: 'save',
      shipment: { trier: 'two', version: 2, leaseUntil: at(2 * leaseMs) },
    });
  });
  it('keeps the undo waiting for as long', () => {
    const undo = (ms: number) => cancelMove(tried, { orderId: order.id, now: at(ms) });
    expect(undo(leaseMs - 1)).toMatchObject({ next: 'wait', until: at(leaseMs) });
    expect(undo(leaseMs)).toMatchObject({ next: 'save', shipment: { status: 'CANCELLING' } });
  });
  it('never prolongs a lease by giving it back', () => {
    expect(leaseGivenBack(tried, at(1)).leaseUntil).toBe(at(1));
    expect(leaseGivenBack(tried, at(2 * leaseMs)).leaseUntil).toBe(at(leaseMs));
  });
  it('counts every change of its row, so that a late writer loses', () => {
    const third = { ...tried, version: 3 };
    const booking: Booking = { id: 'b' as BookingId, status: 'BOOKED', trackingNumber: 'T' };
    expect(booked(third, booking).version).toBe(4);
    expect(leaseGivenBack(third, at(1)).version).toBe(4);
    expect(cancelMove(booked(third, booking), { orderId: order.id, now: at(0) })).toMatchObject({
      shipment: { status: 'CANCELLING', version: 5, bookingId: 'b' },
    });
    const bookingId = booking.id;
    const cancelling = { orderId: order.id, version: 5, status: 'CANCELLING' as const, bookingId };
    expect(cancelled(cancelling)).toEqual({ ...cancelling, version: 6, status: 'CANCELLED' });
  });
  it('gives no lease that is over when it begins', () => {
    expect(() => bookMove(undefined, { ...me('one'), leaseMs: 0 })).toThrow('a lease lasts');
  });
  it('is cancelled at the carrier before it counts as cancelled', () => {
    const none = { orderId: order.id, version: 1, status: 'CANCELLED' as const };
    expect(() => cancelled(none)).toThrow('at the carrier first');
  });
  it('asks for a parcel that weighs something and is worth what was ordered', () => {
    expect(bookingRequest(order)).toMatchObject({
      reference: order.id,
      weightGrams: 1_500,
      declaredValue: { amount: 2_500, currency: 'USD' },
    });
  });
});
