import fc from 'fast-check';
import '../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { productRoutes } from '../support/product-routes.ts';

const tea = { title: 'Tea', price: { amount: 450, currency: 'EUR' } };
const shown = { sku: 'TEA', ...tea, stock: { available: 0 } };

describe('PUT /products/{sku}', () => {
  it('answers 201 with the product when it is new, 200 when it is replaced', async () => {
    const { put } = productRoutes();
    expect(await put({ sku: 'TEA', body: tea })).toMatchObject({
      status: 201,
      headers: { location: '/products/TEA' },
      body: shown,
    });
    const dearer = { ...tea, price: { amount: 500, currency: 'EUR' } };
    expect(await put({ sku: 'TEA', body: dearer })).toMatchObject({
      status: 200,
      body: { ...shown, ...dearer },
    });
  });

  it('accepts the longest title and the highest price', async () => {
    const { put } = productRoutes();
    const body = { title: 'x'.repeat(200), price: { amount: 1_000_000_000, currency: 'USD' } };
    expect(await put({ sku: 'T'.repeat(64), body })).toMatchObject({ status: 201 });
  });

  it.each([
    { why: 'no title', body: { ...tea, title: '' } },
    { why: 'a title too long', body: { ...tea, title: 'x'.repeat(201) } },
    { why: 'a control character', body: { ...tea, title: 'a\u0000b' } },
    { why: 'half a surrogate pair', body: { ...tea, title: 'a\ud800' } },
    { why: 'a price of nothing', body: { ...tea, price: { amount: 0, currency: 'EUR' } } },
    { why: 'a fraction of a cent', body: { ...tea, price: { amount: 0.5, currency: 'EUR' } } },
    {
      why: 'a price too high',
      body: { ...tea, price: { amount: 1_000_000_001, currency: 'EUR' } },
    },
    { why: 'no currency code', body: { ...tea, price: { amount: 1, currency: 'eur' } } },
    { why: 'a field that we own', body: { ...tea, stock: { available: 7 } } },
    { why: 'no product', body: [] },
  ])('refuses $why', async ({ body }) => {
    const { put, tables } = productRoutes();
    const answer = await put({ sku: 'TEA', body });
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } });
    expect(tables.calls).toEqual([]);
  });

  it('refuses what cannot be a SKU', async () => {
    expect(await productRoutes().put({ sku: 'a b', body: tea })).toMatchObject({ status: 400 });
  });

  it('never fails, whatever JSON it is sent', async () => {
    const { put } = productRoutes();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.jsonValue(), async (sku, body) => {
        expect([200, 201, 400]).toContain((await put({ sku, body })).status);
      }),
      { numRuns: 100 },
    );
  });
});

describe('GET /products/{sku}', () => {
  it('answers the product with its stock', async () => {
    const { put, get, tables } = productRoutes();
    await put({ sku: 'TEA', body: tea });
    tables.put('Stock', { id: 'sku#TEA', available: 12 });
    expect(await get({ sku: 'TEA' })).toMatchObject({
      status: 200,
      body: { ...shown, stock: { available: 12 } },
    });
  });

  it.each(['MUG', 'a b', '__proto__', ''])('answers 404 for %j', async (sku) => {
    expect(await productRoutes().get({ sku })).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
  });
});

describe('GET /products', () => {
  it('answers pages, each with a link to the next', async () => {
    const { put, list } = productRoutes();
    for (const sku of ['A', 'B', 'C']) await put({ sku, body: tea });
    const first = await list({ query: { limit: '2' } });
    expect(first).toMatchObject({ status: 200, body: { products: [{ sku: 'A' }, { sku: 'B' }] } });
    const { _links } = first.body as { _links: { next: { href: string } } };
    const last = await list({ query: queryOf(_links.next.href.split('?')[1] ?? '') });
    expect(last.body).toMatchObject({ products: [{ sku: 'C' }] });
    expect(last.body).not.toHaveProperty('_links.next');
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=all',
    'cursor=x',
    'cursor=',
    `cursor=${Buffer.from('["a b"]').toString('base64url')}`,
    'offset=1',
  ])('refuses the query %j', async (query) => {
    const { list, tables } = productRoutes();
    expect(await list({ query: queryOf(query) })).toMatchObject({ status: 400 });
    expect(tables.calls).toEqual([]);
  });
});

describe('GET /sales', () => {
  it('answers the sales of a day', async () => {
    const { sales, tables } = productRoutes();
    tables.put('ReadModel', { id: 'sales#2024-02-29#5', orders: 2, 'revenue#EUR': 900 });
    expect(await sales({ query: { day: '2024-02-29' } })).toMatchObject({
      status: 200,
      body: { day: '2024-02-29', orders: 2, revenue: { amount: 900, currency: 'EUR' } },
    });
  });

  it.each([
    '',
    'day=2026-02-29',
    'day=2026-13-01',
    'day=2026-1-1',
    'day=today',
    'day=2026-03-14T00:00:00Z',
    'day=2026-03-14&shard=1',
  ])('refuses the query %j', async (query) => {
    const { sales, tables } = productRoutes();
    expect(await sales({ query: queryOf(query) })).toMatchObject({ status: 400 });
    expect(tables.calls).toEqual([]);
  });
});

const queryOf = (text: string) => Object.fromEntries(new URLSearchParams(text));
