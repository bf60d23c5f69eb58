import { beforeEach, describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import {
  type Booking,
  bookingRequest,
  type ShipmentRow,
} from '../../../lambdas/domain/shipment.ts';
import { bookShipment } from '../../../lambdas/shell/book-shipment.ts';
import { cancelShipment } from '../../../lambdas/shell/cancel-shipment.ts';
import type { CarrierGateway } from '../../../lambdas/shell/shipment-ports.ts';
import { createFakeCarrier } from '../../support/fakes/carrier-gateway.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeShipmentStore } from '../../support/fakes/fence-store.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { placedOrder, rejectedOrder, sampleOrderId } from '../../support/sample-orders.ts';

const order = placedOrder();
const { id: orderId } = order;
const leaseMs = 30_000;

const world = (placed = order) => ({
  orders: createFakeOrderStore(placed),
  shipments: createFakeShipmentStore(),
  carrier: createFakeCarrier(),
  clock: createFakeClock(),
  leaseMs,
});
let ports: ReturnType<typeof world>;
beforeEach(() => {
  ports = world();
});
const book = (trier: string, carrier: CarrierGateway = ports.carrier) =>
  bookShipment({ ...ports, carrier }, { orderId, trier });
const cancel = (carrier: CarrierGateway = ports.carrier) =>
  cancelShipment({ ...ports, carrier }, { orderId });
const status = async () => (await ports.shipments.find(orderId))?.status;
/** Whatever is saved, somebody has replaced it with this row. */
const createStubbornStore = (row: ShipmentRow) => ({
  saves: 0,
  find: async () => row,
  async save() {
    this.saves++;
    return row;
  },
});
/** The carrier books, and its answer is lost. */
const losing = (carrier: CarrierGateway): CarrierGateway => ({
  ...carrier,
  async book(request) {
    await carrier.book(request);
    throw new TransientFault('no answer');
  },
});

describe('book shipment', () => {
  it('books once, with one call to the carrier, and gives a repeat the same answer', async () => {
    const carrier: CarrierGateway = {
      ...ports.carrier,
      findByReference: () => Promise.reject(new Error('nothing to look up')),
    };
    expect(await book('one', carrier)).toEqual({ outcome: 'done' });
    expect(await book('two', carrier)).toEqual({ outcome: 'done' });
    expect(await ports.shipments.find(orderId)).toMatchObject({
      status: 'BOOKED',
      trackingNumber: 'booking-1',
    });
  });
  it('keeps every other trier from the carrier while a lease lives', async () => {
    await expect(book('one', losing(ports.carrier))).rejects.toThrow('no answer');
    await expect(book('two')).rejects.toThrow('lease held');
    expect(ports.carrier.live(orderId)).toBe(1);
  });
  it('finds by reference what a lost answer booked, once the lease is over', async () => {
    await expect(book('one', losing(ports.carrier))).rejects.toThrow('no answer');
    ports.clock.advance(leaseMs);
    expect(await book('two')).toEqual({ outcome: 'done' });
    expect(ports.carrier.live(orderId)).toBe(1);
  });
  it('refuses an undeliverable address, and lets the undo go on at once', async () => {
    ports = world({ ...order, shipping: { ...order.shipping, postalCode: '00000' } });
    const refused = { outcome: 'refused', reason: 'UNDELIVERABLE_ADDRESS' };
    expect(await book('one')).toEqual(refused);
    expect(await book('two')).toEqual(refused);
    expect(await cancel()).toEqual({ outcome: 'done' });
  });
  it('gives the lease back when the carrier took nothing', async () => {
    ports.carrier.busyOnce();
    await expect(book('one')).rejects.toBeInstanceOf(TransientFault);
    expect(await book('two')).toEqual({ outcome: 'done' });
  });
  it('does not start for an order that is decided', async () => {
    ports = world(rejectedOrder());
    expect(await book('one')).toEqual({ outcome: 'refused', reason: 'ORDER_NOT_PENDING' });
    expect(await status()).toBeUndefined();
  });
  it('books again what was booked and cancelled at the carrier', async () => {
    await expect(book('one', losing(ports.carrier))).rejects.toThrow('no answer');
    for (const { id } of await ports.carrier.findByReference(orderId))
      await ports.carrier.cancel(id);
    ports.clock.advance(leaseMs);
    expect(await book('two')).toEqual({ outcome: 'done' });
    expect(await ports.shipments.find(orderId)).toMatchObject({ trackingNumber: 'booking-2' });
  });
  it('fails for good on an order that does not exist', async () => {
    const unknown = bookShipment(ports, { orderId: sampleOrderId('unknown'), trier: 'one' });
    await expect(unknown).rejects.toBeInstanceOf(PermanentFault);
  });
  it('leaves a row that changes eight times to a retry', async () => {
    // Whenever a lease is taken, another one is there that is over.
    const row: ShipmentRow = {
      ...{ orderId, version: 1, status: 'TRIED', trier: 'other', leaseUntil: order.placedAt },
    };
    const shipments = createStubbornStore(row);
    const failed = bookShipment({ ...ports, shipments }, { orderId, trier: 'one' });
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(shipments.saves).toBe(8);
  });
  it('fails for good when the carrier holds two parcels', async () => {
    await expect(book('one', losing(ports.carrier))).rejects.toThrow('no answer');
    await ports.carrier.book(bookingRequest(order));
    ports.clock.advance(leaseMs);
    await expect(book('two')).rejects.toBeInstanceOf(PermanentFault);
  });
});

describe('cancel shipment', () => {
  it('leaves the tombstone where nothing was tried', async () => {
    await cancel();
    expect(await status()).toBe('CANCELLED');
    expect(await book('late')).toEqual({ outcome: 'refused', reason: 'SHIPMENT_CANCELLED' });
  });
  it('cancels what was booked, and again does nothing', async () => {
    await book('one');
    await cancel();
    await cancel();
    expect(ports.carrier.live(orderId)).toBe(0);
    expect(await status()).toBe('CANCELLED');
  });
  it('waits a lease out before it looks for what a lost answer booked', async () => {
    await expect(book('one', losing(ports.carrier))).rejects.toThrow('no answer');
    await expect(cancel()).rejects.toThrow('lease held');
    expect(await status()).toBe('TRIED');
    ports.clock.advance(leaseMs);
    await cancel();
    expect(ports.carrier.live(orderId)).toBe(0);
  });
  it('refuses every trier while an undo is half done, and finishes it', async () => {
    await book('one');
    const broken: CarrierGateway = {
      ...ports.carrier,
      cancel: () => Promise.reject(new TransientFault('no answer')),
    };
    await expect(cancel(broken)).rejects.toBeInstanceOf(TransientFault);
    expect(await status()).toBe('CANCELLING');
    expect(await book('late')).toEqual({ outcome: 'refused', reason: 'SHIPMENT_CANCELLED' });
    await cancel();
    expect(ports.carrier.live(orderId)).toBe(0);
  });
  it('cancels nothing at the carrier that is cancelled there already', async () => {
    await book('one');
    const [booking] = await ports.carrier.findByReference(orderId);
    const earlier = { ...booking, id: 'earlier', status: 'CANCELLED' } as Booking;
    const asked: string[] = [];
    const carrier: CarrierGateway = {
      ...ports.carrier,
      findByReference: async () => [earlier, ...(booking ? [booking] : [])],
      async cancel(id) {
        asked.push(id);
        return ports.carrier.cancel(id);
      },
    };
    await cancel(carrier);
    expect(asked).toEqual([booking?.id]);
  });
  it('cancels what it knows to be booked, also where the list of the carrier lags behind', async () => {
    await book('one');
    await cancel({ ...ports.carrier, findByReference: async () => [] });
    expect(ports.carrier.live(orderId)).toBe(0);
    expect(await status()).toBe('CANCELLED');
  });
  it('cancels it also where the list shows but an older one', async () => {
    await book('one');
    const earlier = { id: 'earlier', status: 'CANCELLED', trackingNumber: 'T' } as Booking;
    await cancel({ ...ports.carrier, findByReference: async () => [earlier] });
    expect(ports.carrier.live(orderId)).toBe(0);
  });
  it('knows it still when the try before it has stopped half-way', async () => {
    await book('one');
    const lagging = { ...ports.carrier, findByReference: async () => [] };
    const lost: CarrierGateway = {
      ...lagging,
      cancel: () => Promise.reject(new TransientFault('no answer')),
    };
    await expect(cancel(lost)).rejects.toBeInstanceOf(TransientFault);
    await cancel(lagging);
    expect(ports.carrier.live(orderId)).toBe(0);
  });
  it('leaves a row that changes eight times to a retry', async () => {
    // Whatever is written over it, the booking is there again.
    await book('one');
    const row = await ports.shipments.find(orderId);
    if (!row) throw new Error('expected a booking');
    const shipments = createStubbornStore(row);
    const failed = cancelShipment({ ...ports, shipments }, { orderId });
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(shipments.saves).toBe(8);
  });
  it('fails for good when the parcel is under way', async () => {
    await book('one');
    const gone: CarrierGateway = {
      ...ports.carrier,
      cancel: async () => ({ outcome: 'under way' }),
    };
    await expect(cancel(gone)).rejects.toBeInstanceOf(PermanentFault);
  });
});
