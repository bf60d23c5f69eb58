import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentGateway } from '../../../../lambdas/adapters/payment-gateway.ts';
import { encodeForm } from '../../../../lambdas/adapters/provider-transport.ts';
import { createPaymentSandbox } from '../../../../lambdas/adapters/sandbox/payment-sandbox.ts';
import {
  createSandboxTable,
  type SandboxTable,
} from '../../../../lambdas/adapters/sandbox/sandbox-table.ts';
import type { PaymentRequest } from '../../../../lambdas/domain/payment.ts';
import type { Currency } from '../../../../lambdas/domain/values.ts';
import { createFakeClock, type FakeClock } from '../../../support/fakes/clock.ts';
import { type LocalTables, startLocalTables } from '../../../support/local-tables.ts';
import { sampleOrderId } from '../../../support/sample-orders.ts';

let tables: LocalTables;
let table: SandboxTable;
let clock: FakeClock;
beforeAll(async () => {
  tables = await startLocalTables({ sandbox: ['pk', 'sk'] });
  table = createSandboxTable(tables.client, 'sandbox');
});
beforeEach(() => {
  tables.reset();
  clock = createFakeClock();
});
afterAll(() => tables.stop());

const orderId = sampleOrderId();
const amount = { amount: 2_500, currency: 'USD' as Currency };
const request = (method: string): PaymentRequest => ({ orderId, amount, method });
const gateway = () => createPaymentGateway(createPaymentSandbox({ table, clock }));
const rows = () => table.list(`payment#${orderId}`);

describe('payment sandbox', () => {
  it('shows what was authorised, captured and voided in plain attributes', async () => {
    const answer = await gateway().authorize(request('pm_card_visa'), 'key-1');
    if (answer.outcome !== 'authorized') throw new Error(answer.outcome);
    const held = { kind: 'payment', orderId, amount: 2_500, currency: 'USD', authorized: 2_500 };
    expect(await rows()).toMatchObject([{ ...held, captured: 0, voided: 0, refunded: 0 }]);
    await gateway().capture(answer.id, { amount, key: 'key-2' });
    expect(await rows()).toMatchObject([{ ...held, captured: 2_500, voided: 0, refunded: 0 }]);
  });
  it('shows a double charge as two rows', async () => {
    await gateway().authorize(request('pm_card_visa'), 'key-1');
    await gateway().authorize(request('pm_card_visa'), 'key-2');
    expect(await rows()).toMatchObject([{ authorized: 2_500 }, { authorized: 2_500 }]);
  });
  it('shows a declined payment with nothing held', async () => {
    const declined = request('pm_card_chargeDeclinedInsufficientFunds');
    expect(await gateway().authorize(declined, 'key-1')).toEqual({
      outcome: 'declined',
      code: 'insufficient_funds',
    });
    expect(await rows()).toMatchObject([{ kind: 'payment', authorized: 0 }]);
  });
  it('knows no other tokens, and keeps no row of them', async () => {
    const unknown = await gateway().authorize(request('pm_card_monopoly'), 'key-1');
    expect(unknown.outcome).toBe('declined');
    expect(await rows()).toEqual([]);
  });
  it.each([
    ['pm_sandbox_error_before_effect', 0],
    ['pm_sandbox_error_after_effect', 1],
  ])('answers %s with an error, again and again, and %i effects', async (method, effects) => {
    await expect(gateway().authorize(request(method), 'key-1')).rejects.toThrow('500');
    expect(await gateway().authorize(request(method), 'key-1')).toMatchObject({
      outcome: 'key unusable',
    });
    expect(await gateway().findByOrder(orderId)).toHaveLength(effects);
  });
  it('lets go of a hold after seven days, and can still void it', async () => {
    const answer = await gateway().authorize(request('pm_card_visa'), 'key-1');
    if (answer.outcome !== 'authorized') throw new Error(answer.outcome);
    clock.advance(7 * 86_400_000);
    expect(await gateway().findByOrder(orderId)).toMatchObject([{ status: 'CANCELLED' }]);
    expect(await gateway().cancel(answer.id)).toEqual({ outcome: 'cancelled' });
  });
  it('replays the answer to a capture under the same key only', async () => {
    const answer = await gateway().authorize(request('pm_card_visa'), 'key-1');
    if (answer.outcome !== 'authorized') throw new Error(answer.outcome);
    const sandbox = createPaymentSandbox({ table, clock });
    const path = `/v1/payment_intents/${answer.id}/capture`;
    const body = encodeForm({ amount_to_capture: '2500' });
    const capture = (key: string) => sandbox.post(path, body, { 'idempotency-key': key });
    expect((await capture('key-2')).status).toBe(200);
    expect((await capture('key-2')).headers).toEqual({ 'idempotent-replayed': 'true' });
    expect((await capture('key-3')).status).toBe(400);
  });
  it('asks to come later while its table is throttled', async () => {
    // The failure: every write of the table throttles.
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const busy: SandboxTable = { ...table, insert: () => Promise.reject(throttled) };
    const throttledGateway = createPaymentGateway(createPaymentSandbox({ table: busy, clock }));
    await expect(throttledGateway.authorize(request('pm_card_visa'), 'key-1')).rejects.toThrow(
      '429',
    );
  });
});
