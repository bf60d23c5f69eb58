import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionLost } from '../../local/gateway/gateway.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 50 } });
});
afterAll(() => pipeline.stop());

const idIn = (text: string): unknown => (JSON.parse(text) as { id: unknown }).id;

/** The intake's one write. */
const isIntake = (entry: string, action: string) => entry === 'place-order' && action === 'PutItem';

describe('an idempotency key', () => {
  it('makes one order of three requests at once, and answers them with the same bytes', async () => {
    const request = placing('at-once', { lines: { mug: 2 } });
    const answers = await pipeline.askAll([request, request, request]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    const marked = answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true');
    expect(marked).toHaveLength(2);
    expect((await pipeline.orders()).length).toBe(1);
  });

  it('gets the same bytes back after the order has moved on', async () => {
    const first = await pipeline.ask(placing('later'));
    await pipeline.quiet();
    expect(await pipeline.read(String(idIn(first.text)))).toMatchObject({ status: 'CONFIRMED' });
    const again = await pipeline.ask(placing('later'));
    expect(again).toMatchObject({ status: 202, text: first.text });
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers.location,
      etag: '"1"',
    });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
  });

  it('is refused for another body, whose order is not placed', async () => {
    await pipeline.ask(placing('one-body'));
    const before = (await pipeline.orders()).length;
    const answer = await pipeline.ask(placing('one-body', { lines: { mug: 3 } }));
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ type: '/problems/idempotency-key-reused' });
    expect((await pipeline.orders()).length).toBe(before);
  });

  it('belongs to one customer: the same key of two makes two orders', async () => {
    const answers = await pipeline.askAll([
      placing('shared', { as: 'alice' }),
      placing('shared', { as: 'bob' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(idIn(answers[0]?.text ?? '')).not.toBe(idIn(answers[1]?.text ?? ''));
    expect(answers[1]?.headers['idempotency-replayed']).toBeUndefined();
  });

  it('keeps its refusal, also when what it asked for is sold by then', async () => {
    const request = placing('too-early', { lines: { teapot: 1 } });
    const first = await pipeline.ask(request);
    expect(first.status).toBe(422);
    expect(first.json).toMatchObject({ type: '/problems/unknown-product' });
    await pipeline.supply({ teapot: 5 });
    const again = await pipeline.ask(request);
    expect(again).toMatchObject({ status: 422, text: first.text });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await pipeline.ask(placing('in-time', { lines: { teapot: 1 } }))).status).toBe(202);
  });

  it('is not used up by a request that is no order', async () => {
    const bad = { ...placing('clumsy'), body: { lines: [] } };
    expect((await pipeline.ask(bad)).status).toBe(400);
    const good = await pipeline.ask(placing('clumsy'));
    expect(good.status).toBe(202);
    expect(good.headers['idempotency-replayed']).toBeUndefined();
  });

  it('recognises its own write when the answer to it was lost', async () => {
    // The intake's write lands, and its answer is lost once.
    let tries = 0;
    const end = pipeline.disturb(async (call, next) => {
      if (!isIntake(pipeline.entryOf(call), call.action) || ++tries > 1) return next();
      await next();
      throw new ConnectionLost();
    });
    const answer = await pipeline.ask(placing('own-write'));
    end();
    expect(tries).toBe(2);
    expect(answer.status).toBe(202);
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
  });

  it('answers 503 when the outcome is unknown, and the order to who repeats it', async () => {
    // The intake's write lands, and no answer of any try comes back.
    const end = pipeline.disturb(async (call, next) => {
      const answer = await next().catch(() => ({}));
      if (!isIntake(pipeline.entryOf(call), call.action)) return answer;
      throw new ConnectionLost();
    });
    const unknown = await pipeline.ask(placing('unknown'));
    end();
    expect(unknown.status).toBe(503);
    expect(unknown.headers['retry-after']).toBe('1');
    const answer = await pipeline.ask(placing('unknown'));
    expect(answer.status).toBe(202);
    expect(answer.headers['idempotency-replayed']).toBe('true');
  });

  it('answers 503 when nothing was written, and places the order for who repeats it', async () => {
    // The intake's write never arrives.
    const end = pipeline.disturb((call, next) => {
      if (isIntake(pipeline.entryOf(call), call.action)) throw new ConnectionLost();
      return next();
    });
    expect((await pipeline.ask(placing('nothing'))).status).toBe(503);
    end();
    const answer = await pipeline.ask(placing('nothing'));
    expect(answer.status).toBe(202);
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
  });
});

describe('a stock adjustment', () => {
  const adjusting = (key: string, delta: number) => ({
    ...{ method: 'POST', path: '/products/mug/stock-adjustments', as: 'operator' },
    headers: { 'idempotency-key': key },
    body: { delta, reason: 'count' },
  });

  it('moves the stock once, asked for twice at once, later, and with its answer lost', async () => {
    // The transaction lands, and its answer is lost for all tries of the first invocation.
    await pipeline.quiet();
    let isLosing = true;
    const end = pipeline.disturb(async (call, next) => {
      const answer = await next();
      if (!isLosing || call.action !== 'TransactWriteItems') return answer;
      if (pipeline.entryOf(call) !== 'adjust-stock') return answer;
      throw new ConnectionLost();
    });
    const before = Number(await pipeline.available('mug'));
    expect((await pipeline.ask(adjusting('more', 7))).status).toBe(503);
    isLosing = false;
    end();
    const answers = await pipeline.askAll([adjusting('more', 7), adjusting('more', 7)]);
    const later = await pipeline.ask(adjusting('more', 7));
    for (const { status } of [...answers, later]) expect([200, 409]).toContain(status);
    expect(later.json).toEqual({ stock: { available: before + 7 } });
    expect(await pipeline.available('mug')).toBe(before + 7);
    expect((await pipeline.ask(adjusting('less', -7))).status).toBe(200);
  });

  it('never takes more than there is', async () => {
    const answer = await pipeline.ask(adjusting('too-much', -1000));
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ type: '/problems/insufficient-stock' });
  });
});

it('leaves everything as it should be in the end', async () => {
  await pipeline.settle(1);
  expect(await pipeline.problems()).toEqual([]);
});
