import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../local/gateway/gateway.ts';
import { ConnectionLost } from '../../local/gateway/gateway.ts';
import { sleep } from '../../local/kernel/kernel.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const forward = ['reserve-stock', 'authorize-payment', 'book-shipment', 'confirm-order'];
const undo = ['reject-order', 'cancel-shipment', 'void-payment', 'release-stock'];
const never = new Promise<never>(() => undefined);

/** Events of an order's executions by type. */
async function countOf(orderId: string, type: string): Promise<number> {
  const executions = await pipeline.engine.executions();
  const own = executions.filter(({ name }) => name.startsWith(orderId));
  const histories = own.map(({ executionArn }) => pipeline.engine.history(executionArn));
  return (await Promise.all(histories)).flat().filter((event) => event.type === type).length;
}

/** The first invocation of each entry meets `fault`; answers the way to end it. */
function once(entries: readonly string[], fault: Parameters<Pipeline['disturbInvocations']>[0]) {
  const left = new Set(entries);
  return pipeline.disturbInvocations((entry, next) =>
    left.delete(entry) ? fault(entry, next) : next(),
  );
}

const isPut = (call: Call, table: string) =>
  call.action === 'PutItem' && String(call.input.TableName).includes(table);

describe('a step whose answer never comes', () => {
  it('is tried again, and does nothing twice, on the way forward', async () => {
    // Each step runs to its end, and its answer is lost for good: the task times out.
    const end = once(forward, async (_, next) => {
      await next();
      return never;
    });
    const id = await pipeline.place(placing('forward'));
    await pipeline.quiet();
    end();
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    expect(await countOf(id, 'TaskTimedOut')).toBe(forward.length);
  });

  it('is tried again, and undoes nothing twice, on the way back', async () => {
    // The abort decision and each compensation run to their end, and their answers are lost for good.
    const end = once(undo, async (_, next) => {
      await next();
      return never;
    });
    const before = await pipeline.available('mug');
    const id = await pipeline.place(placing('back', { postalCode: '00000' }));
    await pipeline.quiet();
    end();
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', payment: 'VOIDED' });
    expect(await countOf(id, 'TaskTimedOut')).toBe(undo.length);
    expect(await pipeline.available('mug')).toBe(before);
  });

  it('ends in UNAVAILABLE and an undone order when no try is ever answered', async () => {
    // Every booking takes place, and no answer to one comes back.
    const end = pipeline.disturbInvocations(async (entry, next) => {
      if (entry !== 'book-shipment') return next();
      await next();
      return never;
    });
    const id = await pipeline.place(placing('silence'));
    await pipeline.quiet();
    end();
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', reason: 'UNAVAILABLE' });
    expect(await pipeline.sandbox('shipment', id)).toEqual([
      expect.objectContaining({ status: 'CANCELLED' }),
    ]);
  });
});

describe('a function that times out', () => {
  it('goes on as a zombie, which changes nothing any more', async () => {
    // The first invocation is so slow that Lambda gives it up; its code runs on beside the next one.
    const outcomes: string[] = [];
    let isSlow = true;
    const tries = new Map<string, number>();
    const endCalls = pipeline.disturb(async (call, next) => {
      if (!isSlow || pipeline.entryOf(call) !== 'authorize-payment') return next();
      if (isPut(call, 'Sandbox')) {
        await sleep(pipeline.kernel, 2400, 'a slow provider');
        return next();
      }
      const what = `${call.action} ${JSON.stringify(call.input)}`;
      tries.set(what, (tries.get(what) ?? 0) + 1);
      await sleep(pipeline.kernel, 950, 'a slow table');
      if ((tries.get(what) ?? 0) < 3) throw new ConnectionLost();
      return next();
    });
    const endInvocations = pipeline.disturbInvocations(async (entry, next) => {
      const outcome = await next();
      if (entry !== 'authorize-payment') return outcome;
      isSlow = false;
      outcomes.push(outcome.kind === 'error' ? outcome.errorType : outcome.kind);
      return outcome;
    });
    const id = await pipeline.place(placing('zombie'));
    await pipeline.quiet();
    endCalls();
    endInvocations();
    expect(outcomes).toEqual(['Sandbox.Timedout', 'ok']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    expect(await pipeline.sandbox('payment', id)).toHaveLength(1);
  });
});

describe('a request that arrives after its order was undone', () => {
  const minutesLate = 5 * 60_000;

  /** Requests of `entry` to `table` take effect so late that nobody waits for them any more. */
  const delayed = (entry: string, isIt: (call: Call) => boolean, delayMs: number) =>
    pipeline.disturb(async (call, next) => {
      if (pipeline.entryOf(call) === entry && isIt(call))
        await sleep(pipeline.kernel, delayMs, 'on a slow way');
      return next();
    });

  it('reserves no stock', async () => {
    // All reservations arrive five minutes late.
    const end = delayed('reserve-stock', ({ action }) => action.startsWith('Trans'), minutesLate);
    const before = await pipeline.available('mug');
    const id = await pipeline.place(placing('late-stock'));
    await pipeline.quiet();
    end();
    await pipeline.kernel.advance(2 * minutesLate);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', reason: 'UNAVAILABLE' });
    expect(await pipeline.available('mug')).toBe(before);
  });

  it('holds no money', async () => {
    // All authorisations arrive at the provider five minutes late.
    const end = delayed('authorize-payment', (call) => isPut(call, 'Sandbox'), minutesLate);
    const id = await pipeline.place(placing('late-money'));
    await pipeline.quiet();
    end();
    await pipeline.kernel.advance(2 * minutesLate);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', reason: 'UNAVAILABLE' });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250 }),
    ]);
  });

  it('books no second parcel, as long as the carrier is no slower than we assume', async () => {
    // The first booking arrives twelve seconds late, when its caller has long given up.
    let isFirst = true;
    const end = pipeline.disturb(async (call, next) => {
      if (pipeline.entryOf(call) === 'book-shipment' && isPut(call, 'Sandbox') && isFirst) {
        isFirst = false;
        await sleep(pipeline.kernel, 12_000, 'on a slow way');
      }
      return next();
    });
    const id = await pipeline.place(placing('late-parcel'));
    await pipeline.quiet();
    end();
    expect(isFirst).toBe(false);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED' });
    expect(await pipeline.sandbox('shipment', id)).toHaveLength(1);
  });
});

it('leaves everything as it should be in the end', async () => {
  await pipeline.settle(1);
  expect(await pipeline.problems()).toEqual([]);
});
