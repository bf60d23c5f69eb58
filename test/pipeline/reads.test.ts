import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

type Page = {
  readonly orders: readonly { readonly id: string; readonly placedAt: string }[];
  readonly _links: { readonly next?: { readonly href: string } };
};

describe('an order read by its id', () => {
  it('is there from the moment of the 202, as the 202 said, however late the view is', async () => {
    const projector = pipeline.mapping('project-order');
    projector.pause();
    const accepted = await pipeline.ask(placing('at-once'));
    const { id } = accepted.json as { id: string };
    expect(await pipeline.ask({ path: `/orders/${id}` })).toMatchObject({ status: 200 });
    await pipeline.kernel.advance(60_000);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED' });
    const late = await pipeline.ask({ path: `/orders/${id}` });
    expect(late).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(late.json).toMatchObject({ id, status: 'PENDING', version: 1 });
    projector.resume();
    await pipeline.quiet();
    expect(await pipeline.read(id)).toMatchObject({ status: 'CONFIRMED', version: 3 });
  });

  it('never goes back to an older version', async () => {
    const id = await pipeline.place(placing('monotone'));
    const versions: number[] = [];
    while (versions.at(-1) !== 3) {
      versions.push(Number((await pipeline.read(id)).version));
      await pipeline.kernel.advance(50);
    }
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions[0]).toBe(1);
  });

  it('is waited for, and comes as soon as it has a newer version', async () => {
    const id = await pipeline.place(placing('wait'));
    const beganMs = pipeline.kernel.now();
    const answer = await pipeline.ask({
      path: `/orders/${id}`,
      headers: { prefer: 'wait=10', 'if-none-match': '"1"' },
    });
    expect(answer.status).toBe(200);
    expect((answer.json as { version: number }).version).toBeGreaterThan(1);
    expect(answer.headers['preference-applied']).toBe('wait=10');
    expect(pipeline.kernel.now() - beganMs).toBeLessThan(10_000);
  });

  it('is waited for no longer than was asked', async () => {
    const starter = pipeline.mapping('start-saga');
    starter.pause();
    const id = await pipeline.place(placing('no-news'));
    const beganMs = pipeline.kernel.now();
    const answer = await pipeline.ask({ path: `/orders/${id}`, headers: { prefer: 'wait=2' } });
    const tookMs = pipeline.kernel.now() - beganMs;
    starter.resume();
    expect((answer.json as { version: number }).version).toBe(1);
    expect(tookMs).toBeGreaterThanOrEqual(2000);
    expect(tookMs).toBeLessThan(3000);
  });

  it('is not sent again to who has it', async () => {
    const id = await pipeline.place(placing('known'));
    await pipeline.quiet();
    const { headers } = await pipeline.ask({ path: `/orders/${id}` });
    const again = await pipeline.ask({
      path: `/orders/${id}`,
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it('does not exist for another customer', async () => {
    const id = await pipeline.place(placing('mine'));
    const [foreign, missing] = await pipeline.askAll([
      { path: `/orders/${id}`, as: 'mallory' },
      { path: `/orders/${'x'.repeat(43)}`, as: 'mallory' },
    ]);
    expect(foreign).toMatchObject({ status: 404, text: missing?.text });
    await pipeline.quiet();
    expect((await pipeline.ask({ path: `/orders/${id}`, as: 'mallory' })).text).toBe(foreign?.text);
  });
});

describe('the list of orders', () => {
  it('has each of the own orders once, newest first, page by page', async () => {
    const placed: string[] = [];
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      placed.push(await pipeline.place(placing(key, { as: 'carol' })));
    await pipeline.quiet();
    const seen: string[] = [];
    let path: string | undefined = '/orders?limit=2';
    for (let pages = 0; path !== undefined; pages++) {
      expect(pages).toBeLessThan(4);
      const page = (await pipeline.ask({ path, as: 'carol' })).json as Page;
      expect(page.orders.length).toBeLessThanOrEqual(2);
      seen.push(...page.orders.map(({ id }) => id));
      path = page._links.next?.href;
    }
    expect(seen).toEqual(placed.reverse());
  });

  it('can be of one status', async () => {
    await pipeline.place(placing('declined', { as: 'carol', method: 'pm_card_chargeDeclined' }));
    await pipeline.quiet();
    const { orders } = (await pipeline.ask({ path: '/orders?status=REJECTED', as: 'carol' }))
      .json as Page;
    expect(orders).toHaveLength(1);
  });
});

describe('what nobody serves', () => {
  it('is told as a problem: 404 for a path, 405 with Allow for a method', async () => {
    const [path, method, put] = await pipeline.askAll([
      { path: '/nothing/here' },
      { path: '/orders', method: 'DELETE' },
      { path: '/products/mug', method: 'PATCH' },
    ]);
    expect(path).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(path?.json).toMatchObject({ type: '/problems/not-found', status: 404 });
    expect(method).toMatchObject({ status: 405, headers: { allow: 'POST, GET' } });
    expect(put).toMatchObject({ status: 405, headers: { allow: 'GET, PUT' } });
  });

  it('is refused without a token, and without the scope, before any code of ours runs', async () => {
    const orders = { path: '/orders', method: 'POST', body: {} };
    const [nobody, customer] = await pipeline.askAll([
      { ...orders, headers: { authorization: 'Bearer nonsense' } },
      { path: '/sales?day=2026-01-01' },
    ]);
    expect(nobody?.status).toBe(401);
    expect(customer?.status).toBe(403);
  });
});

it('leaves everything as it should be in the end', async () => {
  await pipeline.settle(1);
  expect(await pipeline.problems()).toEqual([]);
});
