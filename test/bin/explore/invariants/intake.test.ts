import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../../bin/explore/invariants/invariant.ts';
import { oneOrder } from '../../../../bin/explore/invariants/v01-one-order.ts';
import { stableAnswer } from '../../../../bin/explore/invariants/v02-stable-answer.ts';
import { ackDurable } from '../../../../bin/explore/invariants/v03-ack-durable.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory } from './order-story.ts';

const placed = (invariant: Invariant) => {
  const world = new ToldWorld(invariant);
  return { world, order: new OrderStory(world).placed() };
};
const adjusting = (delta: number, key = 'k', sku = 'mug') => ({
  ...{ method: 'POST', path: `/products/${sku}/stock-adjustments`, as: 'operator' },
  ...{ headers: { 'Idempotency-Key': `"${key}"` }, body: { delta, reason: 'delivery' } },
});
const reused = { status: 422, json: { type: '/problems/idempotency-key-reused' } };
const unknownProduct = { status: 422, json: { type: '/problems/unknown-product', detail: 'tea' } };

describe('V1 one-order', () => {
  it('lets a customer have an order for each key, and a repeat its answer', () => {
    const { world, order } = placed(oneOrder);
    world.exchange(order.request(), order.accepted());
    const other = new OrderStory(world, { id: 'o2' });
    other.placed();
    expect(world.atRest()).toEqual([]);
  });

  it('finds a second order for a key that was sent twice', () => {
    const { world, order } = placed(oneOrder);
    const twin = new OrderStory(world, { id: 'o2' });
    world.ask(order.request());
    twin.happens('OrderPlaced', 'place-order');
    expect(world.found()).toEqual([
      'alice: expected one order and refusal for each of 1 keys, found 2',
      expect.stringContaining('alice: expected one order of [[["mug",1],["cup",2]]'),
    ]);
  });

  it('finds an order beside the refusal of another body under its key', () => {
    const { world, order } = placed(oneOrder);
    world.ask({ ...order.request(), body: { lines: [] } });
    world.write('Orders', 'r1', { id: 'r1', status: 'REFUSED', customer: 'alice' });
    expect(world.found()).toEqual([
      'alice: expected one order and refusal for each of 1 keys, found 2',
    ]);
  });

  it('finds two answers that name different orders for one key', () => {
    const { world, order } = placed(oneOrder);
    world.exchange(order.request(), { status: 202, json: { id: 'o9' } });
    expect(world.found()).toEqual(['key key-o1 of alice: expected order o1, got o9']);
  });

  it('finds an order that two keys were answered with', () => {
    const { world, order } = placed(oneOrder);
    world.exchange(order.request('other'), order.accepted());
    expect(world.found()).toEqual(['order o1: of key key-o1 of alice, and of other of alice']);
  });

  it.each([
    ['by another request', { writeId: 'w2' }],
    ['with another meaning', { fingerprint: 'f2' }],
  ])('finds an order that is placed again %s', (_, change) => {
    const { world, order } = placed(oneOrder);
    world.write('Orders', 'o1', order.row(['OrderPlaced'], change));
    expect(world.found()).toEqual([expect.stringContaining('order o1 was placed again')]);
  });

  it('finds an order that was deleted', () => {
    const { world } = placed(oneOrder);
    world.write('Orders', 'o1', undefined);
    expect(world.found()).toEqual(['order o1 was deleted, expected to stay for ever']);
  });
});

describe('V2 stable-answer', () => {
  it('lets repeats get the first answer, and another request the news that the key is used', () => {
    const { world, order } = placed(stableAnswer);
    const replayed = { 'idempotency-replayed': 'true' };
    const { headers } = order.accepted();
    world.exchange(order.request(), { ...order.accepted(), headers: { ...headers, ...replayed } });
    world.exchange({ ...order.request(), body: { lines: [] } }, reused);
    world.exchange({ ...order.request(), as: 'bob' }, unknownProduct);
    world.exchange({ ...order.request(), as: 'bob' }, { ...unknownProduct, headers: replayed });
    expect(world.atRest()).toEqual([]);
  });

  it.each([
    ['another body', { json: { id: 'o9', version: 1 } }],
    ['another place', { headers: { location: '/orders/o9', 'idempotency-replayed': 'true' } }],
    ['another tag', { headers: { etag: '"2"', 'idempotency-replayed': 'true' } }],
    ['another status', { status: 200 }],
  ])('finds a repeat that is answered with %s', (_, change) => {
    const { world, order } = placed(stableAnswer);
    const headers = { location: '/orders/o1', 'idempotency-replayed': 'true' };
    world.exchange(order.request(), { ...order.accepted(), headers, ...change });
    expect(world.found()).toEqual([expect.stringContaining('order key-o1 of alice: was told')]);
  });

  it('finds a refusal for good that becomes an order', () => {
    const world = new ToldWorld(stableAnswer);
    const order = new OrderStory(world);
    world.exchange(order.request(), unknownProduct);
    world.exchange(order.request(), order.accepted());
    expect(world.found()).toContainEqual(
      expect.stringContaining('order key-o1 of alice: was told'),
    );
  });

  it('finds another request that gets the first one’s answer', () => {
    const { world, order } = placed(stableAnswer);
    const headers = { 'idempotency-replayed': 'true', location: '/orders/o1' };
    const body = { lines: [] };
    world.exchange({ ...order.request(), body }, { ...order.accepted(), headers });
    expect(world.found()).toEqual([
      expect.stringContaining('order key-o1 of alice: got an answer, but the key is that of'),
    ]);
  });

  it('finds a request that is refused as another one than itself', () => {
    const { world, order } = placed(stableAnswer);
    world.ask({ ...order.request(), body: { lines: [] } });
    world.exchange(order.request(), reused);
    expect(world.found()).toEqual([expect.stringContaining('refused as used for another request')]);
  });

  it('finds a request that is refused for another one which nobody has sent', () => {
    const world = new ToldWorld(stableAnswer);
    world.exchange(new OrderStory(world).request(), reused);
    expect(world.found()).toEqual([expect.stringContaining('refused as used for another request')]);
  });

  it('finds two answers that both claim to be the first', () => {
    const { world, order } = placed(stableAnswer);
    world.exchange(order.request(), order.accepted());
    expect(world.found()).toEqual(['order key-o1 of alice: two answers claim to be the first']);
  });

  it('finds an only attempt that is answered as a repeat', () => {
    const world = new ToldWorld(stableAnswer);
    const order = new OrderStory(world);
    const headers = { 'idempotency-replayed': 'true' };
    const event = {
      headers: { 'idempotency-key': 'key-o1' },
      requestContext: { authorizer: { jwt: { claims: { sub: 'alice' } } } },
    };
    world.deliver({ entry: 'place-order', source: 'apigateway:Api', event, outcome: 'throttled' });
    world.deliver({ entry: 'place-order', source: 'apigateway:Api', event });
    world.exchange(order.request(), { ...order.accepted(), headers });
    expect(world.atRest()).toEqual(['key-o1 of alice: the only attempt was answered as a repeat']);
    world.deliver({ entry: 'place-order', source: 'apigateway:Api', event });
    expect(world.atRest()).toEqual([]);
  });

  it('finds a request that is told to wait for a twin which there is not', () => {
    const inProgress = { status: 409, json: { type: '/problems/request-in-progress' } };
    const alone = new ToldWorld(stableAnswer);
    alone.exchange(adjusting(5), inProgress);
    expect(alone.found()).toEqual([
      'adjustment k of operator: told to wait for a twin that it has not',
    ]);
    const doubled = new ToldWorld(stableAnswer);
    doubled.faults.push({ site: 'client/POST@1', kind: 'D', atMs: 0 });
    doubled.exchange(adjusting(5), inProgress);
    const twins = new ToldWorld(stableAnswer);
    twins.ask(adjusting(5));
    twins.exchange(adjusting(5), inProgress);
    expect([...doubled.found(), ...twins.found()]).toEqual([]);
  });

  it('holds for stock adjustments too, whose twins may both be first', () => {
    const world = new ToldWorld(stableAnswer);
    const stock = { status: 200, json: { stock: { available: 5 } } };
    world.exchange(adjusting(5), stock);
    world.exchange(adjusting(5), stock);
    world.exchange(adjusting(6), reused);
    world.exchange(adjusting(-9, 'l'), { status: 409, json: { type: '/problems/x' } });
    world.exchange(adjusting(-9, 'l'), stock);
    expect(world.atRest()).toEqual([]);
    world.exchange(adjusting(5), { status: 200, json: { stock: { available: 10 } } });
    expect(world.found()).toEqual([expect.stringContaining('adjustment k of operator: was told')]);
  });
});

describe('V2 stable-answer, of a refused adjustment,', () => {
  const refusal = { status: 409, json: { type: '/problems/insufficient-stock' } };
  const made = { id: 'adjustment#1', sku: 'mug', delta: -9, reason: 'delivery' };

  it('finds that it had been made before it was asked for', () => {
    const world = new ToldWorld(stableAnswer);
    world.ask(adjusting(-9));
    world.write('Stock', made.id, made);
    world.nowMs += 1000;
    world.exchange(adjusting(-9), refusal);
    expect(world.found()).toEqual([
      'adjustment k of operator: refused (insufficient-stock), expected the answer of what was made',
    ]);
  });

  it.each([
    ['was made meanwhile, by a twin', made, [adjusting(-9)], 0],
    ['was made under another key', made, [adjusting(-9), adjusting(-9, 'l')], 1000],
    ['is another one than was made', { ...made, delta: -8 }, [adjusting(-9)], 1000],
    ['is of another product', { ...made, sku: 'cup' }, [adjusting(-9)], 1000],
  ])('lets it be when it %s', (_, row, asked, laterMs) => {
    const world = new ToldWorld(stableAnswer);
    for (const request of asked) world.ask(request);
    world.write('Stock', row.id, row);
    world.nowMs += laterMs;
    world.exchange(adjusting(-9), refusal);
    expect(world.found()).toEqual([]);
  });
});

describe('V3 ack-durable', () => {
  it('finds an accepted order that is not stored', () => {
    const world = new ToldWorld(ackDurable);
    const order = new OrderStory(world);
    world.exchange(order.request(), order.accepted());
    expect(world.atRest()).toEqual(['order o1 was accepted with 202, and is not stored']);
  });

  it('finds an order whose key nobody has sent', () => {
    const world = new ToldWorld(ackDurable);
    const order = new OrderStory(world).happens('OrderPlaced', 'place-order');
    world.ask({ ...order.request(), as: 'bob' });
    world.ask({ ...order.request(), headers: {} });
    expect(world.atRest()).toEqual([
      expect.stringContaining('order o1 (PENDING, version 1): no client has sent its key'),
    ]);
  });

  it('takes a request without an answer for the asking', () => {
    const world = new ToldWorld(ackDurable);
    const order = new OrderStory(world);
    const asked = order.request();
    world.ask({ ...asked, body: JSON.stringify(asked.body) });
    order.happens('OrderPlaced', 'place-order');
    expect(world.atRest()).toEqual([]);
  });

  it('finds an accepted cancellation of an order that is not cancelled', () => {
    const { world, order } = placed(ackDurable);
    const path = '/orders/o1/cancellation';
    world.exchange({ method: 'POST', path }, { status: 202, json: { id: 'o1', version: 2 } });
    expect(world.atRest()).toEqual(['order o1: its cancelling was accepted, but it is PENDING']);
    order.happens('OrderCancelled', 'cancel-order');
    expect(world.atRest()).toEqual([]);
  });

  it('finds an answered adjustment that is not stored', () => {
    const world = new ToldWorld(ackDurable);
    world.exchange(adjusting(5), { status: 200, json: { stock: { available: 5 } } });
    const lost = 'adjustment of mug by 5 (delivery): answered to k of operator, stored 0 times';
    expect(world.atRest()).toEqual([lost]);
    const adjustment = { id: 'adjustment#1', sku: 'mug', delta: 5 };
    world.write('Stock', 'adjustment#1', { ...adjustment, reason: 'another' });
    expect(world.atRest()).toHaveLength(1);
    world.write('Stock', 'adjustment#1', { ...adjustment, reason: 'delivery' });
    expect(world.atRest()).toEqual([]);
  });

  it('finds that of two equal adjustments one is not stored, however often each was answered', () => {
    const world = new ToldWorld(ackDurable);
    const answer = { status: 200, json: {} };
    for (const key of ['a', 'a', 'b']) world.exchange(adjusting(5, key), answer);
    world.exchange(adjusting(5, 'c'), { status: 422 });
    const row = { sku: 'mug', delta: 5, reason: 'delivery' };
    world.write('Stock', 'adjustment#1', { id: 'adjustment#1', ...row });
    expect(world.atRest()).toEqual([
      'adjustment of mug by 5 (delivery): answered to a of operator, b of operator, stored 1 times',
    ]);
    world.write('Stock', 'adjustment#2', { id: 'adjustment#2', ...row });
    expect(world.atRest()).toEqual([]);
  });
});
