import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orderItem } from '../../lambdas/adapters/order-item.ts';
import { env } from '../../lambdas/contract/names.ts';
import { orderRepresentation } from '../../lambdas/contract/order-representation.ts';
import { customerKey } from '../../lambdas/contract/read-model.ts';
import { confirm, type Order } from '../../lambdas/domain/order.ts';
import { alice, later, orderId, placedOrder } from '../support/customer-orders.ts';
import { bodyOf, type EventOptions, httpEvent, invocation } from '../support/http-event.ts';

vi.stubEnv(env.ordersTable, 'Orders');
vi.stubEnv(env.readModelTable, 'ReadModel');
vi.stubEnv(env.readerConcurrency, '100');
vi.stubEnv('AWS_REGION', 'eu-central-1');
const { handler: getOrder } = await import('../../lambdas/get-order.ts');
const { handler: listOrders } = await import('../../lambdas/list-orders.ts');
const { handler: cancelOrder } = await import('../../lambdas/cancel-order.ts');
const { handler: describeApi } = await import('../../lambdas/describe-api.ts');
afterAll(() => vi.unstubAllEnvs());

const dynamo = mockClient(DynamoDBClient);
beforeEach(() => void dynamo.reset());
afterEach(() => void vi.useRealTimers());

const placed = placedOrder();
const confirmed = confirm(placed, { trackingNumber: 'T1', at: later }).order;
const stored = (order: Order) => ({
  Item: marshall({ ...orderItem(order), fingerprint: 'f', writeId: 'w' }),
});
const row = (order: Order) =>
  marshall({
    id: `order#${order.id}`,
    customer: customerKey(alice),
    version: order.version,
    status: order.status,
    placedAt: order.placedAt,
    order: JSON.stringify(orderRepresentation(order)),
  });
const inTable = (TableName: string) => dynamo.on(GetItemCommand, { TableName });
const path = { id: orderId };
const mallory = { claims: { iss: alice.issuer, sub: 'mallory' } };

describe('GET /orders/{id}', () => {
  const get = (options: EventOptions = {}, remainingMs?: number) =>
    getOrder(httpEvent({ path, ...options }), invocation(remainingMs));

  it('answers the order with its version and what can be done now', async () => {
    inTable('ReadModel').resolves({ Item: row(placed) });
    const answer = await get();
    expect(answer).toMatchObject({ statusCode: 200, headers: { etag: '"1"' } });
    expect(bodyOf(answer)).toEqual({
      ...orderRepresentation(placed),
      _links: {
        self: { href: `/orders/${orderId}` },
        cancel: { href: `/orders/${orderId}/cancellation` },
      },
    });
  });

  it('answers the same bytes before and after the view has version 1', async () => {
    inTable('ReadModel')
      .resolvesOnce({})
      .resolves({ Item: row(placed) });
    inTable('Orders').resolves(stored(confirmed));
    expect((await get()).body).toBe((await get()).body);
  });

  it('answers 304 to who has that version', async () => {
    inTable('ReadModel').resolves({ Item: row(confirmed) });
    const answer = await get({ headers: { 'if-none-match': '"2"' } });
    expect(answer).toMatchObject({ statusCode: 304, headers: { etag: '"2"' } });
    expect(answer.body).toBeUndefined();
  });

  it('never names a version older than the one that the customer has', async () => {
    inTable('ReadModel').resolves({ Item: row(placed) });
    inTable('Orders').resolves(stored(confirmed));
    const answer = await get({ headers: { 'if-none-match': '"2"' } });
    expect(answer).toMatchObject({ statusCode: 304, headers: { etag: '"2"' } });
  });

  it('waits for a newer version and says so', async () => {
    inTable('ReadModel')
      .resolvesOnce({ Item: row(placed) })
      .resolves({ Item: row(confirmed) });
    dynamo.on(UpdateItemCommand).resolves({});
    const headers = { prefer: 'wait=5', 'if-none-match': '"1"' };
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const answer = get({ headers });
    await vi.runAllTimersAsync();
    expect(await answer).toMatchObject({
      statusCode: 200,
      headers: { etag: '"2"', 'preference-applied': 'wait=5' },
    });
  });

  it('does not wait when the time that is left does not allow it', async () => {
    inTable('ReadModel').resolves({ Item: row(placed) });
    const answer = await get({ headers: { prefer: 'wait=5' } }, 4_500);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).not.toHaveProperty('preference-applied');
  });

  it("answers another customer's order, a missing one and an impossible one alike", async () => {
    inTable('ReadModel')
      .resolvesOnce({ Item: row(placed) })
      .resolves({});
    inTable('Orders').resolves({});
    const foreign = await get(mallory);
    const missing = await get();
    const impossible = await get({ path: { id: 'x' } });
    expect(foreign.statusCode).toBe(404);
    expect([missing, impossible]).toEqual([foreign, foreign]);
  });

  it('shows no refused request as an order', async () => {
    inTable('ReadModel').resolves({});
    inTable('Orders').resolves({ Item: marshall({ id: orderId, status: 'REFUSED' }) });
    expect(await get()).toMatchObject({ statusCode: 404 });
  });
});

describe('GET /orders', () => {
  const list = (query: Record<string, string> = {}) =>
    listOrders(httpEvent({ query }), invocation());
  const key = (order: Order) => ({ id: `order#${order.id}`, placedAt: order.placedAt });

  it('answers a page and where the next one is', async () => {
    dynamo.on(QueryCommand).resolves({ Items: [marshall(key(placed)), marshall(key(placed))] });
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { ReadModel: [row(placed)] } });
    const body = bodyOf(await list({ limit: '1' }));
    expect(body.orders).toMatchObject([{ id: orderId, _links: { cancel: {} } }]);
    const { next } = body._links as { next: { href: string } };
    const query = Object.fromEntries(new URL(next.href, 'https://x').searchParams);
    expect(await list(query)).toMatchObject({ statusCode: 200 });
    expect(dynamo.commandCalls(QueryCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual(
      marshall({ ...key(placed), customer: customerKey(alice) }),
    );
  });

  it.each<Record<string, string>>([
    { limit: '0' },
    { limit: '101' },
    { limit: '1e1' },
    { status: 'pending' },
    { cursor: 'x' },
    { cursor: '' },
    { customer: 'mallory' },
  ])('refuses %j with 400 before asking for anything', async (query) => {
    expect(await list(query)).toMatchObject({ statusCode: 400 });
    expect(dynamo.calls()).toHaveLength(0);
  });
});

describe('POST /orders/{id}/cancellation', () => {
  const cancel = (ifMatch: string | undefined, options: EventOptions = {}) =>
    cancelOrder(
      httpEvent({
        method: 'POST',
        path,
        headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
        ...options,
      }),
      invocation(),
    );

  it('answers 202 with the version that it made', async () => {
    inTable('Orders').resolves(stored(placed));
    dynamo.on(UpdateItemCommand).resolves({});
    const answer = await cancel('"1"');
    expect(answer).toMatchObject({ statusCode: 202, headers: { etag: '"2"' } });
    expect(bodyOf(answer)).toEqual({
      id: orderId,
      status: 'CANCELLED',
      version: 2,
      _links: { self: { href: `/orders/${orderId}` } },
    });
  });

  it.each([
    ['no If-Match', undefined, 428],
    ['a bare version', '1', 400],
    ['any version', '*', 400],
    ['several versions', '"1", "2"', 400],
    ['an older version', '"1"', 412],
    ['a foreign tag', '"abc"', 412],
    ['a decided version', '"2"', 409],
  ])('refuses %s with its own status', async (_what, ifMatch, status) => {
    inTable('Orders').resolves(stored(confirmed));
    expect(await cancel(ifMatch)).toMatchObject({ statusCode: status });
    expect(dynamo.commandCalls(UpdateItemCommand)).toHaveLength(0);
  });

  it("answers another customer's order like one that does not exist", async () => {
    inTable('Orders').resolvesOnce(stored(placed)).resolves({});
    const foreign = await cancel('"1"', mallory);
    expect(foreign.statusCode).toBe(404);
    expect(await cancel('"1"')).toEqual(foreign);
  });
});

describe('every other request', () => {
  const ask = (method: string, rawPath: string) =>
    describeApi(httpEvent({ method, rawPath, claims: null }), invocation());

  it('finds the entry and the description without a token', async () => {
    expect(bodyOf(await ask('GET', '/'))).toMatchObject({
      _links: { orders: { href: '/orders' } },
    });
    expect(bodyOf(await ask('GET', '/openapi.json'))).toMatchObject({ openapi: '3.1.0' });
  });

  it('is told 404 on an unknown path', async () => {
    expect(bodyOf(await ask('GET', '/nothing'))).toMatchObject({ type: '/problems/not-found' });
  });

  it('is told 405 and what is allowed on a known one', async () => {
    expect(await ask('DELETE', '/orders')).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST, GET', 'content-type': 'application/problem+json' },
    });
  });
});
