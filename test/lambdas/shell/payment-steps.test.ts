import { beforeEach, describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { cloudEvent } from '../../../lambdas/contract/order-events.ts';
import { orderTotal } from '../../../lambdas/domain/order.ts';
import type { Authorization, AuthorizationId, Payment } from '../../../lambdas/domain/payment.ts';
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

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const searchLagMs = 60_000;
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
    searchLagMs,
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

const notToBeAsked = () => Promise.reject(new Error('not to be asked'));
function someone(status: Authorization['status'], amount = 2_500): Authorization {
  const total = orderTotal(order.lines);
  return { id: `${status}-${amount}` as AuthorizationId, status, amount: { ...total, amount } };
}
/** The key is unusable, and the provider shows these authorisations of the order. */
const finding = (...found: readonly Authorization[]) => ({
  ...ports,
  gateway: { ...unusable(ports.gateway), findByOrder: async () => found },
});
/** The row that a lost answer leaves. */
async function triedRow(): Promise<Payment> {
  const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
  await expect(lost).rejects.toBeInstanceOf(TransientFault);
  const row = await ports.payments.find(orderId);
  if (row?.status !== 'TRIED') throw new Error(`expected a try, not ${row?.status}`);
  return row;
}
/** A store in which, whatever is saved, somebody has gone back to the first try. */
function createMovingStore() {
  let first: Payment | undefined;
  return {
    saves: 0,
    find: async () => first,
    async save(_expected: Payment | undefined, next: Payment) {
      this.saves++;
      first ??= next;
      return first;
    },
  };
}

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
    const failed = authorizePayment(finding(someone('AUTHORIZED', 1)), { orderId });
    await expect(failed).rejects.toThrow('another amount');
  });
  it('minds nothing that was cancelled, whatever its amount', async () => {
    const ours = someone('AUTHORIZED');
    const all = [someone('CANCELLED', 1), someone('CANCELLED', 1), ours];
    expect(await authorizePayment(finding(...all), { orderId })).toEqual({ outcome: 'done' });
    expect(await ports.payments.find(orderId)).toMatchObject({ authorizationId: ours.id });
  });
  it('fails for good when the provider holds the money twice', async () => {
    const twice = [someone('AUTHORIZED'), someone('CAPTURED')];
    const failed = authorizePayment(finding(...twice), { orderId });
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
  });
  it.each([
    ['nothing', []],
    ['only what was cancelled', [someone('CANCELLED')]],
  ])('makes no new key while an unusable one may still act, finding %s', async (_what, found) => {
    const failed = authorizePayment(finding(...found), { orderId });
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(await ports.payments.find(orderId)).toMatchObject({
      version: 1,
      attempt: { number: 1 },
    });
  });
  it('needs no look-up for an answer', async () => {
    ports = world({ ...order, paymentMethod: 'pm_card_chargeDeclined' });
    const gateway = { ...ports.gateway, findByOrder: notToBeAsked };
    const outcome = await authorizePayment({ ...ports, gateway }, { orderId });
    expect(outcome).toMatchObject({ outcome: 'refused' });
  });
  it('leaves a row that changes eight times to a retry', async () => {
    const payments = createMovingStore();
    const failed = authorizePayment({ ...ports, payments }, { orderId });
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(payments.saves).toBe(8);
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
    expect(await voidPayment(ports, { orderId })).toEqual({ outcome: 'done' });
    expect(await voidPayment(ports, { orderId })).toEqual({ outcome: 'done' });
    expect(ports.gateway.live(orderId)).toBe(0);
  });
  it('needs no look-up for what a burnt key answers', async () => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    const gateway = { ...ports.gateway, findByOrder: notToBeAsked };
    await voidPayment({ ...ports, gateway }, { orderId });
    expect(ports.gateway.live(orderId)).toBe(0);
  });
  it('cancels nothing that is cancelled or declined already', async () => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    const all = finding(someone('CANCELLED'), someone('DECLINED'), someone('AUTHORIZED'));
    const cancelled: string[] = [];
    const cancel = async (id: string) => {
      cancelled.push(id);
      return { outcome: 'cancelled' as const };
    };
    await voidPayment({ ...all, gateway: { ...all.gateway, cancel } }, { orderId });
    expect(cancelled).toEqual([someone('AUTHORIZED').id]);
  });
  it('fails for good when the provider has taken what is to be given back', async () => {
    await authorizePayment(ports, { orderId });
    const cancel = async () => ({ outcome: 'captured' as const });
    const gateway = { ...ports.gateway, cancel };
    const failed = voidPayment({ ...ports, gateway }, { orderId });
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    expect(await status()).toBe('AUTHORIZED');
  });
  it('leaves a row that changes eight times to a retry', async () => {
    const payments = createMovingStore();
    await payments.save(undefined, await triedRow());
    payments.saves = 0;
    const failed = voidPayment({ ...ports, payments }, { orderId });
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(payments.saves).toBe(8);
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
  it('waits for what an unusable key made, until the provider must have listed it', async () => {
    const lost = authorizePayment({ ...ports, gateway: losing(ports.gateway) }, { orderId });
    await expect(lost).rejects.toBeInstanceOf(TransientFault);
    // The key was used long after its row was written.
    ports.clock.advance(hourMs);
    const gateway = unusable(ports.gateway);
    const lagging = { ...gateway, findByOrder: async () => [] };
    for (const ms of [0, searchLagMs - 1]) {
      ports.clock.advance(ms);
      const early = voidPayment({ ...ports, gateway: lagging }, { orderId });
      await expect(early).rejects.toThrow('may not be listed before');
      expect(await status()).toBe('TRIED');
    }
    ports.clock.advance(1);
    await voidPayment({ ...ports, gateway }, { orderId });
    expect(ports.gateway.live(orderId)).toBe(0);
    expect(await status()).toBe('VOIDED');
  });
  it('does not take an older authorisation for what an unusable key made', async () => {
    const tried = await triedRow();
    if (tried.status !== 'TRIED') throw new Error('expected a try');
    const attempt = { ...tried.attempt, number: 2 };
    await ports.payments.save(tried, { ...tried, version: tried.version + 1, attempt });
    const early = voidPayment(finding(someone('CANCELLED')), { orderId });
    await expect(early).rejects.toBeInstanceOf(TransientFault);
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
    ports.clock.advance(1_000);
    await capturePayment(ports, orderId);
    const time = ports.clock();
    ports.clock.advance(1_000);
    await capturePayment(ports, orderId);
    expect(ports.orders.get(orderId)).toMatchObject({ payment: 'CAPTURED', version: 3 });
    expect(ports.orders.get(orderId).events.at(-1)).toMatchObject({ time });
    expect(ports.parking.entries.size).toBe(0);
  });
  it('takes what was held, under a key of the order', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    const asked: unknown[] = [];
    const capture: PaymentGateway['capture'] = async (id, wish) => {
      asked.push(wish);
      return ports.gateway.capture(id, wish);
    };
    await capturePayment({ ...ports, gateway: { ...ports.gateway, capture } }, orderId);
    expect(asked).toEqual([{ amount: orderTotal(order.lines), key: `capture:${orderId}:1` }]);
  });
  it('parks an expired authorisation, and shows it on the order', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    ports.clock.advance(8 * dayMs);
    await capturePayment(ports, orderId);
    expect(ports.orders.get(orderId)).toMatchObject({ payment: 'PARKED' });
    expect([...ports.parking.entries.values()]).toEqual([
      {
        id: `order:${orderId}:CapturePayment`,
        reason: 'CAPTURE_REFUSED',
        at: ports.clock(),
        payload: JSON.stringify({ orderId }),
      },
    ]);
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
  it('leaves a deleted entry deleted once the order tells of it', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    ports.clock.advance(8 * dayMs);
    await capturePayment(ports, orderId);
    const parking = createFakeParkingLot();
    await capturePayment({ ...ports, parking }, orderId);
    expect(parking.entries.size).toBe(0);
    expect(ports.orders.get(orderId)).toMatchObject({ payment: 'PARKED', version: 3 });
  });
  it('fails for good when nothing was authorised, or the order is not confirmed', async () => {
    await expect(capturePayment(ports, orderId)).rejects.toThrow('missing, expected AUTHORIZED');
    await authorizePayment(ports, { orderId });
    await expect(capturePayment(ports, orderId)).rejects.toThrow('is not confirmed');
  });
  it('takes no money that was given back', async () => {
    await authorizePayment(ports, { orderId });
    await voidPayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    const gateway = { ...ports.gateway, capture: notToBeAsked };
    const failed = capturePayment({ ...ports, gateway }, orderId);
    await expect(failed).rejects.toThrow('VOIDED, expected AUTHORIZED');
  });
  it('leaves a row that changes four times to a retry', async () => {
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    const row = await ports.payments.find(orderId);
    const payments = createMovingStore();
    if (row) await payments.save(undefined, row);
    payments.saves = 0;
    const failed = capturePayment({ ...ports, payments }, orderId);
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    expect(payments.saves).toBe(4);
  });
  it('moves money for a confirmation, and for no other event', async () => {
    const eventOf = (type: 'OrderPlaced' | 'OrderConfirmed', version: number) =>
      cloudEvent(
        { id: orderId, customer: 'customer-1', traceparent: order.traceparent },
        { type, version, time: order.placedAt },
      );
    await authorizePayment(ports, { orderId });
    ports.orders.put(confirmedOrder());
    const placed = captureOnConfirmation(ports, eventOf('OrderPlaced', 1));
    await expect(placed).rejects.toBeInstanceOf(PermanentFault);
    expect(await status()).toBe('AUTHORIZED');
    await captureOnConfirmation(ports, eventOf('OrderConfirmed', 2));
    expect(await status()).toBe('CAPTURED');
  });
});
