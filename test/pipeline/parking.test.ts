import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';
import type { Row } from '../support/truth.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const dayMs = 86_400_000;

const parked = async (prefix: string): Promise<Row[]> =>
  (await pipeline.rows('ParkedTable')).filter(({ id }) => String(id).startsWith(prefix));

describe('a compensation that gives up', () => {
  let id: string;
  let heal: () => void;

  it('is parked and shows on the order, and the rest of the undo is done', async () => {
    // The payment provider takes no cancellation.
    heal = pipeline.disturb((call, next) => {
      const isCancel = pipeline.entryOf(call) === 'void-payment' && call.action === 'UpdateItem';
      if (isCancel) throw new AwsError('InternalServerError', 'provoked', { status: 500 });
      return next();
    });
    const before = await pipeline.available('mug');
    id = await pipeline.place(placing('stuck', { postalCode: '00000' }));
    const isParked = () => pipeline.logs.some(({ line }) => line.includes(':VoidPayment"'));
    expect(await pipeline.kernel.until(isParked, 3_600_000)).toBe(true);
    await pipeline.kernel.advance(5000);
    expect(await parked(`order:${id}`)).toEqual([
      expect.objectContaining({ id: `order:${id}:VoidPayment`, reason: 'TransientFault' }),
    ]);
    expect(await pipeline.read(id)).toMatchObject({
      status: 'REJECTED',
      parked: true,
      timeline: [{ type: 'OrderPlaced' }, { type: 'OrderRejected' }, { type: 'OrderParked' }],
    });
    expect(await pipeline.available('mug')).toBe(before);
    const [first] = await pipeline.states(id);
    expect(first?.slice(3)).toEqual([
      ...['RejectOrder', 'IsConfirmed', 'CancelShipment', 'VoidPayment', 'ParkVoidPayment'],
      ...['ReleaseStock', 'IsAnythingParked', 'CompensationParked'],
    ]);
  });

  it('raises the alarm by one line of the embedded metric format', async () => {
    const lines = pipeline.logs.filter(({ line }) => line.includes(`"order:${id}:VoidPayment"`));
    expect(lines.map(({ level, line }) => ({ level, metric: JSON.parse(line) as object }))).toEqual(
      [
        {
          level: 'error',
          metric: expect.objectContaining({
            _aws: expect.objectContaining({
              CloudWatchMetrics: [
                {
                  Namespace: 'Everonce',
                  Dimensions: [['service']],
                  Metrics: [{ Name: 'Parked', Unit: 'Count' }],
                },
              ],
            }),
            service: 'Everonce',
            Parked: 1,
          }),
        },
      ],
    );
  });

  it('is done by the recovery, once the provider is back', async () => {
    heal();
    await pipeline.settle();
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250 }),
    ]);
    expect(await pipeline.problems(/^parked: order:\S+:VoidPayment/, /is FAILED$/)).toEqual([]);
  });
});

describe('a capture that is refused for good', () => {
  it('is parked, shows on the order, and is not tried again', async () => {
    // The hold has expired at the provider by the time of the capture: it is made eight days old.
    const billing = pipeline.mapping('capture-payment');
    billing.pause();
    const id = await pipeline.place(placing('expired'));
    await pipeline.kernel.advance(60_000);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'AUTHORIZED' });
    const [hold] = await pipeline.sandbox('payment', id);
    await pipeline.call('dynamodb', 'UpdateItem', {
      TableName: pipeline.table('Sandbox'),
      Key: { pk: { S: String(hold?.pk) }, sk: { S: String(hold?.sk) } },
      UpdateExpression: 'SET createdAt = :then',
      ExpressionAttributeValues: { ':then': { N: String(pipeline.kernel.now() - 8 * dayMs) } },
    });
    billing.resume();
    await pipeline.quiet();
    expect(await parked(`order:${id}`)).toEqual([
      expect.objectContaining({ id: `order:${id}:CapturePayment`, reason: 'CAPTURE_REFUSED' }),
    ]);
    expect(await pipeline.read(id)).toMatchObject({
      status: 'CONFIRMED',
      payment: { status: 'PARKED' },
    });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ captured: 0 }),
    ]);
  });
});
