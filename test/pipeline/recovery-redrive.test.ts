/** An operator's redrive of an execution that did not end well: safe at every step, whoever else was there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing, type Wish } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  // Every end of an execution is told: what happens without is the deadline watch's business.
  pipeline = await startPipeline({
    // Under it no repeated message starts an order's saga again before an operator does.
    seed: 4,
    stock: { mug: 1000 },
    chaos: { repeat: 0.2, overtakeMs: 2000, drop: 0 },
  });
});
afterAll(() => pipeline.stop());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const never = new Promise<never>(() => undefined);

const forward = ['reserve-stock', 'authorize-payment', 'book-shipment', 'confirm-order'];
const undo = ['reject-order', 'cancel-shipment', 'void-payment', 'release-stock'];

/** Places an order and stops its execution in the state of `entry`, which has taken effect unheard. */
async function placeAndStopIn(entry: string, key: string, wish: Wish = {}): Promise<string> {
  let hasTakenEffect = false;
  const end = pipeline.disturbInvocations(async (invoked, next) => {
    if (invoked !== entry || hasTakenEffect) return next();
    await next();
    hasTakenEffect = true;
    return never;
  });
  const id = await pipeline.place(placing(key, wish));
  expect(await pipeline.kernel.until(() => hasTakenEffect, 10 * minuteMs)).toBe(true);
  end();
  await pipeline.stopExecution(id);
  return id;
}

async function redrive(name: string): Promise<void> {
  const executions = await pipeline.engine.executions();
  const { executionArn } = executions.find((execution) => execution.name === name) ?? {};
  await pipeline.call('states', 'RedriveExecution', { executionArn });
}

/** While it lasts, the end of an execution is told to nobody. */
function loseStatusEvents(): () => void {
  const mapping = pipeline.mapping('recover-saga');
  mapping.pause();
  return () => {
    pipeline.engine.sqs.queue(pipeline.queue('recover-saga').arn).purge();
    mapping.resume();
  };
}

/** Statuses of an order's executions, oldest first. */
async function executionsOf(orderId: string): Promise<string[]> {
  const executions = await pipeline.engine.executions();
  return executions.filter(({ name }) => name.startsWith(orderId)).map(({ status }) => status);
}

describe('a redriven execution', () => {
  it.each(forward)('confirms the order when it was stopped in %s', async (entry) => {
    // The step takes effect, its answer is lost, and an operator stops the execution; nobody is told.
    const endLosing = loseStatusEvents();
    const id = await placeAndStopIn(entry, `forward-${entry}`);
    await redrive(id);
    await pipeline.kernel.advance(5 * minuteMs);
    endLosing();
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
  });

  it.each(undo)('undoes the order when it was stopped in %s', async (entry) => {
    // The step takes effect, its answer is lost, and an operator stops the execution; nobody is told.
    const endLosing = loseStatusEvents();
    const id = await placeAndStopIn(entry, `back-${entry}`, { postalCode: '00000' });
    await redrive(id);
    await pipeline.kernel.advance(5 * minuteMs);
    endLosing();
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED', payment: 'VOIDED' });
  });

  it.each([...forward, ...undo])(
    'agrees with the recovery that runs beside it from %s',
    async (entry) => {
      // The execution is stopped, recovery begins another one, and an operator redrives the first.
      const wish = undo.includes(entry) ? { postalCode: '00000' } : {};
      const id = await placeAndStopIn(entry, `both-${entry}`, wish);
      await redrive(id);
      await pipeline.settle(1);
      const status = undo.includes(entry) ? 'REJECTED' : 'CONFIRMED';
      expect(await pipeline.order(id)).toMatchObject({ status });
      expect(new Set(await executionsOf(id))).toEqual(new Set(['SUCCEEDED']));
    },
  );

  it('has no effect on an order that was undone meanwhile, thirteen days ago', async () => {
    // The execution is stopped with the money held, the deadline's watch undoes the order.
    const endLosing = loseStatusEvents();
    const id = await placeAndStopIn('authorize-payment', 'late');
    await pipeline.kernel.advance(5 * minuteMs);
    endLosing();
    await pipeline.settle(1);
    const undone = { status: 'REJECTED', reason: 'DEADLINE_EXCEEDED', payment: 'VOIDED' };
    expect(await pipeline.order(id)).toMatchObject(undone);
    await pipeline.kernel.advance(13 * dayMs);
    await redrive(id);
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject(undone);
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250, captured: 0 }),
    ]);
  });

  it('has no second effect on an order that a recovery confirmed, thirteen days ago', async () => {
    // The execution is stopped with the money held; recovery confirms the order.
    const id = await placeAndStopIn('authorize-payment', 'confirmed-late');
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['ABORTED', 'SUCCEEDED']);
    await pipeline.kernel.advance(13 * dayMs);
    await redrive(id);
    await pipeline.settle(1);
    expect(await executionsOf(id)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, captured: 1250, voided: 0 }),
    ]);
  });

  it('finishes an order that no recovery could, once the cause is gone', async () => {
    // The abort decision fails for good, whoever makes it, until all recoveries are used up.
    const heal = pipeline.disturb((call, next) => {
      if (pipeline.entryOf(call) !== 'reject-order' || call.action !== 'UpdateItem') return next();
      throw new AwsError('ValidationException', 'provoked');
    });
    const id = await pipeline.place(placing('hopeless', { method: 'pm_card_chargeDeclined' }));
    await pipeline.settle(6);
    expect(await executionsOf(id)).toEqual(Array.from({ length: 6 }, () => 'FAILED'));
    heal();
    await redrive(id);
    await pipeline.settle(1);
    expect((await executionsOf(id))[0]).toBe('SUCCEEDED');
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED' });
  });
});

it('leaves everything else as it should be in the end', async () => {
  expect(await pipeline.problems(/^parked: order:/, /^execution \S+ is FAILED/)).toEqual([]);
});
