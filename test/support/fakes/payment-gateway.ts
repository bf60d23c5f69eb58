/** A payment provider in memory: one authorisation per key for a day, and whatever is made is kept. */
import { isSameMoney } from '../../../lambdas/domain/money.ts';
import type { Authorization, AuthorizationId } from '../../../lambdas/domain/payment.ts';
import { epochMs, type Instant, type OrderId } from '../../../lambdas/domain/values.ts';
import type { AuthorizeAnswer, PaymentGateway } from '../../../lambdas/shell/payment-ports.ts';
import type { Clock } from '../../../lambdas/shell/ports.ts';

type Made = {
  orderId: OrderId;
  authorization: Authorization;
  at: Instant;
  key: string;
  answer: AuthorizeAnswer;
};
export type FakePaymentGateway = PaymentGateway & {
  /** Money held or taken for the order, as many times as it is. */
  live(orderId: OrderId): number;
};

const dayMs = 86_400_000;

export function createFakePaymentGateway(clock: Clock): FakePaymentGateway {
  const made: Made[] = [];
  const find = (id: AuthorizationId): Made => {
    const found = made.find(({ authorization }) => authorization.id === id);
    if (!found) throw new Error(`the fake provider has no authorisation ${id}`);
    return found;
  };
  const ageMs = ({ at }: Made): number => epochMs(clock()) - epochMs(at);
  const change = (found: Made, status: Authorization['status']): void => {
    found.authorization = { ...found.authorization, status };
  };

  return {
    live: (orderId) =>
      made.filter(
        ({ orderId: owner, authorization: { status } }) =>
          owner === orderId && (status === 'AUTHORIZED' || status === 'CAPTURED'),
      ).length,

    async authorize({ orderId, amount, method }, key) {
      const earlier = made.find((one) => one.key === key && ageMs(one) < dayMs);
      if (earlier) {
        if (isSameMoney(earlier.authorization.amount, amount)) return earlier.answer;
        return { outcome: 'key unusable', code: 'mismatch' };
      }
      const id = `authorization-${made.length + 1}` as AuthorizationId;
      const isDeclined = method !== 'pm_card_visa';
      const answer: AuthorizeAnswer = isDeclined
        ? { outcome: 'declined', code: 'generic_decline' }
        : { outcome: 'authorized', id };
      const status = isDeclined ? 'DECLINED' : 'AUTHORIZED';
      const authorization: Authorization = { id, status, amount };
      made.push({ orderId, authorization, at: clock(), key, answer });
      return answer;
    },

    async findByOrder(orderId) {
      return made.filter((one) => one.orderId === orderId).map((one) => one.authorization);
    },

    async capture(id) {
      const found = find(id);
      if (found.authorization.status === 'CAPTURED') return { outcome: 'captured' };
      if (found.authorization.status !== 'AUTHORIZED' || ageMs(found) >= 7 * dayMs)
        return { outcome: 'refused', code: 'expired' };
      change(found, 'CAPTURED');
      return { outcome: 'captured' };
    },

    async cancel(id) {
      const found = find(id);
      if (found.authorization.status === 'CAPTURED') return { outcome: 'captured' };
      change(found, 'CANCELLED');
      return { outcome: 'cancelled' };
    },
  };
}
