/** The payment fence as a whole: any interleaving of actions and compensations, any of them dying. */
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lambdas/domain/values.ts';
import { authorizePayment } from '../../../lambdas/shell/authorize-payment.ts';
import { capturePayment } from '../../../lambdas/shell/capture-payment.ts';
import { voidPayment } from '../../../lambdas/shell/void-payment.ts';
import { anyDeath, portsOfActor, settleAll } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakePaymentStore } from '../../support/fakes/fence-store.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import { createFakePaymentGateway } from '../../support/fakes/payment-gateway.ts';
import { confirmedOrder, placedOrder } from '../../support/sample-orders.ts';

const dayMs = 86_400_000;
const farDeadline = '2099-01-01T00:00:00.000Z' as Instant;

function world(method: string, order = placedOrder()) {
  const clock = createFakeClock();
  return {
    order: { ...order, paymentMethod: method },
    clock,
    orders: createFakeOrderStore({ ...order, paymentMethod: method }),
    payments: createFakePaymentStore(),
    gateway: createFakePaymentGateway(clock),
    parking: createFakeParkingLot(),
  };
}

const anyActor = fc.record({ isVoid: fc.boolean(), death: anyDeath });
const anyMethod = fc.constantFrom('pm_card_visa', 'pm_card_chargeDeclined');
/** Whole days between rounds of invocations: the provider forgets its keys, no invocation lives on. */
const anyRounds = fc.array(
  fc.record({ waitDays: fc.nat(2), actors: fc.array(anyActor, { minLength: 1, maxLength: 4 }) }),
  { minLength: 1, maxLength: 3 },
);

describe('the payment fence', () => {
  it('holds nothing once any compensation is done, whatever was late, twice or lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyMethod, anyRounds, async (scheduler, method, rounds) => {
        const { order, ...ports } = world(method);
        let isVoided = false;
        for (const { waitDays, actors } of rounds) {
          ports.clock.advance(waitDays * dayMs);
          // The order stays pending and in time, so that nothing but the fence keeps late ones out.
          ports.orders.put({ ...order, deadline: farDeadline });
          const runs = actors.map(async ({ isVoid, death }) => {
            const own = portsOfActor(ports, scheduler, death);
            if (!isVoid) return authorizePayment(own, { orderId: order.id });
            await voidPayment(own, { orderId: order.id });
            return 'voided' as const;
          });
          const outcomes = await settleAll(scheduler, runs);
          isVoided ||= outcomes.includes('voided');
          if (isVoided) expect(ports.gateway.live(order.id)).toBe(0);
          expect(ports.gateway.live(order.id)).toBeLessThanOrEqual(1);
        }
        await voidPayment(ports, { orderId: order.id });
        expect(ports.gateway.live(order.id)).toBe(0);
        const late = await authorizePayment(ports, { orderId: order.id });
        expect(late.outcome).toBe('refused');
      }),
      { numRuns: 1_500, seed: 14 },
    );
  });

  it('holds the money exactly once when nothing undoes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(anyDeath, { maxLength: 4 }),
        fc.nat(2),
        async (scheduler, deaths, waitDays) => {
          const { order, ...ports } = world('pm_card_visa');
          const runs = deaths.map((death) =>
            authorizePayment(portsOfActor(ports, scheduler, death), { orderId: order.id }),
          );
          await settleAll(scheduler, runs);
          ports.clock.advance(waitDays * dayMs);
          ports.orders.put({ ...order, deadline: farDeadline });
          expect(await authorizePayment(ports, { orderId: order.id })).toEqual({ outcome: 'done' });
          expect(ports.gateway.live(order.id)).toBe(1);
        },
      ),
      { numRuns: 500, seed: 14 },
    );
  });

  it('captures once and tells the order once, however often and wherever a delivery dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(anyDeath, { maxLength: 4 }),
        fc.boolean(),
        async (scheduler, deaths, isExpired) => {
          const { order, ...ports } = world('pm_card_visa');
          await authorizePayment(ports, { orderId: order.id });
          ports.orders.put(confirmedOrder(order));
          if (isExpired) ports.clock.advance(8 * dayMs);
          const runs = deaths.map((death) =>
            capturePayment(portsOfActor(ports, scheduler, death), order.id),
          );
          await settleAll(scheduler, runs);
          await capturePayment(ports, order.id);
          const stored = ports.orders.get(order.id);
          expect(stored.payment).toBe(isExpired ? 'PARKED' : 'CAPTURED');
          expect(stored.version).toBe(3);
          expect((await ports.payments.find(order.id))?.status).toBe(stored.payment);
          expect(ports.parking.entries.size).toBe(isExpired ? 1 : 0);
        },
      ),
      { numRuns: 500, seed: 14 },
    );
  });
});
