import { describe, expect, it } from 'vitest';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { PollerScale } from '../../../local/sqs/poller-scale.ts';
import { crash, done, poll } from './polled.ts';

const minute = 60_000;
const forLong = { takesMs: 60 * minute };
const bodies = (count: number) => Array.from({ length: count }, (_, i) => String(i));

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
describe('the concurrency of a queue mapping', () => {
  it('grows from five by at most 300 a minute while messages are left over', async () => {
    const { kernel, sendAll, load } = poll(() => done, { batchSize: 1 }, forLong);
    sendAll(...bodies(400));
    await kernel.advance(900);
    expect(load.now).toBe(5);
    await kernel.advance(minute);
    expect(load.now).toBeGreaterThan(280);
    expect(load.now).toBeLessThanOrEqual(305);
  });

  it('ends at 1250', async () => {
    const { kernel, sendAll, load } = poll(() => done, { batchSize: 1 }, forLong);
    sendAll(...bodies(1300));
    await kernel.advance(6 * minute);
    expect(load.most).toBe(1250);
  });

  it('grows to MaximumConcurrency and no further', async () => {
    const mapping = { batchSize: 1, maxConcurrency: 12 };
    const { kernel, sendAll, load } = poll(() => done, mapping, forLong);
    sendAll(...bodies(100));
    await kernel.advance(900);
    expect(load.now).toBe(5);
    await kernel.advance(minute);
    expect(load.now).toBe(12);
  });

  it('is back at five when the queue has been empty', async () => {
    const { kernel, sendAll, load } = poll(() => done, { batchSize: 1 }, { takesMs: 2000 });
    sendAll(...bodies(200));
    await kernel.advance(minute);
    expect(load.most).toBeGreaterThan(20);
    sendAll(...bodies(20));
    await kernel.advance(900);
    expect(load.now).toBe(5);
  });

  it('is in real time at once what the template allows, and without that stays at five', () => {
    const bound = new PollerScale({ mode: 'real', maxConcurrency: 20 });
    expect(bound.limit).toBe(20);
    const unbound = new PollerScale({ mode: 'real', maxConcurrency: undefined });
    unbound.grow(minute);
    expect(unbound.limit).toBe(5);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
describe('the backoff of a queue mapping', () => {
  const startsWithin = async (answer: InvokeOutcome, reportsBatchItemFailures: boolean) => {
    const changes = { batchSize: 1, maxConcurrency: 5, reportsBatchItemFailures };
    const { kernel, sendAll, load } = poll(() => answer, changes, { takesMs: 500 });
    sendAll(...bodies(300));
    await kernel.advance(450);
    expect(load.now).toBe(5);
    await kernel.advance(500);
    return load.now;
  };

  it('takes concurrency back from a function that fails, down to two', async () => {
    expect(await startsWithin(crash, false)).toBe(2);
  });

  it('spares a function that succeeds, and one that reports batch item failures', async () => {
    expect(await startsWithin(done, false)).toBe(5);
    expect(await startsWithin(crash, true)).toBe(5);
  });

  it('takes concurrency back from a function that is throttled', async () => {
    const throttled: InvokeOutcome = { kind: 'throttled' };
    const { kernel, sendAll, load } = poll(
      (_records, call) => (call <= 5 ? throttled : done),
      { batchSize: 1, maxConcurrency: 5 },
      { takesMs: 300 },
    );
    sendAll(...bodies(25));
    await kernel.advance(100);
    expect(load.now).toBe(5);
    await kernel.advance(800);
    expect(load.now).toBe(2);
  });

  it('ends when the function has recovered', async () => {
    const { kernel, sendAll, load } = poll(
      (_records, call) => (call <= 5 ? crash : done),
      { batchSize: 1, maxConcurrency: 5, reportsBatchItemFailures: false },
      { takesMs: 500 },
    );
    sendAll(...bodies(300));
    await kernel.advance(700);
    expect(load.now).toBe(2);
    await kernel.advance(3000);
    expect(load.now).toBe(5);
  });
});
