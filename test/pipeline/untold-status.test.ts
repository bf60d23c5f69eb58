import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  // No change of an execution's status is ever told: Step Functions promises these events to nobody.
  pipeline = await startPipeline({ chaos: { repeat: 0.2, overtakeMs: 2000, drop: 1 } });
});
afterAll(() => pipeline.stop());

describe('a pipeline that is never told how an execution ended', () => {
  it('confirms and undoes orders as ever', async () => {
    const [good, bad] = await pipeline.placeAll([
      placing('good'),
      placing('bad', { postalCode: '00000' }),
    ]);
    await pipeline.settle(1);
    expect(await pipeline.order(good as string)).toMatchObject({ status: 'CONFIRMED' });
    expect(await pipeline.order(bad as string)).toMatchObject({ status: 'REJECTED' });
  });

  it('finishes an order whose execution failed, when its deadline is watched', async () => {
    // The abort decision fails for good until the execution has failed.
    const heal = pipeline.disturb((call, next) => {
      if (pipeline.entryOf(call) !== 'reject-order' || call.action !== 'UpdateItem') return next();
      throw new AwsError('ValidationException', 'provoked');
    });
    const id = await pipeline.place(placing('failed', { method: 'pm_card_chargeDeclined' }));
    await pipeline.quiet();
    heal();
    expect(await pipeline.order(id)).toMatchObject({ status: 'PENDING' });
    await pipeline.settle(1);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED' });
  });

  it('leaves everything as it should be in the end', async () => {
    expect(await pipeline.problems(/^execution \S+ is FAILED/)).toEqual([]);
  });
});
