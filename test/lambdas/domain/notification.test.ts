import { describe, expect, it } from 'vitest';
import { type Notification, notifyMove, templateOf } from '../../../lambdas/domain/notification.ts';
import { orderEventTypes } from '../../../lambdas/domain/order.ts';
import { epochMs, instant } from '../../../lambdas/domain/values.ts';
import { sampleInstant, sampleOrderId } from '../../support/sample-orders.ts';

const claimed: Notification = {
  eventId: 'source|1',
  orderId: sampleOrderId(),
  status: 'CLAIMED',
  claimedAt: sampleInstant,
};
const atAge = (ms: number) => ({ now: instant(epochMs(sampleInstant) + ms), keyValidityMs: 1_000 });

describe('notification', () => {
  it('settles a claim by its key while the provider remembers it, not a millisecond longer', () => {
    expect(notifyMove(claimed, atAge(0))).toBe('send');
    expect(notifyMove(claimed, atAge(999))).toBe('send');
    expect(notifyMove(claimed, atAge(1_000))).toBe('give up');
  });
  it('has nothing left to do once it is sent, at any age', () => {
    expect(notifyMove({ ...claimed, status: 'SENT' }, atAge(0))).toBe('nothing');
    expect(notifyMove({ ...claimed, status: 'SENT' }, atAge(9_999))).toBe('nothing');
  });
  it('goes out for the three decisions on an order', () => {
    expect(orderEventTypes.filter((type) => templateOf(type))).toEqual([
      'OrderConfirmed',
      'OrderRejected',
      'OrderCancelled',
    ]);
  });
});
