/**
 * A payment provider that behaves as Stripe's API does where money depends on it: idempotency keys
 * with stored answers, errors among them, forgotten after a day; test tokens; holds that expire.
 */
import { createHash, randomUUID } from 'node:crypto';
import { epochMs } from '../../domain/values.ts';
import type { Clock } from '../../shell/ports.ts';
import type { ProviderResponse, ProviderTransport } from '../provider-transport.ts';
import {
  expiredSince,
  failureOf,
  type Intent,
  intentOf,
  invalid,
  outcomeOfToken,
  presented,
  type TokenOutcome,
  tooManyRequests,
  unexpectedState,
} from './payment-sandbox-answers.ts';
import { answering, json, type SandboxKey, type SandboxTable } from './sandbox-table.ts';

const dayMs = 86_400_000;

type Sandbox = { readonly table: SandboxTable; readonly nowMs: () => number };
type Form = ReadonlyMap<string, string>;
type Creation = {
  readonly orderId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly amount: number;
  readonly currency: string;
  readonly outcome: TokenOutcome;
};

export function createPaymentSandbox(settings: {
  table: SandboxTable;
  clock: Clock;
}): ProviderTransport {
  const sandbox = { table: settings.table, nowMs: () => epochMs(settings.clock()) };
  return {
    post: (path, body, headers) =>
      answering(() => answerPost(sandbox, path, parseForm(body), headers), tooManyRequests),
    get: (path, query) => answering(() => answerGet(sandbox, path, query), tooManyRequests),
  };
}

async function answerPost(
  sandbox: Sandbox,
  path: string,
  form: Form,
  headers: Readonly<Record<string, string>>,
): Promise<ProviderResponse> {
  if (path === '/v1/payment_intents') return create(sandbox, form, headers['idempotency-key']);
  const [, id, operation] = /^\/v1\/payment_intents\/([\w-]+)\/(capture|cancel)$/.exec(path) ?? [];
  if (id && operation === 'capture')
    return capture(sandbox, { id, form, key: headers['idempotency-key'] });
  if (id && operation === 'cancel') return cancel(sandbox, id);
  return invalid(404, 'url_invalid');
}

/** A request that is not even valid stores no answer. */
async function create(
  sandbox: Sandbox,
  form: Form,
  key: string = randomUUID(),
): Promise<ProviderResponse> {
  const amount = Number(form.get('amount'));
  const currency = form.get('currency') ?? '';
  const orderId = form.get('metadata[order_id]') ?? '';
  const outcome = outcomeOfToken(form.get('payment_method') ?? '');
  if (!Number.isSafeInteger(amount) || amount < 1)
    return invalid(400, 'parameter_invalid_integer', 'amount');
  if (!/^[a-z]{3}$/.test(currency)) return invalid(400, 'parameter_invalid', 'currency');
  if (!/^[\w-]+$/.test(orderId)) return invalid(400, 'parameter_missing', 'metadata');
  if (form.get('capture_method') !== 'manual' || form.get('confirm') !== 'true')
    return invalid(400, 'parameter_invalid', 'capture_method');
  if (!outcome) return invalid(400, 'resource_missing', 'payment_method');
  const fingerprint = digest(JSON.stringify([...form].sort()));
  return createOnce(sandbox, { orderId, key, fingerprint, amount, currency, outcome }, 1);
}

/** The key names the row, so that the insert is the check; a forgotten key moves on to the next. */
async function createOnce(
  sandbox: Sandbox,
  creation: Creation,
  generation: number,
): Promise<ProviderResponse> {
  const suffix = generation === 1 ? '' : `g${generation}`;
  const id = `pi_${creation.orderId}_${digest(creation.key)}${suffix}`;
  const found = await sandbox.table.insert(newRow(id, creation, sandbox.nowMs()));
  if (!found) return failureOf(creation.outcome, creationOf(id, creation)) ?? ok(id, creation);
  const earlier = intentOf(found);
  if (sandbox.nowMs() - earlier.createdAt >= dayMs)
    return createOnce(sandbox, creation, generation + 1);
  if (earlier.fingerprint !== creation.fingerprint)
    return json(400, { error: { type: 'idempotency_error' } });
  const first = failureOf(creation.outcome, creationOf(id, creation)) ?? ok(id, creation);
  return { ...first, headers: { 'idempotent-replayed': 'true' } };
}

/** The intent as its creation left it, whatever has become of it since: what a replay tells. */
const creationOf = (id: string, { orderId, amount, currency, outcome }: Creation) => ({
  id,
  orderId,
  amount,
  currency: currency.toUpperCase(),
  status: outcome.kind === 'declined' ? 'requires_payment_method' : 'requires_capture',
});

const ok = (id: string, creation: Creation): ProviderResponse =>
  json(200, presented(creationOf(id, creation)));

function newRow(id: string, creation: Creation, createdAt: number) {
  const { amount, fingerprint, outcome } = creation;
  const isHeld = outcome.kind === 'authorized' || outcome.kind === 'error after effect';
  return {
    ...keyOf(id),
    ...creationOf(id, creation),
    kind: outcome.kind === 'error before effect' ? 'answer' : 'payment',
    authorized: isHeld ? amount : 0,
    captured: 0,
    voided: 0,
    refunded: 0,
    createdAt,
    fingerprint,
  };
}

/** Captured once: the same key gets the same answer, any other the state it is in. */
async function capture(
  sandbox: Sandbox,
  { id, form, key = randomUUID() }: { id: string; form: Form; key: string | undefined },
): Promise<ProviderResponse> {
  const captureKey = digest(key);
  const amount = Number(form.get('amount_to_capture'));
  if (!Number.isSafeInteger(amount) || amount < 1)
    return invalid(400, 'parameter_invalid_integer', 'amount_to_capture');
  const { outcome, row } = await sandbox.table.change(keyOf(id), {
    update:
      'SET #status = :succeeded, #captured = :amount, #voided = #authorized - :amount, #captureKey = :key',
    condition:
      '#status = :held AND #kind = :payment AND #amount >= :amount AND #createdAt > :oldest',
    names: 'status kind amount authorized captured voided captureKey createdAt'.split(' '),
    values: {
      key: captureKey,
      succeeded: 'succeeded',
      held: 'requires_capture',
      payment: 'payment',
      amount,
      oldest: expiredSince(sandbox.nowMs()),
    },
  });
  if (row?.kind !== 'payment') return invalid(404, 'resource_missing', 'intent');
  const intent = intentOf(row);
  if (outcome === 'changed') return json(200, presented(intent));
  if (intent.status === 'succeeded' && intent.captureKey === captureKey)
    return json(200, presented(intent), { 'idempotent-replayed': 'true' });
  if (intent.status !== 'requires_capture') return unexpectedState(intent);
  if (intent.createdAt <= expiredSince(sandbox.nowMs()))
    return invalid(400, 'charge_expired_for_capture');
  return invalid(400, 'amount_too_large', 'amount_to_capture');
}

async function cancel(sandbox: Sandbox, id: string): Promise<ProviderResponse> {
  const { outcome, row } = await sandbox.table.change(keyOf(id), {
    update: 'SET #status = :canceled, #voided = #authorized',
    condition: '#kind = :payment AND (#status = :held OR #status = :declined)',
    names: ['status', 'kind', 'authorized', 'voided'],
    values: {
      canceled: 'canceled',
      payment: 'payment',
      held: 'requires_capture',
      declined: 'requires_payment_method',
    },
  });
  if (row?.kind !== 'payment') return invalid(404, 'resource_missing', 'intent');
  const intent = intentOf(row);
  return outcome === 'changed' ? json(200, presented(intent)) : unexpectedState(intent);
}

async function answerGet(
  { table, nowMs }: Sandbox,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<ProviderResponse> {
  const [, orderId] = /^metadata\['order_id'\]:'([\w-]+)'$/.exec(query.query ?? '') ?? [];
  if (path !== '/v1/payment_intents/search' || !orderId) return invalid(404, 'url_invalid');
  const rows = await table.list(partition(orderId));
  const intents = rows.filter(({ kind }) => kind !== 'answer').map(intentOf);
  const data = intents.map((intent) => presented(asOf(intent, nowMs())));
  return json(200, { object: 'search_result', has_more: false, data });
}

/** A hold that has expired is let go of, without anyone asking. */
const asOf = (intent: Intent, nowMs: number): Intent =>
  intent.status === 'requires_capture' && intent.createdAt <= expiredSince(nowMs)
    ? { ...intent, status: 'canceled' }
    : intent;

const partition = (orderId: string): string => `payment#${orderId}`;
const keyOf = (id: string): SandboxKey => ({
  pk: partition(id.slice('pi_'.length, id.lastIndexOf('_'))),
  sk: id,
});

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 24);

function parseForm(body: string): Form {
  const pairs = body.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}
