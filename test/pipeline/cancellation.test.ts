import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 100 } });
});
afterAll(() => pipeline.stop());

describe('a cancellation', () => {
  it('of an order whose saga has not begun keeps it from ever having an effect', async () => {
    const starter = pipeline.mapping('start-saga');
    starter.pause();
    const id = await pipeline.place(placing('early'));
    const answer = await pipeline.ask(cancelling(id));
    starter.resume();
    expect(answer.status).toBe(202);
    expect(answer.headers.etag).toBe('"2"');
    expect(answer.json).toMatchObject({ id, status: 'CANCELLED', version: 2 });
    await pipeline.quiet();
    expect(await pipeline.read(id)).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(await pipeline.sandbox('payment', id)).toEqual([]);
    expect(await pipeline.sandbox('shipment', id)).toEqual([]);
    expect(await pipeline.sandbox('email', id)).toEqual([
      expect.objectContaining({ template: 'order-cancelled' }),
    ]);
  });

  it('in the middle of the saga has undone what the steps before it did', async () => {
    const id = await pipeline.place(placing('middle'));
    let isBooked = false;
    const end = pipeline.disturb(async (call, next) => {
      const answer = await next();
      isBooked ||= pipeline.entryOf(call) === 'book-shipment' && call.action === 'PutItem';
      return answer;
    });
    expect(await pipeline.kernel.until(() => isBooked, 600_000)).toBe(true);
    end();
    expect((await pipeline.ask(cancelling(id))).status).toBe(202);
    await pipeline.quiet();
    expect(await pipeline.order(id)).toMatchObject({ status: 'CANCELLED', payment: 'VOIDED' });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250, captured: 0 }),
    ]);
  });

  it('gets the same answer again, also after everything was undone', async () => {
    const id = await pipeline.place(placing('again'));
    const [first, second] = await pipeline.askAll([cancelling(id), cancelling(id)]);
    expect(first?.status).toBe(202);
    expect(second).toMatchObject({ status: 202, text: first?.text });
    await pipeline.quiet();
    expect(await pipeline.ask(cancelling(id))).toMatchObject({ status: 202, text: first?.text });
    expect(await pipeline.sandbox('email', id)).toHaveLength(1);
  });

  it('needs to say which version it means', async () => {
    const id = await pipeline.place(placing('which'));
    expect((await pipeline.ask({ ...cancelling(id), headers: {} })).status).toBe(428);
    expect((await pipeline.ask(cancelling(id, 7))).status).toBe(412);
    await pipeline.quiet();
    expect((await pipeline.ask(cancelling(id, 1))).status).toBe(412);
    expect((await pipeline.ask(cancelling(id, 3))).status).toBe(409);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED' });
  });

  it('finds no order of somebody else, and none that does not exist', async () => {
    const id = await pipeline.place(placing('mine'));
    const [foreign, missing] = await pipeline.askAll([
      cancelling(id, 1, 'mallory'),
      cancelling('x'.repeat(43)),
    ]);
    expect(foreign?.status).toBe(404);
    expect(missing).toMatchObject({ status: 404, text: foreign?.text });
  });

  it('and the confirmation have exactly one winner, at whatever moment they meet', async () => {
    const moments = Array.from({ length: 20 }, (_, index) => 250 + 220 * index);
    const started = await pipeline.askAll(moments.map((_, index) => placing(`race-${index}`)));
    const ids = started.map(({ json }) => (json as { id: string }).id);
    const beganMs = pipeline.kernel.now();
    const answers = new Map<string, number>();
    for (const [index, id] of ids.entries()) {
      await pipeline.kernel.advance(beganMs + (moments[index] ?? 0) - pipeline.kernel.now());
      answers.set(id, (await pipeline.ask(cancelling(id))).status);
    }
    await pipeline.quiet();
    const outcomes = await Promise.all(
      (await pipeline.orders())
        .filter(({ id }) => answers.has(id))
        .map(({ id, status }) => `${answers.get(id)} ${status}`),
    );
    expect(new Set(outcomes)).toEqual(new Set(['202 CANCELLED', '412 CONFIRMED']));
  });
});

it('leaves everything as it should be in the end', async () => {
  await pipeline.settle(1);
  expect(await pipeline.problems()).toEqual([]);
});
