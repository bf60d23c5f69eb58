/** The payment fence: any interleaving of its steps and the capture, each late, twice or lost. */
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import { timeouts } from '../../../lambdas/contract/timeouts.ts';
import { Scene } from '../../support/actors.ts';
import { contradictions, type Told } from '../../support/histories.ts';
import { sampleInstant } from '../../support/sample-orders.ts';
import { anyRound, anyRounds, isNoticed, playRound, playUntilAnswered } from './cast.ts';
import { createPaymentWorld, type Sabotage } from './payment-world.ts';

const hourMs = 3_600_000;
/** Within the validity of a key, at its end, and when the provider has long forgotten it. */
const waitsMs = [0, 23 * hourMs, 48 * hourMs];
const amount = 2_500;

const anyMethod = fc.constantFrom(
  'pm_card_visa',
  'pm_card_chargeDeclined',
  'pm_sandbox_error_before_effect',
  'pm_sandbox_error_after_effect',
);

const compensationsHold = (sabotage?: Sabotage) =>
  fc.asyncProperty(
    fc.scheduler(),
    anyMethod,
    anyRounds(waitsMs, 'act', 'undo'),
    async (scheduler, method, rounds) => {
      const world = createPaymentWorld(method, sabotage);
      const history: Told[] = [];
      /** Authorisations that hold money at each moment when a step says so, before any undo. */
      const held: number[] = [];
      let isUndoing = false;
      let isUndone = false;
      const check = () => expect(world.live().length).toBeLessThanOrEqual(isUndone ? 0 : 1);
      const scene = new Scene({ scheduler, ...world, check });
      for (const [round, waitMs] of rounds) {
        const told = await playRound(scene, round, async (step, invocation) => {
          isUndoing ||= step === 'undo';
          const answer = await world[step](invocation);
          isUndone ||= step === 'undo';
          if (!isUndoing && answer.outcome === 'done') held.push(world.live().length);
          return answer;
        });
        history.push(...told);
        world.clock.advance(waitMs);
      }
      expect(contradictions(history)).toEqual([]);
      expect(held.every((count) => count === 1)).toBe(true);
      const waitForSearch = () => world.clock.advance(timeouts.paymentSearchLagMs);
      await playUntilAnswered(scene, world.undo, waitForSearch);
      isUndone = true;
      check();
      expect(['VOIDED', 'DECLINED']).toContain(world.fence());
      const late = await scene.playAlone(world.act);
      expect(late.outcome).toBe('refused');
    },
  );

const moneyIsHeldOnce = (sabotage?: Sabotage) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.constantFrom('pm_card_visa', 'pm_sandbox_error_after_effect'),
    anyRounds(waitsMs, 'act'),
    async (scheduler, method, rounds) => {
      const world = createPaymentWorld(method, sabotage);
      const check = () => expect(world.live().length).toBeLessThanOrEqual(1);
      const scene = new Scene({ scheduler, ...world, check });
      for (const [round, waitMs] of rounds) {
        await playRound(scene, round, (step, invocation) => world[step](invocation));
        world.clock.advance(waitMs);
      }
      expect(await playUntilAnswered(scene, world.act)).toEqual({ outcome: 'done' });
      expect(world.live()).toMatchObject([{ authorized: amount, captured: 0, voided: 0 }]);
    },
  );

const captureHappensOnce = (sabotage?: Sabotage) =>
  fc.asyncProperty(
    fc.scheduler(),
    anyRounds(waitsMs, 'capture'),
    fc.boolean(),
    async (scheduler, rounds, isExpired) => {
      const world = createPaymentWorld('pm_card_visa', sabotage);
      const check = () => expect([0, isExpired ? 0 : amount]).toContain(world.capturedAmount());
      const scene = new Scene({ scheduler, ...world, check });
      await scene.playAlone(world.act);
      world.confirm();
      if (isExpired) world.clock.advance(8 * 24 * hourMs);
      for (const [round, waitMs] of rounds) {
        await playRound(scene, round, (step, invocation) => world[step](invocation));
        // A hold lasts seven days: three rounds may not outlast it.
        world.clock.advance(waitMs);
      }
      await scene.playAlone(world.capture);
      const payment = isExpired ? 'PARKED' : 'CAPTURED';
      expect(world.storedOrder()).toMatchObject({ payment, version: 3 });
      expect(world.fence()).toBe(payment);
      expect(world.capturedAmount()).toBe(isExpired ? 0 : amount);
      expect(world.tables.items('parked')).toHaveLength(isExpired ? 1 : 0);
    },
  );

const capturedMoneyStays = (sabotage?: Sabotage) =>
  fc.asyncProperty(fc.scheduler(), anyRound('undo', 'capture'), async (scheduler, round) => {
    const world = createPaymentWorld('pm_card_visa', sabotage);
    let isUndone = false;
    let captured = 0;
    const check = () => {
      if (isUndone) expect(world.live()).toEqual([]);
      expect(world.capturedAmount()).toBeGreaterThanOrEqual(captured);
      captured = world.capturedAmount();
    };
    const scene = new Scene({ scheduler, ...world, check });
    await scene.playAlone(world.act);
    world.confirm();
    await playRound(scene, round, async (step, invocation) => {
      const answer = await world[step](invocation);
      isUndone ||= step === 'undo';
      return answer;
    });
    const [undo] = await Promise.allSettled([scene.playAlone(world.undo)]);
    if (captured > 0)
      expect(undo).toMatchObject({ status: 'rejected', reason: expect.any(PermanentFault) });
    else expect(world.live()).toEqual([]);
  });

/** Each takes one guard away from the steps. */
const withoutTombstone: Sabotage = ({ payments, ...ports }) => ({
  ...ports,
  payments: {
    ...payments,
    async save(expected, next) {
      const stored = await payments.save(expected, next);
      const isTombstone = stored.status === 'VOIDED' && next.status === 'TRIED';
      return isTombstone ? { ...next, version: stored.version } : stored;
    },
  },
});
const withoutVersions: Sabotage = ({ payments, ...ports }) => ({
  ...ports,
  payments: {
    ...payments,
    async save(_, next) {
      const stored = await payments.find(next.orderId);
      return payments.save(stored, { ...next, version: (stored?.version ?? 0) + 1 });
    },
  },
});
const withoutKeys = (): Sabotage => {
  let keys = 0;
  return ({ gateway, ...ports }) => ({
    ...ports,
    gateway: {
      ...gateway,
      authorize: (request, key) => gateway.authorize(request, `${key}#${keys++}`),
    },
  });
};
/** The row's key seems valid for ever. */
const withoutLookUp: Sabotage = (ports) => ({ ...ports, clock: () => sampleInstant });
const withoutParking: Sabotage = (ports) => ({
  ...ports,
  parking: { ...ports.parking, park: async () => {} },
});
/** The captured money is taken for authorised money. */
const withoutRefusal: Sabotage = ({ gateway, ...ports }) => ({
  ...ports,
  gateway: {
    ...gateway,
    async cancel(id) {
      await gateway.cancel(id);
      return { outcome: 'cancelled' };
    },
  },
});

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue());

describe('the payment fence', () => {
  it('holds nothing once any compensation is done, whatever was late, twice or lost', async () => {
    await fc.assert(compensationsHold(), { numRuns: 300 });
  });

  it('holds the money exactly once when nothing undoes it', async () => {
    await fc.assert(moneyIsHeldOnce(), { numRuns: 120 });
  });

  it('captures once and tells the order once, however often and wherever a delivery dies', async () => {
    await fc.assert(captureHappensOnce(), { numRuns: 120 });
  });

  it('never gives back what was captured, whoever comes first', async () => {
    await fc.assert(capturedMoneyStays(), { numRuns: 150 });
  });

  it.each([
    ['the tombstone', () => isNoticed(compensationsHold(withoutTombstone))],
    ['the condition on the version', () => isNoticed(compensationsHold(withoutVersions))],
    ['the key of a repeat', () => isNoticed(moneyIsHeldOnce(withoutKeys()))],
    ['the look-up once the key is forgotten', () => isNoticed(moneyIsHeldOnce(withoutLookUp))],
    ['the look-up of a compensation', () => isNoticed(compensationsHold(withoutLookUp))],
    [
      'the parking of a capture that was refused',
      () => isNoticed(captureHappensOnce(withoutParking)),
    ],
    ['the refusal to void what is captured', () => isNoticed(capturedMoneyStays(withoutRefusal))],
  ])('is seen to break without %s', async (_, noticed) => {
    expect(await noticed()).toBe(true);
  });
});
