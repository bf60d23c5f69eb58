import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../support/fixed-seed.ts';
import { createFollower, type FollowerOptions } from './conformance.ts';
import type { Participant } from './move.ts';
import { isAtRest } from './properties.ts';
import type { Visible } from './visible.ts';
import { walk } from './walk.ts';

/** `payment TRIED by authorize-payment`, one a line. */
function trace(text: string): Visible[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, participant, value = '', entry = ''] = /^ *(\w+) (.+) by (\S+)$/.exec(line) ?? [];
      return { participant: participant as Participant, value, entry };
    });
}

/** What the follower says first of a trace, or of its end. */
function judged(events: readonly Visible[], options?: FollowerOptions): string | undefined {
  const follower = createFollower(options);
  const [problem] = events.flatMap((event) => follower.see(event) ?? []);
  return problem ?? follower.atRest();
}

const secured = trace(`
  order PENDING by place-order
  reservation HELD by reserve-stock
  payment TRIED by authorize-payment
  intent live by authorize-payment
  payment AUTHORIZED by authorize-payment
  shipment TRIED by book-shipment
  parcel BOOKED by book-shipment
  shipment BOOKED by book-shipment`);
const confirmed = [
  ...secured,
  ...trace(`
  order CONFIRMED by confirm-order
  notification CLAIMED by notify-customer
  intent captured by capture-payment
  mail SENT by notify-customer
  payment CAPTURED by capture-payment
  notification SENT by notify-customer
  order CONFIRMED CAPTURED by capture-payment`),
];
const undone = [
  ...secured,
  ...trace(`
  order CANCELLED by cancel-order
  shipment CANCELLING by cancel-shipment
  parcel CANCELLED by cancel-shipment
  shipment CANCELLED by cancel-shipment
  intent cancelled by void-payment
  payment VOIDED by void-payment
  reservation RELEASED by release-stock
  notification CLAIMED by notify-customer
  mail SENT by notify-customer
  notification SENT by notify-customer`),
];

describe('a follower', () => {
  it.each([
    { what: 'is confirmed', events: confirmed },
    { what: 'is cancelled and undone', events: undone },
  ])('accepts an order that $what', ({ events }) => {
    expect(judged(events)).toBeUndefined();
    expect(judged(events, { isWithinADay: true })).toBeUndefined();
  });

  it('accepts whatever can happen in the model, with any number of faults', () => {
    const draws = fc.array(fc.nat(4095), { maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(draws, fc.nat(8), (drawn, faults) => {
        const { seen, last } = walk(drawn, faults);
        const follower = createFollower({ parkingMayFail: true });
        expect(seen.flatMap((event) => follower.see(event) ?? [])).toEqual([]);
        if (isAtRest(last)) expect(follower.atRest()).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    {
      what: 'stock given back before the decision',
      end: 'reservation RELEASED by release-stock',
    },
    { what: 'money let go before the decision', end: 'intent cancelled by void-payment' },
    { what: 'money taken before the decision', end: 'intent captured by capture-payment' },
    { what: 'a second parcel', end: 'parcel BOOKED by book-shipment' },
    { what: 'a second hold of the money', end: 'intent live by authorize-payment' },
    { what: 'stock held twice', end: 'reservation HELD by reserve-stock' },
    { what: 'a message before the decision', end: 'notification CLAIMED by notify-customer' },
    { what: 'a step in the name of another', end: 'order CONFIRMED by authorize-payment' },
  ])('refuses $what', ({ end }) => {
    expect(judged([...secured, ...trace(end)])).toBe(
      `after shipment BOOKED by book-shipment, the model has no step that writes ${end}`,
    );
  });

  it.each([
    { what: 'AUTHORIZED after VOIDED', end: 'payment AUTHORIZED by authorize-payment' },
    { what: 'TRIED after VOIDED', end: 'payment TRIED by authorize-payment' },
    { what: 'a hold after its key was burnt', end: 'intent live by authorize-payment' },
    { what: 'BOOKED after CANCELLED', end: 'shipment BOOKED by book-shipment' },
    { what: 'a parcel after CANCELLED', end: 'parcel BOOKED by book-shipment' },
    { what: 'HELD after RELEASED', end: 'reservation HELD by reserve-stock' },
    { what: 'CONFIRMED after CANCELLED', end: 'order CONFIRMED by confirm-order' },
    { what: 'stock given back twice', end: 'reservation RELEASED by release-stock' },
    { what: 'a second message', end: 'mail SENT by notify-customer' },
  ])('refuses $what', ({ end }) => {
    expect(judged([...undone, ...trace(end)])).toMatch(`the model has no step that writes ${end}`);
  });

  it.each([
    { what: 'captured twice', end: 'order CONFIRMED CAPTURED by capture-payment' },
    { what: 'taken twice', end: 'intent captured by capture-payment' },
    { what: 'let go', end: 'payment VOIDED by void-payment' },
  ])('refuses money of a confirmed order that is $what', ({ end }) => {
    expect(judged([...confirmed, ...trace(end)])).toMatch(`no step that writes ${end}`);
  });

  it('refuses an undo in another order than the reverse', () => {
    const early = trace('reservation RELEASED by release-stock');
    const decided = undone.findIndex(({ value }) => value === 'CANCELLING');
    expect(judged([...undone.slice(0, decided), ...early])).toMatch('no step that writes');
  });

  it('accepts one where a compensation gave up, and a person was told', () => {
    const told = trace('order CANCELLED parked CancelShipment by park-compensation');
    const decided = undone.findIndex(({ value }) => value === 'CANCELLING');
    const rest = undone.filter(({ entry }) => /void|release|notify/.test(entry));
    expect(judged([...undone.slice(0, decided), ...told, ...rest])).toBeUndefined();
  });

  it('accepts one where nobody could be told, only when told that this may happen', () => {
    const decided = undone.findIndex(({ value }) => value === 'CANCELLING');
    const rest = trace('intent cancelled by void-payment');
    const events = [...undone.slice(0, decided), ...rest];
    expect(judged(events)).toMatch('no step that writes intent cancelled');
    expect(judged(events, { parkingMayFail: true })).toMatch(/^at rest/);
  });

  it('refuses a try whose key was neither burnt nor forgotten, and then is void', () => {
    const tried = confirmed.slice(0, 3);
    const decided = trace('order REJECTED by reject-order');
    const rest = trace(`
      shipment CANCELLED by cancel-shipment
      payment VOIDED by void-payment`);
    const events = [...tried, ...decided, ...rest];
    expect(judged(events, { isWithinADay: true })).toMatch('no step that writes payment VOIDED');
    expect(judged(events)).toMatch(/^at rest/);
  });

  it('refuses parcels of two triers, of whom one must have waited for the other', () => {
    const retried = trace(`
      shipment TRIED by book-shipment
      parcel BOOKED by book-shipment
      shipment TRIED by book-shipment
      parcel BOOKED by book-shipment`);
    expect(judged([...secured.slice(0, 5), ...retried])).toMatch('writes parcel BOOKED');
  });

  it.each([
    {
      what: 'a tombstone',
      end: 'reservation RELEASED',
      problem: 'reservation of an order that failed is none',
    },
    { what: 'a message', end: 'notification SENT', problem: 'the customer was never told' },
  ])('misses $what in the end', ({ end, problem }) => {
    const refused = trace(`
      order PENDING by place-order
      order REJECTED by reject-order
      shipment CANCELLED by cancel-shipment
      payment VOIDED by void-payment
      reservation RELEASED by release-stock
      notification CLAIMED by notify-customer
      mail SENT by notify-customer
      notification SENT by notify-customer`);
    const missing = refused.filter(({ participant, value }) => `${participant} ${value}` !== end);
    expect(judged(refused, { isWithinADay: true })).toBeUndefined();
    expect(judged(missing, { isWithinADay: true })).toMatch(problem);
  });

  it('misses stock that was not given back in the end', () => {
    const missing = undone.filter(({ value }) => value !== 'RELEASED');
    expect(judged(missing)).toMatch('stock held for an order that failed');
  });

  it('names a Lambda that the model does not know', () => {
    expect(judged(trace('order PENDING by place-orders'))).toBe(
      'after nothing: order PENDING by place-orders, but the model knows no such Lambda',
    );
  });

  it('refuses versions of an order with a gap, and a message about a version that decided nothing', () => {
    const follower = createFollower();
    const [placed, cancelled, claimed] = trace(`
      order PENDING by place-order
      order CANCELLED by cancel-order
      notification CLAIMED by notify-customer`);
    const at = (event: Visible | undefined, version: number) =>
      event && follower.see({ ...event, version });
    expect(at(placed, 1)).toBeUndefined();
    expect(at(cancelled, 3)).toBe('order CANCELLED is version 3, expected 2');
    expect(at(cancelled, 2)).toBeUndefined();
    expect(at(claimed, 1)).toBe('the customer is told of version 1, but 2 decided the order');
    expect(at(claimed, 2)).toBeUndefined();
  });
});
