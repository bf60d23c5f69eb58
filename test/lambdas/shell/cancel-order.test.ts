import { describe, expect, it } from 'vitest';
import { TransientFault } from '../../../lambdas/contract/faults.ts';
import { cancel, confirm, recordParked } from '../../../lambdas/domain/order.ts';
import { type CancelOrder, cancelOrder } from '../../../lambdas/shell/cancel-order.ts';
import { alice, later, mallory, orderId, placedOrder } from '../../support/customer-orders.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';

const placed = placedOrder();
const confirmed = confirm(placed, { trackingNumber: 'T1', at: later }).order;
const asked = (change: Partial<CancelOrder> = {}): CancelOrder => ({
  id: orderId,
  principal: alice,
  ifVersion: 1,
  now: later,
  ...change,
});
const namesake = { ...alice, issuer: 'https://other.example' };
const done = { outcome: 'cancelled', id: orderId, version: 2 };

describe('cancelling an order', () => {
  it('decides a pending order', async () => {
    const orders = createFakeOrderStore(placed);
    expect(await cancelOrder(orders, asked())).toEqual(done);
    expect(orders.get(orderId)).toMatchObject({ status: 'CANCELLED', cancelledFrom: 1 });
  });

  it('answers a repeat the same, also when the order has moved on since', async () => {
    const cancelled = cancel(placed, { ifVersion: 1, at: later }).order;
    const orders = createFakeOrderStore(recordParked(cancelled, { step: 's', at: later }).order);
    expect(await cancelOrder(orders, asked())).toEqual(done);
    expect(orders.get(orderId).version).toBe(3);
  });

  it('has happened once when its answer was lost and the client repeats it', async () => {
    // The commit happens and its answer is lost.
    const orders = createFakeOrderStore(placed);
    orders.loseNextAnswer(new TransientFault('timed out'));
    await expect(cancelOrder(orders, asked())).rejects.toThrow(TransientFault);
    expect(await cancelOrder(orders, asked())).toEqual(done);
    expect(orders.get(orderId).version).toBe(2);
  });

  it('loses against a confirmation that came first, and reads the winner', async () => {
    const orders = createFakeOrderStore(placed);
    orders.beforeNextCommit(() => confirmed);
    expect(await cancelOrder(orders, asked())).toEqual({ outcome: 'stale' });
    expect(orders.get(orderId).status).toBe('CONFIRMED');
  });

  it('is refused once the order is decided', async () => {
    const orders = createFakeOrderStore(confirmed);
    expect(await cancelOrder(orders, asked({ ifVersion: 2 }))).toEqual({ outcome: 'decided' });
  });

  it.each([2, undefined])('is refused on version %s of an order at 1', async (ifVersion) => {
    const orders = createFakeOrderStore(placed);
    expect(await cancelOrder(orders, asked({ ifVersion }))).toEqual({ outcome: 'stale' });
    expect(orders.get(orderId)).toBe(placed);
  });

  it.each([
    ['of another customer', { principal: mallory }],
    ['of a customer whom another issuer names the same', { principal: namesake }],
    ['that does not exist', { id: 'n'.repeat(43) }],
    ['with an impossible id', { id: 'x' }],
    ['of another customer on a stale version', { principal: mallory, ifVersion: undefined }],
  ])('knows no order %s', async (_which, change) => {
    const orders = createFakeOrderStore(placed);
    expect(await cancelOrder(orders, asked(change))).toEqual({ outcome: 'not found' });
    expect(orders.get(orderId)).toBe(placed);
  });

  it('looks nothing up under an id that none can have', async () => {
    const orders = createFakeOrderStore(placed);
    orders.failNext(new Error('not to be asked'));
    expect(await cancelOrder(orders, asked({ id: 'x' }))).toEqual({ outcome: 'not found' });
  });
});
