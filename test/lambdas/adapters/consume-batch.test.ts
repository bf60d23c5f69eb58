import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consumeBatch } from '../../../lambdas/adapters/consume-batch.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';

const recordBudgetMs = 5_000;
const batch = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      eventSourceARN: 'arn:queue',
      body,
    })),
  }) as SQSEvent;

/** An invocation in which `body` says what becomes of a record, and each takes two seconds. */
function consumer(remainingMs = 60_000) {
  const parking = createFakeParkingLot();
  const handled: string[] = [];
  let leftMs = remainingMs;
  const context = { getRemainingTimeInMillis: () => leftMs };
  const consume = (event: SQSEvent) =>
    consumeBatch(
      event,
      context,
      { parking, clock: createFakeClock(), recordBudgetMs },
      async ({ body }) => {
        handled.push(body);
        leftMs -= 2_000;
        if (body === 'throttled') throw new TransientFault('throttled');
        if (body === 'poison') throw new PermanentFault('no retry can cure this');
        if (body === 'defect') throw new TypeError('a bug');
      },
    );
  return { consume, handled, parking };
}
const returned = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

describe('a batch from a queue', () => {
  it('returns what a retry can cure, and nothing of its neighbours', async () => {
    const { consume, handled } = consumer();
    expect(await consume(batch('a', 'throttled', 'b', 'defect'))).toEqual(returned('m1', 'm3'));
    expect(handled).toEqual(['a', 'throttled', 'b', 'defect']);
    expect(console.warn).toHaveBeenCalledWith('{"messageId":"m3","retry":"TypeError: a bug"}');
  });

  it('parks what no retry can cure, with its reason, and returns the rest', async () => {
    const { consume, parking } = consumer();
    expect(await consume(batch('poison', 'a', 'throttled'))).toEqual(returned('m2'));
    expect([...parking.entries.values()]).toEqual([
      {
        id: 'message:arn:queue:m0',
        reason: 'no retry can cure this',
        at: createFakeClock()(),
        payload: 'poison',
      },
    ]);
  });

  it('returns poison that could not be parked, so that it ends among the dead letters', async () => {
    // The parking lot is throttled.
    const { consume, parking } = consumer();
    parking.failNext(new TransientFault('throttled'));
    expect(await consume(batch('poison', 'a'))).toEqual(returned('m0'));
    expect(console.error).toHaveBeenCalledWith(
      '{"messageId":"m0","notParked":"TransientFault: throttled"}',
    );
  });

  it('begins no record for which the time left may not suffice', async () => {
    const { consume, handled } = consumer(recordBudgetMs + 2_000);
    expect(await consume(batch('a', 'b', 'c', 'd'))).toEqual(returned('m2', 'm3'));
    expect(handled).toEqual(['a', 'b']);
    expect(console.warn).toHaveBeenCalledWith('{"returnedForLackOfTime":["m2","m3"]}');
  });
});
