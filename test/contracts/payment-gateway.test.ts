/** What every payment gateway promises: the fake, and the real one over the sandbox provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentGateway } from '../../lambdas/adapters/payment-gateway.ts';
import { createPaymentSandbox } from '../../lambdas/adapters/sandbox/payment-sandbox.ts';
import { createSandboxTable } from '../../lambdas/adapters/sandbox/sandbox-table.ts';
import type { AuthorizationId, PaymentRequest } from '../../lambdas/domain/payment.ts';
import type { Currency } from '../../lambdas/domain/values.ts';
import type { PaymentGateway } from '../../lambdas/shell/payment-ports.ts';
import { createFakeClock, type FakeClock } from '../support/fakes/clock.ts';
import { createFakePaymentGateway } from '../support/fakes/payment-gateway.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { sampleOrderId } from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({ sandbox: ['pk', 'sk'] });
});
afterAll(() => tables.stop());

const hourMs = 3_600_000;
const orderId = sampleOrderId();
const amount = { amount: 2_500, currency: 'USD' as Currency };
const request: PaymentRequest = { orderId, amount, method: 'pm_card_visa' };

const real = (clock: FakeClock): PaymentGateway => {
  const table = createSandboxTable(tables.client, 'sandbox');
  return createPaymentGateway(createPaymentSandbox({ table, clock }));
};

describe.each([
  ['fake', createFakePaymentGateway],
  ['sandbox', real],
])('payment gateway: %s', (_name, create) => {
  let clock: FakeClock;
  let gateway: PaymentGateway;
  beforeEach(() => {
    tables.reset();
    clock = createFakeClock();
    gateway = create(clock);
  });

  async function authorize(key = 'key-1'): Promise<AuthorizationId> {
    const answer = await gateway.authorize(request, key);
    if (answer.outcome !== 'authorized') throw new Error(`not authorised: ${answer.outcome}`);
    return answer.id;
  }
  const found = async () => (await gateway.findByOrder(orderId)).map(({ status }) => status);

  it('holds money once per key', async () => {
    const first = await authorize();
    expect(await authorize()).toBe(first);
    expect(await gateway.findByOrder(orderId)).toEqual([
      { id: first, status: 'AUTHORIZED', amount },
    ]);
  });
  it('gives the first answer to a key whose authorisation was cancelled since', async () => {
    const first = await authorize();
    await gateway.cancel(first);
    expect(await authorize()).toBe(first);
    expect(await found()).toEqual(['CANCELLED']);
  });
  it('holds money again under another key, and under one that is a day old', async () => {
    await authorize();
    await authorize('key-2');
    clock.advance(24 * hourMs);
    await authorize();
    expect(await found()).toEqual(['AUTHORIZED', 'AUTHORIZED', 'AUTHORIZED']);
  });
  it('declines, and goes on declining under the same key', async () => {
    const declining = { ...request, method: 'pm_card_chargeDeclined' };
    const answer = { outcome: 'declined', code: 'generic_decline' };
    expect(await gateway.authorize(declining, 'key-1')).toEqual(answer);
    expect(await gateway.authorize(declining, 'key-1')).toEqual(answer);
    expect(await found()).toEqual(['DECLINED']);
  });
  it('calls a key unusable when its parameters have changed', async () => {
    await authorize();
    const changed = { ...request, amount: { ...amount, amount: 1 } };
    expect(await gateway.authorize(changed, 'key-1')).toMatchObject({ outcome: 'key unusable' });
  });
  it('captures once, and finds what is captured', async () => {
    const id = await authorize();
    expect(await gateway.capture(id, { amount, key: 'capture-1' })).toEqual({
      outcome: 'captured',
    });
    expect(await gateway.capture(id, { amount, key: 'capture-1' })).toEqual({
      outcome: 'captured',
    });
    expect(await gateway.capture(id, { amount, key: 'capture-2' })).toEqual({
      outcome: 'captured',
    });
    expect(await found()).toEqual(['CAPTURED']);
  });
  it('refuses the capture of what was cancelled', async () => {
    const id = await authorize();
    await gateway.cancel(id);
    const answer = await gateway.capture(id, { amount, key: 'capture-1' });
    expect(answer.outcome).toBe('refused');
  });
  it('refuses the capture of what was held for seven days', async () => {
    const id = await authorize();
    clock.advance(7 * 24 * hourMs);
    const answer = await gateway.capture(id, { amount, key: 'capture-1' });
    expect(answer.outcome).toBe('refused');
  });
  it('cancels once, and finds what is cancelled', async () => {
    const id = await authorize();
    expect(await gateway.cancel(id)).toEqual({ outcome: 'cancelled' });
    expect(await gateway.cancel(id)).toEqual({ outcome: 'cancelled' });
  });
  it('does not cancel what is captured', async () => {
    const id = await authorize();
    await gateway.capture(id, { amount, key: 'capture-1' });
    expect(await gateway.cancel(id)).toEqual({ outcome: 'captured' });
    expect(await found()).toEqual(['CAPTURED']);
  });
  it('finds only what belongs to the order', async () => {
    await authorize();
    expect(await gateway.findByOrder(sampleOrderId('other'))).toEqual([]);
  });
});
