/** What the payment sandbox says: the provider's shapes, its errors and its test tokens. */
import type { Attributes } from '../dynamo.ts';
import type { ProviderResponse } from '../provider-transport.ts';
import { json } from './sandbox-table.ts';

export type Intent = {
  readonly id: string;
  readonly orderId: string;
  readonly amount: number;
  /** ISO 4217, upper case in the row and lower case in answers. */
  readonly currency: string;
  readonly status: string;
  readonly createdAt: number;
  readonly fingerprint: string;
  /** Digest of the key that captured it. */
  readonly captureKey: string | undefined;
};

export const intentOf = (row: Attributes): Intent => ({
  id: String(row.id),
  orderId: String(row.orderId),
  amount: Number(row.amount),
  currency: String(row.currency),
  status: String(row.status),
  createdAt: Number(row.createdAt),
  fingerprint: String(row.fingerprint),
  captureKey: typeof row.captureKey === 'string' ? row.captureKey : undefined,
});

type Shown = Pick<Intent, 'id' | 'orderId' | 'amount' | 'currency' | 'status'>;

export const presented = ({ id, orderId, amount, currency, status }: Shown) => ({
  object: 'payment_intent',
  id,
  amount,
  currency: currency.toLowerCase(),
  capture_method: 'manual',
  status,
  metadata: { order_id: orderId },
});

const holdMs = 7 * 86_400_000;

/** A hold lasts seven days: what was created at this time or before has expired. */
export const expiredSince = (nowMs: number): number => nowMs - holdMs;

export type TokenOutcome =
  | { readonly kind: 'authorized' }
  | { readonly kind: 'declined'; readonly declineCode: string }
  | { readonly kind: 'error before effect' }
  | { readonly kind: 'error after effect' };

const cards =
  'visa|visa_debit|mastercard|mastercard_debit|mastercard_prepaid|amex|discover|diners|jcb|unionpay';
const authorizing = new RegExp(`^pm_card_(${cards})$`);
const declining: Readonly<Record<string, string>> = {
  chargeDeclined: 'generic_decline',
  chargeDeclinedInsufficientFunds: 'insufficient_funds',
  chargeDeclinedLostCard: 'lost_card',
  chargeDeclinedStolenCard: 'stolen_card',
  chargeDeclinedExpiredCard: 'expired_card',
  chargeDeclinedIncorrectCvc: 'incorrect_cvc',
  chargeDeclinedProcessingError: 'processing_error',
};

/**
 * The provider's own test tokens, and two of the sandbox's: `pm_sandbox_error_before_effect` and
 * `pm_sandbox_error_after_effect` answer 500, and go on to under the same key. Others are unknown.
 */
export function outcomeOfToken(token: string): TokenOutcome | undefined {
  if (authorizing.test(token)) return { kind: 'authorized' };
  if (token === 'pm_sandbox_error_before_effect') return { kind: 'error before effect' };
  if (token === 'pm_sandbox_error_after_effect') return { kind: 'error after effect' };
  const [, name] = /^pm_card_(?:visa_)?(chargeDeclined\w*)$/.exec(token) ?? [];
  const declineCode = name && Object.hasOwn(declining, name) ? declining[name] : undefined;
  return declineCode ? { kind: 'declined', declineCode } : undefined;
}

export function failureOf(outcome: TokenOutcome, made: Shown): ProviderResponse | undefined {
  switch (outcome.kind) {
    case 'authorized':
      return undefined;
    case 'declined': {
      const { declineCode: decline_code } = outcome;
      const error = { type: 'card_error', code: 'card_declined', decline_code };
      return json(402, { error: { ...error, payment_intent: presented(made) } });
    }
    default:
      return json(500, { error: { type: 'api_error' } });
  }
}

export const invalid = (status: number, code: string, param?: string): ProviderResponse =>
  json(status, { error: { type: 'invalid_request_error', code, param } });

export const unexpectedState = (intent: Intent): ProviderResponse =>
  json(400, {
    error: {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      payment_intent: presented(intent),
    },
  });

export const tooManyRequests: ProviderResponse = json(429, {
  error: { type: 'invalid_request_error', code: 'rate_limit' },
});
