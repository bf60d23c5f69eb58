/**
 * The anti-corruption layer of the payment provider (Stripe's API): its formats, words, errors and
 * ids stop here. Every request is made once; retries live in Step Functions and SQS.
 */
import * as z from 'zod/mini';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { isSameMoney } from '../domain/money.ts';
import type { Authorization, AuthorizationId } from '../domain/payment.ts';
import type { Currency, Money } from '../domain/values.ts';
import type { AuthorizeAnswer, CaptureAnswer, PaymentGateway } from '../shell/payment-ports.ts';
import {
  ask,
  encodeForm,
  type ProviderResponse,
  type ProviderTransport,
  readAnswer,
  unexpected,
} from './provider-transport.ts';

const statuses = {
  requires_capture: 'AUTHORIZED',
  succeeded: 'CAPTURED',
  canceled: 'CANCELLED',
  requires_payment_method: 'DECLINED',
} as const;

const intent = z.object({
  id: z.string().check(z.minLength(1)),
  /** Integer minor units. */
  amount: z.int(),
  /** ISO 4217, lower case. */
  currency: z.string().check(z.regex(/^[a-z]{3}$/)),
  status: z.enum(['requires_capture', 'succeeded', 'canceled', 'requires_payment_method']),
  metadata: z.object({ order_id: z.string() }),
});
type Intent = z.infer<typeof intent>;
/** One page holds every intent an order can have. */
const page = z.object({ data: z.array(intent), has_more: z.literal(false) });
const failure = z.object({
  error: z.object({
    type: z.string(),
    code: z.optional(z.string()),
    decline_code: z.optional(z.string()),
    param: z.optional(z.string()),
    payment_intent: z.optional(z.object({ status: intent.shape.status })),
  }),
});
type Failure = z.infer<typeof failure>['error'];

export function createPaymentGateway(transport: ProviderTransport): PaymentGateway {
  return {
    async authorize(request, key) {
      const { amount, currency } = request.amount;
      const fields = {
        amount: String(amount),
        currency: currency.toLowerCase(),
        capture_method: 'manual',
        confirm: 'true',
        payment_method: request.method,
        'metadata[order_id]': request.orderId,
      };
      const what = `authorise payment of ${request.orderId}`;
      const answer = await post(what, transport, '/v1/payment_intents', fields, key);
      return readAuthorization(what, answer, request);
    },

    /** Shows within a minute what was made: https://docs.stripe.com/search#data-freshness */
    async findByOrder(orderId) {
      const what = `find payments of ${orderId}`;
      const query = { query: `metadata['order_id']:'${orderId}'` };
      const path = '/v1/payment_intents/search';
      const answer = await ask(what, () => transport.get(path, query));
      if (answer.status !== 200) throw fault(what, answer);
      return readAnswer(what, page, answer.body).data.map(authorizationOf);
    },

    capture: (id, { amount, key }) => capture(transport, id, amount, key),

    async cancel(id) {
      const what = `cancel payment ${id}`;
      const answer = await post(what, transport, `/v1/payment_intents/${id}/cancel`, {});
      const status = statusAfter(what, answer);
      if (status === 'CANCELLED') return { outcome: 'cancelled' };
      if (status === 'CAPTURED') return { outcome: 'captured' };
      throw unexpected(what, answer, status);
    },
  };
}

function readAuthorization(
  what: string,
  answer: ProviderResponse,
  { orderId, amount }: { orderId: string; amount: Money },
): AuthorizeAnswer {
  if (answer.status === 200) {
    const made = readAnswer(what, intent, answer.body);
    const { id, status, amount: held } = authorizationOf(made);
    if (made.metadata.order_id !== orderId) throw new PermanentFault(`${what}: another order_id`);
    if (!isSameMoney(held, amount)) throw new PermanentFault(`${what}: another amount`);
    if (status !== 'AUTHORIZED') throw unexpected(what, answer, made.status);
    return { outcome: 'authorized', id };
  }
  const code = unusableKey(what, answer);
  if (code) return { outcome: 'key unusable', code };
  if (isClientError(answer)) {
    const error = readFailure(what, answer);
    if (error.type === 'card_error')
      return { outcome: 'declined', code: error.decline_code ?? error.code ?? error.type };
    if (error.type === 'invalid_request_error' && error.param === 'payment_method')
      return { outcome: 'declined', code: error.code ?? error.type };
  }
  throw fault(what, answer);
}

async function capture(
  transport: ProviderTransport,
  id: AuthorizationId,
  amount: Money,
  key?: string,
): Promise<CaptureAnswer> {
  const what = `capture payment ${id}`;
  const fields = { amount_to_capture: String(amount.amount) };
  const answer = await post(what, transport, `/v1/payment_intents/${id}/capture`, fields, key);
  // An intent is captured at most once by its own state, so without a usable key it may be asked.
  if (key && unusableKey(what, answer)) return capture(transport, id, amount);
  if (isClientError(answer)) {
    const { code } = readFailure(what, answer);
    if (code === 'charge_expired_for_capture') return { outcome: 'refused', code };
  }
  const status = statusAfter(what, answer);
  if (status === 'CAPTURED') return { outcome: 'captured' };
  if (status === 'CANCELLED') return { outcome: 'refused', code: 'cancelled' };
  throw unexpected(what, answer, status);
}

/** The intent's status after a change of it, also where it refuses because it is there already. */
function statusAfter(what: string, answer: ProviderResponse): Authorization['status'] {
  if (answer.status === 200) return statuses[readAnswer(what, intent, answer.body).status];
  if (!isClientError(answer)) throw fault(what, answer);
  const { code, payment_intent: found } = readFailure(what, answer);
  if (code !== 'payment_intent_unexpected_state' || !found) throw fault(what, answer);
  return statuses[found.status];
}

/** The key gives this error for as long as it is remembered. */
function unusableKey(what: string, answer: ProviderResponse): string | undefined {
  if (answer.status >= 500 && answer.headers['idempotent-replayed'] === 'true')
    return `replayed ${answer.status}`;
  if (answer.status !== 400) return undefined;
  const { type } = readFailure(what, answer);
  return type === 'idempotency_error' ? type : undefined;
}

/** Refused for what was asked, rather than for who asks, how often, or while it is being done. */
const isClientError = ({ status }: ProviderResponse): boolean =>
  status === 400 || status === 402 || status === 404;

/** 401 and 403 included: no retry of ours makes credentials valid. */
function fault(what: string, answer: ProviderResponse): TransientFault | PermanentFault {
  const { status } = answer;
  if (status === 409 || status === 429 || status >= 500)
    return new TransientFault(`${what}: ${status}`);
  return unexpected(what, answer, isClientError(answer) ? codeOf(readFailure(what, answer)) : '');
}

const codeOf = ({ type, code }: Failure): string => code ?? type;

const readFailure = (what: string, { body }: ProviderResponse): Failure =>
  readAnswer(what, failure, body).error;

const authorizationOf = ({ id, amount, currency, status }: Intent): Authorization => ({
  id: id as AuthorizationId,
  status: statuses[status],
  amount: { amount, currency: currency.toUpperCase() as Currency },
});

const post = (
  what: string,
  transport: ProviderTransport,
  path: string,
  fields: Record<string, string>,
  key?: string,
): Promise<ProviderResponse> =>
  ask(what, () =>
    transport.post(path, encodeForm(fields), {
      'content-type': 'application/x-www-form-urlencoded',
      ...(key && { 'idempotency-key': key }),
    }),
  );
