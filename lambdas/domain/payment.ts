/**
 * The payment fence of one order: its row, and from any row the next move of each step. Pure; what
 * an answer was lost for is settled by key while the provider remembers it, by reference afterwards.
 */
import assert from 'node:assert/strict';
import { epochMs, type Instant, instant, type Money, type OrderId } from './values.ts';

declare const brand: unique symbol;
/** The provider's name for an authorisation; opaque. */
export type AuthorizationId = string & { readonly [brand]: 'AuthorizationId' };

/** The exact request: every repeat under the same key sends the same parameters. */
export type PaymentRequest = {
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly method: string;
};

export type Attempt = {
  /** Counts the keys of this order, from 1: a new one only after the old one's validity. */
  readonly number: number;
  readonly key: string;
  /** From here on the provider may have forgotten the key. */
  readonly keyValidUntil: Instant;
  readonly request: PaymentRequest;
};

type Row = { readonly orderId: OrderId; readonly version: number };
export type TriedPayment = Row & {
  readonly status: 'TRIED';
  readonly attempt: Attempt;
  /** The key gives only errors: whatever it has made, it had made by then. */
  readonly keyUnusableSince?: Instant;
};
export type AuthorizedPayment = Row & {
  readonly status: 'AUTHORIZED' | 'CAPTURED' | 'PARKED';
  readonly attempt: Attempt;
  readonly authorizationId: AuthorizationId;
};
/** The tombstone; it keeps what had been tried and authorised, if anything had. */
export type VoidedPayment = Row & {
  readonly status: 'VOIDED';
  readonly attempt?: Attempt;
  readonly authorizationId?: AuthorizationId;
};
export type DeclinedPayment = Row & { readonly status: 'DECLINED'; readonly attempt: Attempt };
export type Payment = TriedPayment | AuthorizedPayment | DeclinedPayment | VoidedPayment;

/** An authorisation as the provider shows it now. */
export type Authorization = {
  readonly id: AuthorizationId;
  readonly status: 'AUTHORIZED' | 'CAPTURED' | 'CANCELLED' | 'DECLINED';
  readonly amount: Money;
};

const hourMs = 3_600_000;
/** Providers keep keys for 24 h; the hour in hand outlives every Lambda and clock that is off. */
const keyValidityMs = 23 * hourMs;

export type AuthorizeMove =
  | { readonly next: 'save'; readonly payment: Payment }
  | { readonly next: 'create'; readonly tried: TriedPayment }
  | { readonly next: 'look up'; readonly tried: TriedPayment }
  | { readonly next: 'done' }
  | { readonly next: 'refuse'; readonly reason: 'PAYMENT_DECLINED' | 'PAYMENT_VOIDED' };

export function authorizeMove(
  payment: Payment | undefined,
  { request, now }: { request: PaymentRequest; now: Instant },
): AuthorizeMove {
  if (!payment) return { next: 'save', payment: firstTry(request, now) };
  switch (payment.status) {
    case 'TRIED':
      return { next: isKeyValid(payment, now) ? 'create' : 'look up', tried: payment };
    case 'VOIDED':
      return { next: 'refuse', reason: 'PAYMENT_VOIDED' };
    case 'DECLINED':
      return { next: 'refuse', reason: 'PAYMENT_DECLINED' };
    default:
      return { next: 'done' };
  }
}

export type VoidMove =
  | { readonly next: 'save'; readonly payment: Payment }
  | { readonly next: 'burn'; readonly tried: TriedPayment }
  | { readonly next: 'look up'; readonly tried: TriedPayment }
  | { readonly next: 'wait'; readonly until: Instant }
  | { readonly next: 'cancel'; readonly authorized: AuthorizedPayment }
  | { readonly next: 'done' }
  | { readonly next: 'refuse'; readonly status: 'CAPTURED' | 'PARKED' };

export type Undoing = {
  readonly orderId: OrderId;
  readonly now: Instant;
  /** For how long what the provider has made may be missing from its search, in ms. */
  readonly searchLagMs: number;
};

/** Undo of nothing leaves the tombstone; undo of `TRIED` settles what a zombie may still do. */
export function voidMove(payment: Payment | undefined, undoing: Undoing): VoidMove {
  const { orderId } = undoing;
  if (!payment) return { next: 'save', payment: { orderId, version: 1, status: 'VOIDED' } };
  switch (payment.status) {
    case 'TRIED':
      return settleTry(payment, undoing);
    case 'AUTHORIZED':
      return { next: 'cancel', authorized: payment };
    case 'VOIDED':
    case 'DECLINED':
      return { next: 'done' };
    default:
      return { next: 'refuse', status: payment.status };
  }
}

function settleTry(tried: TriedPayment, { now, searchLagMs }: Undoing): VoidMove {
  const { keyUnusableSince } = tried;
  if (!keyUnusableSince) return { next: isKeyValid(tried, now) ? 'burn' : 'look up', tried };
  const until = instant(epochMs(keyUnusableSince) + searchLagMs);
  return now < until ? { next: 'wait', until } : { next: 'look up', tried };
}

export const authorized = (tried: TriedPayment, authorizationId: AuthorizationId): Payment => ({
  ...after(tried),
  status: 'AUTHORIZED',
  authorizationId,
});

export const declined = (tried: TriedPayment): Payment => ({ ...after(tried), status: 'DECLINED' });

export function voided(payment: TriedPayment | AuthorizedPayment): Payment {
  if (payment.status === 'TRIED') return { ...after(payment), status: 'VOIDED' };
  assert.equal(payment.status, 'AUTHORIZED', 'captured money stays');
  return { ...payment, version: payment.version + 1, status: 'VOIDED' };
}

export const keyUnusable = (tried: TriedPayment, now: Instant): TriedPayment => ({
  ...after(tried),
  status: 'TRIED',
  keyUnusableSince: now,
});

/** What stays of a try; what was known of its key does not matter any more. */
const after = ({ orderId, version, attempt }: TriedPayment) => ({
  orderId,
  version: version + 1,
  attempt,
});

export function captured(payment: AuthorizedPayment): AuthorizedPayment {
  assert.equal(payment.status, 'AUTHORIZED', 'only authorised money is captured');
  return { ...payment, version: payment.version + 1, status: 'CAPTURED' };
}

export function captureParked(payment: AuthorizedPayment): AuthorizedPayment {
  assert.equal(payment.status, 'AUTHORIZED', 'only an authorisation can refuse its capture');
  return { ...payment, version: payment.version + 1, status: 'PARKED' };
}

/** What a look-up by reference settles: the answer that was lost, or a new attempt. */
export function settledByLookUp(
  tried: TriedPayment,
  found: readonly Authorization[],
  now: Instant,
): Payment {
  const live = found.find(isLive);
  if (live) return authorized(tried, live.id);
  if (found.some(({ status }) => status === 'DECLINED')) return declined(tried);
  const attempt = attemptOf(tried.attempt.request, tried.attempt.number + 1, now);
  return { ...after(tried), status: 'TRIED', attempt };
}

/** Holds money, or has taken it. */
export const isLive = ({ status }: Authorization): boolean =>
  status === 'AUTHORIZED' || status === 'CAPTURED';

export const captureKey = ({ orderId, attempt }: AuthorizedPayment): string =>
  `capture:${orderId}:${attempt.number}`;

function firstTry(request: PaymentRequest, now: Instant): TriedPayment {
  const { orderId } = request;
  return { orderId, version: 1, status: 'TRIED', attempt: attemptOf(request, 1, now) };
}

const attemptOf = (request: PaymentRequest, number: number, now: Instant): Attempt => ({
  number,
  key: `authorize:${request.orderId}:${number}`,
  keyValidUntil: instant(epochMs(now) + keyValidityMs),
  request,
});

const isKeyValid = ({ attempt }: TriedPayment, now: Instant): boolean =>
  now < attempt.keyValidUntil;
