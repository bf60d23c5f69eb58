import { describe, expect, it } from 'vitest';
import { createPaymentGateway } from '../../../lambdas/adapters/payment-gateway.ts';
import type { ProviderResponse } from '../../../lambdas/adapters/provider-transport.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { AuthorizationId, PaymentRequest } from '../../../lambdas/domain/payment.ts';
import type { Currency } from '../../../lambdas/domain/values.ts';
import { answer, cannedTransport } from '../../support/canned-transport.ts';
import { sampleOrderId } from '../../support/sample-orders.ts';

const orderId = sampleOrderId();
const amount = { amount: 2_500, currency: 'USD' as Currency };
const request: PaymentRequest = { orderId, amount, method: 'pm_card_visa' };
const id = 'pi_1' as AuthorizationId;

const intent = (change: Record<string, unknown> = {}) => ({
  object: 'payment_intent',
  id: 'pi_1',
  amount: 2_500,
  currency: 'usd',
  status: 'requires_capture',
  metadata: { order_id: orderId },
  livemode: false,
  ...change,
});
const error = (status: number, fields: Record<string, unknown>, headers = {}) =>
  answer(status, { error: { message: 'Something went wrong.', ...fields } }, headers);
const replayed = { 'idempotent-replayed': 'true' };

const authorize = (...answers: (ProviderResponse | Error)[]) =>
  createPaymentGateway(cannedTransport(...answers)).authorize(request, 'key-1');

describe('payment gateway', () => {
  it('asks for a manual capture, in minor units, under the key, with our reference', async () => {
    const transport = cannedTransport(answer(200, intent()));
    await createPaymentGateway(transport).authorize(request, 'key-1');
    const [asked] = transport.asked;
    expect(asked?.path).toBe('/v1/payment_intents');
    expect(asked?.headers).toMatchObject({ 'idempotency-key': 'key-1' });
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      amount: '2500',
      currency: 'usd',
      capture_method: 'manual',
      confirm: 'true',
      payment_method: 'pm_card_visa',
      'metadata[order_id]': orderId,
    });
  });
  it('answers in our words', async () => {
    expect(await authorize(answer(200, intent()))).toEqual({ outcome: 'authorized', id });
  });

  it.each([
    ['amount', intent({ amount: '2500' })],
    ['amount', (({ amount: _renamed, ...rest }) => ({ ...rest, total: 2_500 }))(intent())],
    ['status', intent({ status: 'requires_action' })],
    ['currency', intent({ currency: 'USD' })],
    ['metadata.order_id', intent({ metadata: {} })],
  ])('fails for good and names the field when %s is not as agreed', async (field, body) => {
    const failed = authorize(answer(200, body));
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    await expect(failed).rejects.toThrow(`: ${field}:`);
  });
  it('fails for good on another amount, or the intent of another order', async () => {
    const other = intent({ metadata: { order_id: sampleOrderId('other') } });
    await expect(authorize(answer(200, intent({ amount: 1 })))).rejects.toThrow('another amount');
    await expect(authorize(answer(200, other))).rejects.toThrow('another order_id');
  });

  it.each([
    ['a declined card', 402, { type: 'card_error', code: 'card_declined', decline_code: 'lost' }],
    [
      'an unknown token',
      400,
      { type: 'invalid_request_error', param: 'payment_method', code: 'lost' },
    ],
  ])('takes %s for declined', async (_name, status, fields) => {
    expect(await authorize(error(status, fields))).toEqual({ outcome: 'declined', code: 'lost' });
  });
  it.each([
    ['a replayed error', error(500, { type: 'api_error' }, replayed)],
    ['changed parameters', error(400, { type: 'idempotency_error' })],
  ])('calls the key unusable after %s', async (_name, response) => {
    expect(await authorize(response)).toMatchObject({ outcome: 'key unusable' });
  });
  it.each([
    ['no answer', new Error('socket hang up')],
    ['a server error', answer(500, '<html>')],
    ['too many requests', error(429, { type: 'invalid_request_error', code: 'rate_limit' })],
    ['a key in use', error(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' })],
  ])('does not know the outcome after %s', async (_name, response) => {
    await expect(authorize(response)).rejects.toBeInstanceOf(TransientFault);
  });
  it.each([
    ['bad credentials', error(401, { type: 'invalid_request_error' })],
    ['any other refusal', error(400, { type: 'invalid_request_error', param: 'amount' })],
    ['an answer that is no JSON', answer(200, '<html>')],
  ])('fails for good on %s', async (_name, response) => {
    await expect(authorize(response)).rejects.toBeInstanceOf(PermanentFault);
  });

  it('fails for good on money that is not held after all', async () => {
    await expect(authorize(answer(200, intent({ status: 'succeeded' })))).rejects.toThrow(
      'unexpected answer 200 (succeeded)',
    );
  });
  it('takes no other error about the card for its decline', async () => {
    const odd = error(400, { type: 'api_error', param: 'payment_method' });
    await expect(authorize(odd)).rejects.toThrow('unexpected answer 400 (api_error)');
  });
  it('tells credentials that were refused by their status', async () => {
    await expect(authorize(answer(401, '<html>'))).rejects.toThrow('unexpected answer 401 ()');
  });

  const captured = (...answers: ProviderResponse[]) =>
    createPaymentGateway(cannedTransport(...answers)).capture(id, { amount, key: 'k' });
  const moved = (status: string, code = 'payment_intent_unexpected_state') =>
    error(400, { type: 'invalid_request_error', code, payment_intent: { status } });

  it('captures once when the key does', async () => {
    expect(await captured(answer(200, intent({ status: 'succeeded' })))).toEqual({
      outcome: 'captured',
    });
  });
  it('is refused the capture of what was cancelled, and knows why', async () => {
    expect(await captured(moved('canceled'))).toEqual({ outcome: 'refused', code: 'cancelled' });
  });
  it.each([
    ['was not captured by it', answer(200, intent()), 'unexpected answer 200 (AUTHORIZED)'],
    ['refuses for another reason', moved('succeeded', 'amount_too_large'), '(amount_too_large)'],
    [
      'is not told with its refusal',
      error(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' }),
      '(payment_intent_unexpected_state)',
    ],
  ])('fails for good when an intent %s', async (_name, response, told) => {
    const failed = captured(response);
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    await expect(failed).rejects.toThrow(told);
  });
  it('does not know whether it cancelled when the provider is broken', async () => {
    const gateway = createPaymentGateway(cannedTransport(answer(503, '<html>')));
    await expect(gateway.cancel(id)).rejects.toBeInstanceOf(TransientFault);
  });

  it('captures without a key when the key only replays an error', async () => {
    const broken = error(500, { type: 'api_error' }, replayed);
    const transport = cannedTransport(broken, answer(200, intent({ status: 'succeeded' })));
    const gateway = createPaymentGateway(transport);
    expect(await gateway.capture(id, { amount, key: 'k' })).toEqual({ outcome: 'captured' });
    expect(transport.asked[1]?.headers).not.toHaveProperty('idempotency-key');
  });
  it('fails for good when a found list is not complete', async () => {
    const gateway = createPaymentGateway(
      cannedTransport(answer(200, { data: [], has_more: true })),
    );
    await expect(gateway.findByOrder(orderId)).rejects.toThrow('has_more');
  });
  it('does not know an intent that the provider has lost', async () => {
    const lost = error(404, { type: 'invalid_request_error', code: 'resource_missing' });
    const failed = createPaymentGateway(cannedTransport(lost)).cancel(id);
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    await expect(failed).rejects.toThrow('unexpected answer 404 (resource_missing)');
  });
});
