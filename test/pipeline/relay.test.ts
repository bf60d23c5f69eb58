import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const unavailable = (entry: string) =>
  pipeline.disturb((call, next) => {
    if (pipeline.entryOf(call) !== entry) return next();
    throw new AwsError('ServiceUnavailable', 'provoked', { status: 503 });
  });

describe('the relay', () => {
  it('loses nothing while SQS is down', async () => {
    // No queue takes anything for five minutes; meanwhile orders are placed, and one is cancelled.
    const end = unavailable('relay-outbox');
    const ids = await pipeline.placeAll(['a', 'b', 'c', 'd'].map((key) => placing(key)));
    expect((await pipeline.ask(cancelling(ids[3] ?? ''))).status).toBe(202);
    await pipeline.kernel.advance(5 * minuteMs);
    expect(await pipeline.read(ids[0] ?? '')).toMatchObject({ status: 'PENDING' });
    expect(await pipeline.engine.executions()).toEqual([]);
    end();
    await pipeline.settle(1);
    const orders = await pipeline.orders();
    expect(ids.map((id) => orders.find((order) => order.id === id)?.status)).toEqual([
      ...['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'CANCELLED'],
    ]);
    expect(await pipeline.problems()).toEqual([]);
  });

  it('sends again only what a queue did not take', async () => {
    // Every entry but the first of the first batch fails, inside a successful answer.
    let hasFailed = false;
    const end = pipeline.disturb(async (call, next) => {
      const entries = (call.input.Entries ?? []) as { Id: string }[];
      if (call.action !== 'SendMessageBatch' || hasFailed || entries.length < 2) return next();
      hasFailed = true;
      call.input.Entries = entries.slice(0, 1);
      const answer = (await next()) as { Successful: object[] };
      const Failed = entries.slice(1).map(({ Id }) => ({ Id, Code: 'Busy', SenderFault: false }));
      return { Successful: answer.Successful, Failed };
    });
    const ids = await pipeline.placeAll(['e', 'f', 'g', 'h'].map((key) => placing(key)));
    await pipeline.settle(1);
    end();
    expect(hasFailed).toBe(true);
    const orders = (await pipeline.orders()).filter(({ id }) => ids.includes(id));
    expect(orders.map(({ status }) => status)).toEqual(ids.map(() => 'CONFIRMED'));
    expect(await pipeline.problems()).toEqual([]);
  });
});

describe('the projector', () => {
  it('catches up after its table was unavailable for an hour', async () => {
    // No write to the read model succeeds for an hour.
    const end = unavailable('project-order');
    const id = await pipeline.place(placing('unseen'));
    await pipeline.kernel.advance(hourMs);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED' });
    expect(await pipeline.read(id)).toMatchObject({ status: 'PENDING', version: 1 });
    end();
    await pipeline.settle(1);
    expect(await pipeline.read(id)).toMatchObject({ status: 'CONFIRMED', version: 3 });
    expect(await pipeline.problems()).toEqual([]);
  });
});

describe('a stream batch that failed for 20 hours', () => {
  it('is kept whole on S3, and can be handed to the relay from there', async () => {
    // The relay's code does not even run for 21 hours.
    const [bucket] = pipeline.engine.model.buckets;
    const objects = () => pipeline.engine.s3.objects(bucket?.name ?? '');
    const end = pipeline.disturbInvocations(async (entry, next) => {
      if (entry !== 'relay-outbox') return next();
      return { kind: 'error', errorType: 'Runtime.ExitError', errorMessage: '', trace: [] };
    });
    const id = await pipeline.place(placing('forgotten'));
    await pipeline.kernel.advance(19 * hourMs);
    expect(objects()).toEqual([]);
    await pipeline.kernel.advance(2 * hourMs);
    end();
    const [kept, ...more] = objects();
    expect(more).toEqual([]);
    const { payload, requestContext } = JSON.parse(kept?.body ?? '') as {
      payload: string;
      requestContext: { condition: string };
    };
    expect(requestContext.condition).toBe('RecordAgeExceeded');
    const event = JSON.parse(payload) as { Records: { dynamodb: { NewImage: object } }[] };
    expect(event.Records.map(({ dynamodb }) => dynamodb.NewImage)).toEqual([
      expect.objectContaining({
        id: { S: id },
        outbox: { L: [{ M: expect.objectContaining({ type: { S: 'OrderPlaced' } }) }] },
      }),
    ]);
    expect(await pipeline.order(id)).toMatchObject({ status: 'PENDING' });
    await pipeline.invoke('relay-outbox', event);
    await pipeline.settle(1);
    expect(await pipeline.order(id)).toMatchObject({ status: 'REJECTED' });
    expect(await pipeline.problems()).toEqual([]);
  });
});
