/** The shipment fence: any interleaving of triers and compensations, each late, twice or lost. */
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { timeouts } from '../../../lambdas/contract/timeouts.ts';
import type { ShipmentRow } from '../../../lambdas/domain/shipment.ts';
import { Scene } from '../../support/actors.ts';
import { contradictions, type Told } from '../../support/histories.ts';
import { anyRounds, isNoticed, playRound } from './cast.ts';
import { createShipmentWorld, type Sabotage } from './shipment-world.ts';

/** A lease may or may not be over when the next round begins; nobody of the last one is left. */
const waitsMs = [0, timeouts.carrierLeaseMs];
const anyAddress = fc.oneof(
  { weight: 4, arbitrary: fc.constant('12345') },
  { weight: 1, arbitrary: fc.constant('00000') },
);

const compensationsHold = (sabotage?: Sabotage) =>
  fc.asyncProperty(
    fc.scheduler(),
    anyAddress,
    anyRounds(waitsMs, 'act', 'undo'),
    async (scheduler, postalCode, rounds) => {
      const world = createShipmentWorld(postalCode, sabotage);
      const history: Told[] = [];
      /** Parcels on their way at each moment when a trier says that there is one. */
      const found: number[] = [];
      let isUndone = false;
      const check = () => expect(world.live().length).toBeLessThanOrEqual(isUndone ? 0 : 1);
      const scene = new Scene({ scheduler, ...world, check });
      for (const [round, waitMs] of rounds) {
        const told = await playRound(scene, round, async (step, invocation) => {
          const answer = await world[step](invocation);
          isUndone ||= step === 'undo';
          if (step === 'act' && answer.outcome === 'done') found.push(world.live().length);
          return answer;
        });
        history.push(...told);
        world.clock.advance(waitMs);
      }
      expect(contradictions(history)).toEqual([]);
      expect(found.every((count) => count === 1)).toBe(true);
      world.clock.advance(2 * timeouts.carrierLeaseMs);
      await scene.playAlone(world.undo);
      isUndone = true;
      check();
      expect(world.fence()).toBe('CANCELLED');
      const late = await scene.playAlone(world.act);
      expect(late).toEqual({ outcome: 'refused', reason: 'SHIPMENT_CANCELLED' });
    },
  );

const parcelIsBookedOnce = (sabotage?: Sabotage) =>
  fc.asyncProperty(fc.scheduler(), anyRounds(waitsMs, 'act'), async (scheduler, rounds) => {
    const world = createShipmentWorld('12345', sabotage);
    const check = () => expect(world.live().length).toBeLessThanOrEqual(1);
    const scene = new Scene({ scheduler, ...world, check });
    for (const [round, waitMs] of rounds) {
      await playRound(scene, round, (step, invocation) => world[step](invocation));
      world.clock.advance(waitMs);
    }
    world.clock.advance(2 * timeouts.carrierLeaseMs);
    expect(await scene.playAlone(world.act)).toEqual({ outcome: 'done' });
    expect(world.live()).toHaveLength(1);
    expect(world.fence()).toBe('BOOKED');
  });

type Save = (expected: ShipmentRow | undefined, next: ShipmentRow) => Promise<ShipmentRow>;
const saving =
  (save: (original: Save, trier: string | undefined) => Save): Sabotage =>
  ({ shipments, ...ports }, trier) => ({
    ...ports,
    shipments: { ...shipments, save: save(shipments.save.bind(shipments), trier) },
  });

/** Each takes one guard away from the steps. */
const withoutTombstone = saving((save) => async (expected, next) => {
  const stored = await save(expected, next);
  const isTombstone = stored.status === 'CANCELLED' && next.status === 'TRIED';
  return isTombstone ? { ...next, version: stored.version } : stored;
});
const withoutExclusion = saving((save, trier = '') => async (expected, next) => {
  const stored = await save(expected, next);
  return stored.status === 'TRIED' && next.status === 'TRIED' ? { ...stored, trier } : stored;
});
/** The compensation goes to the carrier at once, and writes the tombstone afterwards. */
const withoutCancelling = saving((save) => {
  let found: ShipmentRow | undefined;
  return async (expected, next) => {
    if (next.status === 'CANCELLING') {
      found = expected;
      return next;
    }
    const isLast = next.status === 'CANCELLED' && expected?.status === 'CANCELLING';
    return isLast ? save(found, { ...next, version: expected.version }) : save(expected, next);
  };
});
const withoutWaiting: Sabotage = (ports, trier) =>
  trier === undefined
    ? { ...ports, clock: () => '2099-01-01T00:00:00.000Z' as ReturnType<typeof ports.clock> }
    : ports;
const withoutLookUp: Sabotage = ({ carrier, ...ports }, trier) => ({
  ...ports,
  carrier: trier === undefined ? carrier : { ...carrier, findByReference: async () => [] },
});
/** As if nobody's clock were off and no request ever came late. */
const withShorterLease: Sabotage = (ports) => ({ ...ports, leaseMs: timeouts.sagaStepMs });

describe('the shipment fence', () => {
  it('leaves no parcel once any compensation is done, and never two at a time', async () => {
    await fc.assert(compensationsHold(), { numRuns: 300 });
  });

  it('books exactly once when nothing undoes it', async () => {
    await fc.assert(parcelIsBookedOnce(), { numRuns: 150 });
  });

  it.each([
    ['the tombstone', () => isNoticed(compensationsHold(withoutTombstone))],
    ['the exclusion of a second trier', () => isNoticed(parcelIsBookedOnce(withoutExclusion))],
    [
      'CANCELLING before the carrier is asked',
      () => isNoticed(compensationsHold(withoutCancelling)),
    ],
    ['waiting for the end of a lease', () => isNoticed(compensationsHold(withoutWaiting))],
    ['looking up before booking again', () => isNoticed(parcelIsBookedOnce(withoutLookUp))],
    ['time in the lease for late requests', () => isNoticed(parcelIsBookedOnce(withShorterLease))],
  ])('is seen to break without %s', async (_, noticed) => {
    expect(await noticed()).toBe(true);
  });
});
