import { describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import { confirmOrder, type Effects } from '../../../lambdas/shell/confirm-order.ts';
import { parkCompensation } from '../../../lambdas/shell/park-compensation.ts';
import { rejectionOf, rejectOrder } from '../../../lambdas/shell/reject-order.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import {
  cancelledOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
} from '../../support/sample-orders.ts';

const id = placedOrder().id;
type Left = Omit<Effects, 'order'>;
const secured: Left = {
  payment: { status: 'AUTHORIZED' },
  shipment: { status: 'BOOKED', trackingNumber: 'T1' },
};
const nothing: Left = { payment: undefined, shipment: undefined };

function createWorld(order: Order = placedOrder(), effects: Left = secured) {
  const orders = createFakeOrderStore(order);
  const parking = createFakeParkingLot();
  const clock = createFakeClock();
  return {
    orders,
    parking,
    clock,
    effects: { find: async () => ({ ...effects, order: orders.get(order.id) }) },
  };
}

describe('the confirmation of an order', () => {
  it.each([
    ['no payment', { ...secured, payment: undefined }],
    ['a payment that is only tried', { ...secured, payment: { status: 'TRIED' } }],
    ['no shipment', { ...secured, shipment: undefined }],
    ['a shipment without tracking number', { ...secured, shipment: { status: 'BOOKED' } }],
  ])('does not happen with %s', async (_, effects) => {
    const world = createWorld(placedOrder(), effects);
    await expect(confirmOrder(world, id)).rejects.toThrow(PermanentFault);
    expect(world.orders.get(id).status).toBe('PENDING');
  });

  it('happens when the money is taken already', async () => {
    const world = createWorld(placedOrder(), { ...secured, payment: { status: 'CAPTURED' } });
    expect(await confirmOrder(world, id)).toEqual({ outcome: 'done' });
  });

  it('is refused from the deadline on', async () => {
    const world = createWorld();
    world.clock.advance(14 * 60_000);
    const outcome = await confirmOrder(world, id);
    expect(outcome).toEqual({ outcome: 'refused', reason: 'DEADLINE_EXCEEDED' });
    expect(world.orders.get(id).status).toBe('PENDING');
  });

  it('is refused for a decided order, whose effects may be gone by then', async () => {
    for (const decided of [cancelledOrder(), rejectedOrder()])
      expect(await confirmOrder(createWorld(decided, nothing), id)).toEqual({
        outcome: 'refused',
        reason: 'ORDER_NOT_PENDING',
      });
  });

  it('loses to a cancellation that came in between', async () => {
    const world = createWorld();
    world.orders.beforeNextCommit((stored) => cancelledOrder(stored));
    expect(await confirmOrder(world, id)).toMatchObject({ reason: 'ORDER_NOT_PENDING' });
    expect(world.orders.get(id).status).toBe('CANCELLED');
  });

  it('answers a repeat after a lost answer as done, even past the deadline', async () => {
    const world = createWorld();
    world.orders.loseNextAnswer(new TransientFault('timed out'));
    await expect(confirmOrder(world, id)).rejects.toThrow(TransientFault);
    world.clock.advance(86_400_000);
    expect(await confirmOrder(world, id)).toEqual({ outcome: 'done' });
    expect(world.orders.get(id).version).toBe(2);
  });

  it('copies what the view shows of payment and shipment', async () => {
    const world = createWorld();
    expect(await confirmOrder(world, id)).toEqual({ outcome: 'done' });
    expect(world.orders.get(id)).toMatchObject({
      status: 'CONFIRMED',
      payment: 'AUTHORIZED',
      shipment: { status: 'BOOKED', trackingNumber: 'T1' },
    });
  });
});

describe('the abort decision', () => {
  const refusal = (code: string) => ({
    error: 'Refusal',
    cause: JSON.stringify({ errorType: 'Refusal', errorMessage: code }),
  });
  const failure = refusal('OUT_OF_STOCK');

  it('finds that another execution has confirmed the order', async () => {
    const world = createWorld(confirmedOrder());
    expect(await rejectOrder(world, { orderId: id, failure })).toEqual({ decision: 'CONFIRMED' });
    expect(world.orders.get(id).status).toBe('CONFIRMED');
  });

  it('loses to a confirmation that came in between', async () => {
    const world = createWorld();
    world.orders.beforeNextCommit((stored) => confirmedOrder(stored));
    expect(await rejectOrder(world, { orderId: id, failure })).toEqual({ decision: 'CONFIRMED' });
  });

  it('leaves a cancelled order cancelled, to be undone', async () => {
    const world = createWorld(cancelledOrder());
    expect(await rejectOrder(world, { orderId: id, failure })).toEqual({ decision: 'CANCELLED' });
  });

  it('tells a person when a step met what no retry can cure', async () => {
    // The provider has renamed a field; the step fails for good.
    const world = createWorld();
    const cause = JSON.stringify({ errorType: 'PermanentFault', errorMessage: 'payment: id' });
    await rejectOrder(world, { orderId: id, failure: { error: 'PermanentFault', cause } });
    expect(world.orders.get(id)).toMatchObject({ status: 'REJECTED', reason: 'UNAVAILABLE' });
    expect([...world.parking.entries.values()]).toMatchObject([
      {
        id: `order:${id}:fault`,
        reason: 'payment: id',
        payload: JSON.stringify({ orderId: id }),
      },
    ]);
  });

  it('tells nobody of refusals and of tries that ran out', async () => {
    const world = createWorld();
    await rejectOrder(world, { orderId: id, failure });
    await rejectOrder(world, { orderId: id, failure: { error: 'TransientFault', cause: '' } });
    expect(world.parking.entries.size).toBe(0);
  });

  it('keeps the first reason when it is made twice', async () => {
    const world = createWorld();
    await rejectOrder(world, { orderId: id, failure });
    const again = await rejectOrder(world, { orderId: id, failure: refusal('PAYMENT_DECLINED') });
    expect(again).toEqual({ decision: 'REJECTED' });
    expect(world.orders.get(id)).toMatchObject({ version: 2, reason: 'OUT_OF_STOCK' });
  });

  it('tells a refusal to the customer by its code', () => {
    for (const code of [
      'OUT_OF_STOCK',
      'PAYMENT_DECLINED',
      'UNDELIVERABLE_ADDRESS',
      'DEADLINE_EXCEEDED',
    ])
      expect(rejectionOf(refusal(code))).toBe(code);
  });

  it.each([
    ['a time-out', { error: 'States.Timeout', cause: '' }],
    ['a refusal of an unknown kind', refusal('ORDER_NOT_PENDING')],
    ['a fault whose text looks like a code', { error: 'TransientFault', cause: '"OUT_OF_STOCK"' }],
    ['a cause that is no JSON', { error: 'Refusal', cause: 'OUT_OF_STOCK' }],
  ])('calls %s UNAVAILABLE', (_, cause) => {
    expect(rejectionOf(cause)).toBe('UNAVAILABLE');
  });
});

describe('a compensation that gave up', () => {
  const failure = { error: 'TransientFault', cause: '{"errorMessage":"throttled"}' };
  const input = { orderId: id, step: 'VoidPayment', failure };
  const entryId = `order:${id}:VoidPayment`;

  it('raises its alarm even when the order cannot be written', async () => {
    const world = createWorld(rejectedOrder());
    world.orders.failNext(new TransientFault('throttled'));
    await expect(parkCompensation(world, input)).rejects.toThrow(TransientFault);
    expect(world.parking.entries.has(entryId)).toBe(true);
  });

  it('is kept with its error and shown on the order, once however often it is told', async () => {
    const world = createWorld(rejectedOrder());
    await parkCompensation(world, input);
    await parkCompensation(world, input);
    expect(world.parking.entries.get(entryId)).toMatchObject({
      reason: 'TransientFault',
      payload: failure.cause,
    });
    expect(world.orders.get(id)).toMatchObject({ version: 3, parked: ['VoidPayment'] });
  });
});
