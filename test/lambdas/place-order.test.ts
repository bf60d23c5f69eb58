import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { env } from '../../lambdas/contract/names.ts';
import { isOrderId } from '../../lambdas/domain/values.ts';
import { createFakeTables, type FakeTables } from '../support/fakes/dynamo-tables.ts';
import { bodyOf, type EventOptions, httpEvent, invocation } from '../support/http-event.ts';

vi.stubEnv(env.ordersTable, 'Orders');
vi.stubEnv(env.catalogueTable, 'Catalogue');
vi.stubEnv(env.sagaDeadlineMs, '840000');
vi.stubEnv('AWS_REGION', 'eu-central-1');
const { handler } = await import('../../lambdas/place-order.ts');

let tables: FakeTables;
const send = vi.spyOn(DynamoDBClient.prototype, 'send');
afterAll(() => {
  send.mockRestore();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  tables = createFakeTables({ Orders: 'id', Catalogue: 'sku' });
  send.mockImplementation(((command: { constructor: { name: string }; input: unknown }) =>
    tables.answer(command.constructor.name, command.input)) as never);
  tables.put('Catalogue', { sku: 'tea', title: 'Tea', amount: 450, currency: 'USD' });
});

const order = {
  lines: [{ sku: 'tea', quantity: 2 }],
  payment: { method: 'pm_card_visa' },
  shipping: {
    name: 'Alice',
    line1: '1 Main Street',
    city: 'Springfield',
    postalCode: '12345',
    country: 'US',
  },
};
let requests = 0;
const place = (options: EventOptions = {}) =>
  handler(
    httpEvent({
      method: 'POST',
      rawPath: '/orders',
      body: order,
      headers: { 'idempotency-key': 'key-1' },
      requestId: `request-${++requests}`,
      ...options,
    }),
    invocation(),
  );

describe('POST /orders', () => {
  it('answers 202 with the order, its place and its version', async () => {
    const answer = await place();
    const body = bodyOf(answer);
    expect(isOrderId(String(body.id))).toBe(true);
    expect(answer).toMatchObject({
      statusCode: 202,
      headers: { location: `/orders/${body.id}`, etag: '"1"' },
    });
    expect(body).toEqual({
      id: body.id,
      status: 'PENDING',
      version: 1,
      lines: [
        {
          sku: 'tea',
          title: 'Tea',
          quantity: 2,
          unitPrice: { amount: 450, currency: 'USD' },
          lineTotal: { amount: 900, currency: 'USD' },
        },
      ],
      total: { amount: 900, currency: 'USD' },
      placedAt: expect.any(String),
      _links: { self: { href: `/orders/${body.id}` } },
    });
  });

  it('answers a repeat with the same bytes, marked as a repeat', async () => {
    const first = await place();
    tables.put('Catalogue', { sku: 'tea', title: 'Tea!', amount: 999, currency: 'USD' });
    const reordered = Object.fromEntries(Object.entries(order).reverse());
    const again = await place({ body: reordered, headers: { 'idempotency-key': '"key-1"' } });
    expect(again.body).toBe(first.body);
    expect(again.headers).toEqual({ ...first.headers, 'idempotency-replayed': 'true' });
    expect(tables.items('Orders')).toHaveLength(1);
  });

  it('does not mark the only attempt as a repeat when its write was sent twice', async () => {
    // The Put happens, its answer is lost, and the SDK sends it again.
    tables.repeatNext('PutItemCommand');
    const answer = await place();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('makes one order out of simultaneous repeats', async () => {
    const answers = await Promise.all([place(), place(), place()]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers?.['idempotency-replayed'])).toHaveLength(2);
  });

  it('keeps the same key of two customers apart', async () => {
    const mine = bodyOf(await place());
    const other = bodyOf(await place({ claims: { iss: 'https://issuer.example', sub: 'bob' } }));
    expect(other.id).not.toBe(mine.id);
  });

  it('refuses another request under the same key with 422', async () => {
    await place();
    const other = { ...order, lines: [{ sku: 'tea', quantity: 3 }] };
    expect(bodyOf(await place({ body: other }))).toMatchObject({
      type: '/problems/idempotency-key-reused',
      status: 422,
    });
  });

  it('refuses an unknown product the same for ever, even once it is sold', async () => {
    const body = { ...order, lines: [{ sku: 'cup', quantity: 1 }] };
    const first = await place({ body });
    expect(bodyOf(first)).toMatchObject({ type: '/problems/unknown-product', status: 422 });
    tables.put('Catalogue', { sku: 'cup', title: 'Cup', amount: 1, currency: 'USD' });
    const again = await place({ body });
    expect(again.body).toBe(first.body);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
  });

  it.each([
    ['without a key', { headers: {} }, 400],
    ['with a malformed key', { headers: { 'idempotency-key': 'a b' } }, 400],
    ['with a price of its own', { body: { ...order, total: 1 } }, 400],
    ['without a body', { body: undefined }, 400],
  ])('refuses a request %s before looking anything up', async (_which, options, status) => {
    expect(await place(options)).toMatchObject({ statusCode: status });
    expect(tables.calls).toHaveLength(0);
  });

  it('does not let a refused form consume the key', async () => {
    await place({ body: { ...order, total: 1 } });
    expect(await place()).toMatchObject({ statusCode: 202 });
  });

  it('answers 503 when the outcome is unknown, and the first answer to a repeat', async () => {
    // The Put happens, and every answer to it is lost.
    vi.spyOn(console, 'error').mockImplementationOnce(() => undefined);
    tables.beforeNext('PutItemCommand', () => {
      throw Object.assign(new Error('socket closed'), { name: 'TimeoutError' });
    });
    expect(await place()).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(await place()).toMatchObject({ statusCode: 202 });
    expect(tables.items('Orders')).toHaveLength(1);
  });
});
