import { beforeAll, describe, expect, it } from 'vitest';
import { type Exploration, explore } from './explore.ts';
import { type Guard, guardNames, guards } from './guards.ts';
import { parseOptions } from './options.ts';
import { remove } from './removal.ts';
import { message, order } from './scenarios.ts';

/** Enough for every guard to matter; `node test/model/main.ts --faults 3` takes the time for more. */
const faults = 2;

describe('the model of an order', () => {
  let exploration: Exploration;
  beforeAll(() => {
    exploration = explore(order, { faults });
  }, 60_000);

  it('holds in every state, whichever two faults strike whenever', () => {
    expect(exploration.violation).toBeUndefined();
    expect(exploration.states).toBeGreaterThan(80_000);
  });

  it.each([
    'REFUSED',
    'REJECTED',
    'CANCELLED',
    'CONFIRMED CAPTURED',
    'CONFIRMED PARKED',
    'REJECTED parked CancelShipment',
    'REJECTED parked VoidPayment',
    'REJECTED parked ReleaseStock',
    'REJECTED parked recovery',
    'PENDING parked recovery',
  ])('can end %s', (end) => {
    expect([...exploration.ends]).toContain(end);
  });

  it('ends in a decision and its effects when nothing fails', () => {
    const { ends, violation } = explore(order, { faults: 0 });
    expect(violation).toBeUndefined();
    expect([...ends].sort()).toEqual(['CANCELLED', 'CONFIRMED CAPTURED', 'REFUSED', 'REJECTED']);
  });
});

describe('the model of a message to the customer', () => {
  it('holds in every state, whichever three faults strike whenever', () => {
    expect(explore(message, { faults: 3 }).violation).toBeUndefined();
  });
});

/** What goes wrong without each guard, nearest first. */
const harms: Readonly<Record<Guard, string>> = {
  intakeOnce: 'decided again: REFUSED, then PENDING',
  confirmOnlyPending: 'decided again: CANCELLED, then CONFIRMED',
  confirmInTime: 'confirmed after the deadline',
  rejectNotConfirmed: 'decided again: CONFIRMED, then REJECTED',
  rejectUndecided: 'decided again: CANCELLED, then REJECTED',
  cancelOnlyPending: 'decided again: REJECTED, then CANCELLED',
  rejectBeforeUndo: 'the parcel of a confirmed order is cancelled',
  undoWhole: 'money held for an order that failed',
  undoInReverse: 'money is let go after stock was given back',
  recovery: 'the order is stuck in PENDING',
  parkGivenUp: 'stock held for an order that failed',
  holdOnce: 'stock is not conserved',
  allOrNone: 'stock is not conserved',
  stockCondition: 'stock is negative',
  reserveFence: 'stock held for an order that failed',
  releaseOnce: 'stock is not conserved',
  releaseTombstone: 'stock held for an order that failed',
  payTriedFirst: 'money held for an order that failed',
  payFence: 'money held for an order that failed',
  paySaveCondition: 'the money is captured, but its row says AUTHORIZED',
  payTombstone: 'money held for an order that failed',
  payKey: 'money is held twice',
  burnKey: 'money held for an order that failed',
  lookUpOldKey: 'money is held twice',
  lookUpBrokenKey: 'money held for an order that failed',
  waitForSearch: 'money held for an order that failed',
  shipTriedFirst: 'two parcels at once',
  shipFence: 'a parcel for an order that failed',
  exclusiveLease: 'two parcels at once',
  lookUpFirst: 'two parcels at once',
  waitOutLease: 'a parcel for an order that failed',
  cancellingFirst: 'a parcel for an order that failed',
  knownBooking: 'a parcel for an order that failed',
  shipTombstone: 'a parcel for an order that failed',
  cancellingIsNotDone: 'a parcel for an order that failed',
  captureAfterDecision: 'money is taken for an order that is PENDING',
  foundCaptured: 'the money is captured, but its row says PARKED',
  finishCapture: 'the money is CAPTURED, but the order tells none',
  recordOnce: 'the capture is told twice',
  claimFirst: 'two messages to the customer',
  mailKey: 'two messages to the customer',
  sentIsDone: 'two messages to the customer',
  giveUpOldClaim: 'two messages to the customer',
};

describe('a guard of the model', () => {
  it.each(guardNames)('matters: %s', (guard) => {
    const { found } = remove(guard, faults);
    expect(found?.problem, `without it: ${guards[guard]}`).toBe(harms[guard]);
    expect(found?.path).not.toEqual([]);
  });

  it('is shown to matter by the shortest way to its harm', () => {
    expect(remove('releaseTombstone', faults).found?.path).toEqual([
      'PlaceOrder: accepts the order',
      'ReserveStock: may proceed',
      'ReserveStock is out of tries, its zombie goes on',
      'RejectOrder: rejects',
      'CancelShipment: writes CANCELLED',
      'VoidPayment: writes VOIDED',
      'ReleaseStock: finds nothing',
      'ReserveStock of a zombie: holds both lines',
    ]);
  });
});

describe('the command line of the model', () => {
  it('explores two faults and leaves the guards in unless told otherwise', () => {
    expect(parseOptions([])).toEqual({
      kind: 'run',
      options: { faults: 2, guards: false, writes: false },
    });
    const all = { kind: 'run', options: { faults: 3, guards: true, writes: true } };
    expect(parseOptions(['--faults', '3', '--guards', '--write'])).toEqual(all);
  });

  it('records only what has looked at every guard too', () => {
    expect(parseOptions(['--write'])).toEqual({
      kind: 'mistake',
      message: '--write is for whole runs: with --guards',
    });
  });

  it('says what is wrong with a number of faults that it has no memory for', () => {
    expect(parseOptions(['--faults', '4'])).toEqual({
      kind: 'mistake',
      message: '--faults is "4", expected a whole number from 1 to 3',
    });
  });
});
