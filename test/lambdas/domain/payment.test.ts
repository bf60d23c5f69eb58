import { describe, expect, it } from 'vitest';
import {
  type Authorization,
  type AuthorizationId,
  authorized,
  authorizeMove,
  captured,
  captureKey,
  captureParked,
  declined,
  keyUnusable,
  settledByLookUp,
  type TriedPayment,
  voided,
  voidMove,
} from '../../../lambdas/domain/payment.ts';
import { type Currency, epochMs, type Instant, instant } from '../../../lambdas/domain/values.ts';
import { sampleInstant as now, sampleOrderId } from '../../support/sample-orders.ts';

const orderId = sampleOrderId();
const amount = { amount: 2_500, currency: 'USD' as Currency };
const request = { orderId, amount, method: 'pm_card_visa' };
const tried = (): TriedPayment => {
  const move = authorizeMove(undefined, { request, now });
  if (move.next !== 'save' || move.payment.status !== 'TRIED') throw new Error(move.next);
  return move.payment;
};
const found = (status: Authorization['status']): Authorization => ({
  id: `found-${status}` as AuthorizationId,
  status,
  amount,
});
const held = () => {
  const payment = authorized(tried(), 'authorization' as AuthorizationId);
  if (payment.status !== 'AUTHORIZED') throw new Error(payment.status);
  return payment;
};
const searchLagMs = 60_000;
const later = (hours: number) => instant(epochMs(now) + hours * 3_600_000);

describe('payment fence', () => {
  it('stores key, request and validity with the first try', () => {
    expect(tried()).toEqual({
      orderId,
      version: 1,
      status: 'TRIED',
      attempt: {
        number: 1,
        key: `authorize:${orderId}:1`,
        keyValidUntil: later(23),
        request,
      },
    });
  });
  it('repeats the key while it is valid, and looks up from then on', () => {
    const justBefore = instant(epochMs(later(23)) - 1);
    expect(authorizeMove(tried(), { request, now: justBefore }).next).toBe('create');
    expect(authorizeMove(tried(), { request, now: later(23) }).next).toBe('look up');
    expect(voidMove(tried(), { orderId, now: justBefore, searchLagMs }).next).toBe('burn');
    expect(voidMove(tried(), { orderId, now: later(23), searchLagMs }).next).toBe('look up');
  });
  it('looks up what an unusable key made once the search must show it', () => {
    const unusable = keyUnusable(tried(), later(1));
    expect(unusable).toEqual({ ...tried(), version: 2, keyUnusableSince: later(1) });
    const until = instant(epochMs(later(1)) + searchLagMs);
    const undo = (at: Instant) => voidMove(unusable, { orderId, now: at, searchLagMs });
    expect(undo(instant(epochMs(until) - 1))).toEqual({ next: 'wait', until });
    expect(undo(until)).toEqual({ next: 'look up', tried: unusable });
    expect(voided(unusable)).toEqual({ ...voided(tried()), version: 3 });
  });
  it('takes what a look-up finds live, before anything else', () => {
    const all = [found('CANCELLED'), found('DECLINED'), found('AUTHORIZED')];
    expect(settledByLookUp(tried(), all, later(24))).toMatchObject({
      status: 'AUTHORIZED',
      authorizationId: 'found-AUTHORIZED',
    });
  });
  it('takes what a look-up finds captured as held: it was', () => {
    expect(settledByLookUp(tried(), [found('CAPTURED')], later(24))).toMatchObject({
      status: 'AUTHORIZED',
      authorizationId: 'found-CAPTURED',
    });
  });
  it('stays declined when a look-up finds nothing but the refusal', () => {
    const all = [found('CANCELLED'), found('DECLINED')];
    expect(settledByLookUp(tried(), all, later(24)).status).toBe('DECLINED');
  });
  it('tries under a new key only when a look-up found nothing that still counts', () => {
    expect(settledByLookUp(tried(), [found('CANCELLED')], later(24))).toMatchObject({
      status: 'TRIED',
      version: 2,
      attempt: { number: 2, key: `authorize:${orderId}:2`, keyValidUntil: later(47), request },
    });
  });
  it('keeps what was tried in the tombstone', () => {
    expect(voided(tried())).toMatchObject({ status: 'VOIDED', attempt: { number: 1 } });
  });
  it('has nothing to give back of a card that was declined', () => {
    expect(voidMove(declined(tried()), { orderId, now, searchLagMs })).toEqual({ next: 'done' });
  });
  it('counts every change of its row, so that a late writer loses', () => {
    expect(held().version).toBe(2);
    expect(declined(tried()).version).toBe(2);
    expect(voided(held()).version).toBe(3);
    expect(captured(held()).version).toBe(3);
    expect(captureParked(held()).version).toBe(3);
  });
  it('takes money once, and gives none back that was taken', () => {
    const taken = captured(held());
    expect(() => captured(taken)).toThrow('only authorised money');
    expect(() => captureParked(taken)).toThrow('only an authorisation');
    expect(() => voided(taken)).toThrow('captured money stays');
  });
  it('captures under a key of the order and the attempt that holds the money', () => {
    expect(captureKey(held())).toBe(`capture:${orderId}:1`);
    const second = { ...held(), attempt: { ...tried().attempt, number: 2 } };
    expect(captureKey(second)).toBe(`capture:${orderId}:2`);
  });
});
