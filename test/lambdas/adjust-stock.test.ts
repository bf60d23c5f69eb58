import { describe, expect, it, vi } from 'vitest';
import { type Call, productRoutes } from '../support/product-routes.ts';

const request: Call = {
  sku: 'TEA',
  body: { delta: 5, reason: 'goods received' },
  headers: { 'idempotency-key': 'k1' },
};
const because = (delta: unknown) => ({ delta, reason: 'counted' });

function withTea() {
  const routes = productRoutes();
  routes.tables.put('Catalogue', { sku: 'TEA', title: 'Tea', amount: 100, currency: 'USD' });
  return { ...routes, available: () => routes.tables.get('Stock', 'sku#TEA')?.available };
}

describe('POST /products/{sku}/stock-adjustments', () => {
  it('answers what is available now', async () => {
    const { adjust } = withTea();
    const { status, headers, body } = await adjust(request);
    expect({ status, body }).toEqual({ status: 200, body: { stock: { available: 5 } } });
    expect(headers).not.toHaveProperty('idempotency-replayed');
  });

  it('answers a repeat the same, marked as a replay, without the effect', async () => {
    const { adjust, available } = withTea();
    const first = await adjust(request);
    const second = await adjust(request);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({ 'idempotency-replayed': 'true' });
    expect(available()).toBe(5);
  });

  it('answers a repeat the same after its idempotency record is gone', async () => {
    const { adjust, available, tables } = withTea();
    await adjust(request);
    for (const record of tables.items('Idempotency'))
      tables.put('Idempotency', { ...record, expiration: 0 });
    expect(await adjust(request)).toMatchObject({
      status: 200,
      headers: { 'idempotency-replayed': 'true' },
      body: { stock: { available: 5 } },
    });
    expect(available()).toBe(5);
  });

  it('answers 409 and when to come back while its twin is running', async () => {
    const { adjust, tables } = withTea();
    await adjust(request);
    for (const record of tables.items('Idempotency'))
      tables.put('Idempotency', {
        ...record,
        status: 'INPROGRESS',
        in_progress_expiration: Date.now() + 60_000,
      });
    expect(await adjust(request)).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: '/problems/request-in-progress' },
    });
  });

  it('answers 422 when the key was used for something else, in its record and after it', async () => {
    const { adjust, tables } = withTea();
    await adjust(request);
    const other = { ...request, body: because(6) };
    const reused = { status: 422, body: { type: '/problems/idempotency-key-reused' } };
    expect(await adjust(other)).toMatchObject(reused);
    for (const record of tables.items('Idempotency'))
      tables.put('Idempotency', { ...record, expiration: 0 });
    expect(await adjust(other)).toMatchObject(reused);
  });

  it('keeps the keys of two operators apart', async () => {
    const { adjust, available } = withTea();
    await adjust(request);
    await adjust({ ...request, subject: 'operator-2' });
    expect(available()).toBe(10);
  });

  it('answers 409 below zero, and lets the key succeed later', async () => {
    const { adjust, available, tables } = withTea();
    const breakage = { ...request, body: because(-3) };
    expect(await adjust(breakage)).toMatchObject({
      status: 409,
      body: { type: '/problems/insufficient-stock', detail: expect.stringContaining('3 units') },
    });
    tables.put('Stock', { id: 'sku#TEA', available: 4 });
    expect(await adjust(breakage)).toMatchObject({ status: 200 });
    expect(available()).toBe(1);
  });

  it('answers 404 for an unknown product, and lets the key succeed once there is one', async () => {
    const { adjust, tables } = productRoutes();
    expect(await adjust(request)).toMatchObject({ status: 404 });
    tables.put('Catalogue', { sku: 'TEA', title: 'Tea', amount: 100, currency: 'USD' });
    expect(await adjust(request)).toMatchObject({ status: 200 });
  });

  it('answers 503 when the outcome is unknown, and the repeat has the effect once', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { adjust, available, tables } = withTea();
    // The adjustment is made; keeping its answer fails.
    tables.beforeNext('UpdateItemCommand', () => {
      throw new Error('socket hang up');
    });
    expect(await adjust(request)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    for (const record of tables.items('Idempotency'))
      tables.put('Idempotency', { ...record, in_progress_expiration: 0 });
    expect(await adjust(request)).toMatchObject({ status: 200, body: { stock: { available: 5 } } });
    expect(available()).toBe(5);
  });

  it('asks for an Idempotency-Key before anything else', async () => {
    const { adjust, tables } = withTea();
    expect(await adjust({ ...request, headers: {} })).toMatchObject({ status: 400 });
    expect(tables.calls).toEqual([]);
  });

  it.each([
    { why: 'zero', body: because(0) },
    { why: 'a fraction', body: because(1.5) },
    { why: 'more than a million', body: because(1_000_001) },
    { why: 'less than minus a million', body: because(-1_000_001) },
    { why: 'a text', body: because('5') },
    { why: 'no reason', body: { delta: 1, reason: ' ' } },
    { why: 'a long reason', body: { delta: 1, reason: 'x'.repeat(201) } },
    { why: 'a field that we own', body: { ...because(1), available: 99 } },
  ])('refuses $why before any call', async ({ body }) => {
    const { adjust, tables } = withTea();
    expect(await adjust({ ...request, body })).toMatchObject({ status: 400 });
    expect(tables.calls).toEqual([]);
  });
});
