/** The shipment fence as a whole: any interleaving of triers and undoes, any of them dying. */
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { bookShipment } from '../../../lambdas/shell/book-shipment.ts';
import { cancelShipment } from '../../../lambdas/shell/cancel-shipment.ts';
import { anyDeath, portsOfActor, settleAll } from '../../support/actors.ts';
import { createFakeCarrier } from '../../support/fakes/carrier-gateway.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeShipmentStore } from '../../support/fakes/fence-store.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import { placedOrder } from '../../support/sample-orders.ts';

const leaseMs = 30_000;
const order = placedOrder();

function world(postalCode = '12345') {
  const shipping = { ...order.shipping, postalCode };
  return {
    orders: createFakeOrderStore({ ...order, shipping }),
    shipments: createFakeShipmentStore(),
    carrier: createFakeCarrier(),
    clock: createFakeClock(),
    leaseMs,
  };
}

function countTriers(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `trier-${count}`;
  };
}

const anyActor = fc.record({ isCancel: fc.boolean(), death: anyDeath });
const anyRounds = (actor: typeof anyActor) =>
  fc.array(fc.array(actor, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });

describe('the shipment fence', () => {
  it('leaves no parcel once any compensation is done, and never two at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyRounds(anyActor), async (scheduler, rounds) => {
        const ports = world();
        const nextTrier = countTriers();
        let isCancelled = false;
        for (const actors of rounds) {
          const runs = actors.map(async ({ isCancel, death }) => {
            const own = portsOfActor(ports, scheduler, death);
            const trier = nextTrier();
            if (!isCancel) return bookShipment(own, { orderId: order.id, trier });
            await cancelShipment(own, { orderId: order.id });
            return 'cancelled' as const;
          });
          const outcomes = await settleAll(scheduler, runs);
          isCancelled ||= outcomes.includes('cancelled');
          expect(ports.carrier.live(order.id)).toBeLessThanOrEqual(isCancelled ? 0 : 1);
          // Whoever tried is gone by now, finished or dead: its lease may run out.
          ports.clock.advance(leaseMs);
        }
        await cancelShipment(ports, { orderId: order.id });
        const late = await bookShipment(ports, { orderId: order.id, trier: 'late' });
        expect(late).toEqual({ outcome: 'refused', reason: 'SHIPMENT_CANCELLED' });
        expect(ports.carrier.live(order.id)).toBe(0);
      }),
      { numRuns: 1_500, seed: 14 },
    );
  });

  it('books exactly once when nothing undoes it', async () => {
    const neverCancel = anyActor.map(({ death }) => ({ isCancel: false, death }));
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyRounds(neverCancel), async (scheduler, rounds) => {
        const ports = world();
        const nextTrier = countTriers();
        for (const actors of rounds) {
          const runs = actors.map(({ death }) => {
            const own = portsOfActor(ports, scheduler, death);
            return bookShipment(own, { orderId: order.id, trier: nextTrier() });
          });
          await settleAll(scheduler, runs);
          ports.clock.advance(leaseMs);
        }
        const last = await bookShipment(ports, { orderId: order.id, trier: 'last' });
        expect(last).toEqual({ outcome: 'done' });
        expect(ports.carrier.live(order.id)).toBe(1);
      }),
      { numRuns: 500, seed: 14 },
    );
  });
});
