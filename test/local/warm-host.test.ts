/** Engines that follow each other on one host, compared with one that has everything to itself. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../local/engine.ts';
import { openWarmHost, type WarmHost } from '../../local/warm-host.ts';
import { assemblyDir } from '../support/assembly.ts';
import { Pipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let host: WarmHost;
beforeAll(async () => {
  host = await openWarmHost(assemblyDir);
});
afterAll(() => host.close());

async function begin(seed: number, on?: WarmHost): Promise<Pipeline> {
  const engine = await createEngine({
    ...{ assembly: assemblyDir, kernel: { seed }, ...(on && { host: on }) },
  });
  return new Pipeline(engine, [], {});
}

/** The identity of all that happens to an order, and to its stock before it. */
async function traceOf(seed: number, on?: WarmHost): Promise<string> {
  const pipeline = await begin(seed, on);
  await pipeline.supply({ mug: 10 });
  await pipeline.place(placing('first', { lines: { mug: 2 } }));
  await pipeline.settle();
  const digest = pipeline.kernel.log.digest();
  await pipeline.stop();
  return digest;
}

/** One that ends with its first order under way. */
async function breakOff(seed: number): Promise<void> {
  const pipeline = await begin(seed, host);
  await pipeline.supply({ mug: 10, cup: 10 });
  await pipeline.place(placing('broken-off', { lines: { mug: 2, cup: 1 } }));
  await pipeline.stop();
}

describe('a warm host', () => {
  it('runs an engine as it would run by itself: first, again, and after others broken off', async () => {
    const byItself = await traceOf(7);
    expect(await traceOf(7, host)).toBe(byItself);
    expect(await traceOf(7, host)).toBe(byItself);
    await breakOff(8);
    expect(await traceOf(7, host)).toBe(byItself);
    expect(await traceOf(9, host)).not.toBe(byItself);
  });

  it('starts a further engine without a word to the store', async () => {
    const asked: unknown[] = [];
    const note = (request: unknown) => void asked.push(request);
    subscribe('undici:request:create', note);
    const pipeline = await begin(1, host);
    expect(asked).toEqual([]);
    await pipeline.engine.drive(pipeline.engine.items('Stock'));
    expect(asked).toHaveLength(1);
    unsubscribe('undici:request:create', note);
    await pipeline.stop();
  });

  it('begins with the items that were kept, until it is told to begin with none', async () => {
    const first = await begin(1, host);
    await first.supply({ mug: 3 });
    await first.settle();
    await first.stop();
    host.keepItems();
    const second = await begin(2, host);
    expect(await second.available('mug')).toBe(3);
    await second.supply({ mug: 4 });
    await second.stop();
    const third = await begin(3, host);
    expect(await third.available('mug')).toBe(3);
    await third.stop();
    host.keepNothing();
    const last = await begin(4, host);
    expect(await last.engine.drive(last.engine.items('Stock'))).toEqual([]);
    await last.stop();
  });
});
