import { beforeEach, describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { cloudEvent } from '../../../lambdas/contract/order-events.ts';
import { orderTotal } from '../../../lambdas/domain/order.ts';
import type { AuthorizationId } from '../../../lambdas/domain/payment.ts';
import { authorizePayment } from '../../../lambdas/shell/authorize-payment.ts';
import { captureOnConfirmation, capturePayment } from '../../../lambdas/shell/capture-payment.ts';
import type { PaymentGateway } from '../../../lambdas/shell/payment-ports.ts';
import { voidPayment } from '../../../lambdas/shell/void-payment.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakePaymentStore } from '../../support/fakes/fence-store.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import { createFakePaymentGateway } from '../../support/fakes/payment-gateway.ts';
import {
  cancelledOrder,
  confirmedOrder,
  placedOrder,
  sampleOrderId,
} from '../../support/sample-orders.ts';

const dayMs = 86_400_000;
const order = placedOrder();
const { id: orderId } = order;

function world(placed = order) {
  const clock = createFakeClock();
  return {
    clock,
    orders: createFakeOrderStore(placed),
    payments: createFakePaymentStore(),
    gateway: createFakePaymentGateway(clock),
    parking: createFakeParkingLot(),
  };
}
let ports: ReturnType<typeof world>;
beforeEach(() => {
  ports = world();
});
const status = async () => (await ports.payments.find(orderId))?.status;
/** The provider makes the effect, and its answer is lost. */
const losing = (gateway: PaymentGateway): PaymentGateway => ({
  ...gateway,
  async authorize(request, key) {
    await gateway.authorize(request, key);
    throw new TransientFault('no answer');
  },
});
const unusable = (gateway: PaymentGateway): PaymentGateway => ({
  ...gateway,
  authorize: async () => ({ outcome: 'key unusable', code: 'replayed 500' }),
});

describe('authorize payment', () => {
  it('holds the money of a pending order and gives a repeat the same answer', async () => {
    expect(await authorizePayment(ports, { orderId })).toEqual({ outcome: 'done' });
    expect(await authorizePayment(ports, { orderId })).toEqual({ outcome: 'done' });
    expect(ports.gateway.live(orderId)).toBe(1);
  });
  it('refuses a declined card, and goes on refusing it', async () => {
    ports = world({ ...order, paymentMethod: 'pm_card_chargeDeclined' });
    const refused = { outcome: 'refused', reason: 'PAYMENT_DECLINED' };
    expect(await authorizePayment(ports, { orderId })).toEqual(refused);
    expect(await authorizePayment(ports, { orderId })).toEqual(refused);
    expect(await status()).toBe('DECLINED');
  });
  it('asks nothing of the provider for an order that is decided or past its deadline', async () => {
    ports = world(cancelledOrder());
    expect(await authorizePayment(ports, { orderId })).toEqual({
      outcome: 'refused',
      reason: 'ORDER_NOT_PENDING',
    });
    ports = world();
    ports.clock.advance(dayMs);
    expect(await authorizePayment(ports, { orderId })).toEqual({
      outcome: 'refused',
      reason: 'DEADLINE_EXCEEDED',
    });
    expect(await status()).toBeUndefined();
  });
  it('fails for good on an order that does not exist', async () => {
    const unknown = authorizePayment(ports, { orderId: sampleOrderId('unknown') });
    await expect(unknown).rejects.toBeInstanceOf(PermanentFault);
  });
  it('stores the try before it asks the provider', async () => {
    const seen: (string | undefined)[] = [];
    const gateway: PaymentGateway = {
      ...ports.gateway,
      async authorize(request, key) {
        seen.push(await status());
        return ports.gateway.authorize(request, key);
      },
    };
    await authorizePayment({ ...ports, gateway }, { orderId });
    expect(seen).toEqual(['TRIED']);
  });
  it('finds by reference what a lost answer made, once the key may be forgotten', async () => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    ports.clock.advance(dayMs);
    ports.orders.put({ ...order, deadline: '2027-01-01T00:00:00.000Z' as typeof order.deadline });
    expect(await authorizePayment(ports, { orderId })).toEqual({ outcome: 'done' });
    expect(ports.gateway.live(orderId)).toBe(1);
  });
  it('finds by reference what an unusable key made, and makes no new key for it', async () => {
    const gateway = unusable(ports.gateway);
    const nothing = authorizePayment({ ...ports, gateway }, { orderId });
    await expect(nothing).rejects.toBeInstanceOf(TransientFault);
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toThrow('no answer');
    expect(await authorizePayment({ ...ports, gateway }, { orderId })).toEqual({ outcome: 'done' });
    expect(ports.gateway.live(orderId)).toBe(1);
  });
  it('takes no authorisation of another amount for its own', async () => {
    const found = [
      {
        id: 'other' as AuthorizationId,
        status: 'AUTHORIZED' as const,
        amount: { ...orderTotal(order.lines), amount: 1 },
      },
    ];
    const gateway = { ...unusable(ports.gateway), findByOrder: async () => found };
    const failed = authorizePayment({ ...ports, gateway }, { orderId });
    await expect(failed).rejects.toThrow('another amount');
  });
});

describe('void payment', () => {
  it('leaves the tombstone where nothing was tried', async () => {
    await voidPayment(ports, { orderId });
    expect(await status()).toBe('VOIDED');
    expect(await authorizePayment(ports, { orderId })).toEqual({
      outcome: 'refused',
      reason: 'PAYMENT_VOIDED',
    });
  });
  it('cancels what was authorised, and again does nothing', async () => {
    await authorizePayment(ports, { orderId });
    await voidPayment(ports, { orderId });
    await voidPayment(ports, { orderId });
    expect(ports.gateway.live(orderId)).toBe(0);
  });
  it.each([0, 3])('cancels what a lost answer made, %i days later', async (days) => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    ports.clock.advance(days * dayMs);
    await voidPayment(ports, { orderId });
    expect(await ports.gateway.findByOrder(orderId)).toMatchObject([{ status: 'CANCELLED' }]);
  });
  it('looks up by reference when the key is unusable', async () => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    await voidPayment({ ...ports, gateway: unusable(ports.gateway) }, { orderId });
    expect(ports.gateway.live(orderId)).toBe(0);
    expect(await status()).toBe('VOIDED');
  });
  it('never voids money that is captured', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    await capturePayment(ports, orderId);
    await expect(voidPayment(ports, { orderId })).rejects.toBeInstanceOf(PermanentFault);
    expect(await status()).toBe('CAPTURED');
  });
});

describe('capture payment', () => {
  it('takes the money and tells the order', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    await capturePayment(ports, orderId);
    await capturePayment(ports, orderId);
    expect(ports.orders.get(orderId)).toMatchObject({ payment: 'CAPTURED', version: 3 });
  });
  it('parks an expired authorisation, and shows it on the order', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    ports.clock.advance(8 * dayMs);
    await capturePayment(ports, orderId);
    expect(ports.orders.get(orderId)).toMatchObject({ payment: 'PARKED' });
    expect([...ports.parking.entries.keys()]).toEqual([`order:${orderId}:CapturePayment`]);
  });
  it('finishes what an earlier delivery left when its entry could not be parked', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    ports.clock.advance(8 * dayMs);
    ports.parking.failNext(new TransientFault('throttled'));
    await expect(capturePayment(ports, orderId)).rejects.toBeInstanceOf(TransientFault);
    await capturePayment(ports, orderId);
    expect(ports.parking.entries.size).toBe(1);
    expect(ports.orders.get(orderId).payment).toBe('PARKED');
  });
  it('fails for good when nothing was authorised, or the order is not confirmed', async () => {
    await expect(capturePayment(ports, orderId)).rejects.toThrow('missing, expected AUTHORIZED');
    await authorizePayment(ports, { orderId });
    await expect(capturePayment(ports, orderId)).rejects.toThrow('is not confirmed');
  });
  it('moves no money for any other event', async () => {
    const event = cloudEvent(
      { id: orderId, customer: 'customer-1', traceparent: order.traceparent },
      { type: 'OrderPlaced', version: 1, time: order.placedAt },
    );
    await expect(captureOnConfirmation(ports, event)).rejects.toBeInstanceOf(PermanentFault);
  });
});
