import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { placing } from '../../../bin/explore/requests.ts';
import type { Stage, Wire } from '../../../bin/explore/stage.ts';
import type { EngineResponse } from '../../../local/http-api/client.ts';
import { openWarmHost, type WarmHost } from '../../../local/warm-host.ts';
import { assemblyDir } from '../../support/assembly.ts';
import { type Staged, setStage } from './staging.ts';

let host: WarmHost;
let staged: Staged;
beforeAll(async () => {
  host = await openWarmHost(assemblyDir);
});
afterEach(() => staged.pipeline.stop());
afterAll(() => host.close());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Plays a story on a new stage; answers what it answers. */
async function play<T>(story: (stage: Stage) => Promise<T>, wire?: Wire): Promise<T> {
  staged = await setStage(host, { mug: 10, cup: 10 }, wire);
  return staged.pipeline.engine.drive(story(staged.stage));
}

const ended = () => staged.told.filter(({ outcome }) => outcome !== 'pending');

/** Answers the first requests itself, with these; undefined loses what the pipeline answers. */
function answersFirst(...answers: readonly (EngineResponse | undefined)[]): Wire {
  const left = [...answers];
  return async (request, send) => {
    if (left.length === 0) return send(request);
    const answer = left.shift();
    if (answer === undefined) await send(request);
    return answer;
  };
}

const answer = (status: number, json?: unknown): EngineResponse => ({
  ...{ status, headers: {}, cookies: [], text: JSON.stringify(json) ?? '', json },
});

const eventsOf = async (id: string): Promise<string[]> =>
  (await staged.pipeline.order(id)).outbox.map(({ type }) => type);

describe('a client on the stage', () => {
  it('repeats what was not answered after 1 and 2 seconds, with the same key and body', async () => {
    const id = await play((stage) => stage.place('lost'), answersFirst(undefined, undefined));
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(ended().map(({ outcome }) => outcome)).toEqual(['info', 'info', 'ok']);
    expect(new Set(ended().map(({ request }) => JSON.stringify(request))).size).toBe(1);
    const [first, second, third] = ended().map(({ startedMs, endedMs = 0 }) => ({
      startedMs,
      endedMs,
    }));
    expect((second?.startedMs ?? 0) - (first?.endedMs ?? 0)).toBe(1000);
    expect((third?.startedMs ?? 0) - (second?.endedMs ?? 0)).toBe(2000);
    expect(await staged.pipeline.orders()).toHaveLength(1);
  });

  it('gives up in the end, not knowing', async () => {
    const nobodyAnswers: Wire = async () => undefined;
    expect(await play((stage) => stage.place('never'), nobodyAnswers)).toBeUndefined();
    expect(ended().map(({ outcome }) => outcome)).toEqual(Array.from({ length: 7 }, () => 'info'));
  });

  it.each([500, 502, 503, 504])('does not know what happened after a %i', async (status) => {
    await play((stage) => stage.place('error'), answersFirst(answer(status)));
    expect(ended().map(({ outcome }) => outcome)).toEqual(['info', 'ok']);
  });

  it('tries again when throttled, which is known to have had no effect', async () => {
    await play((stage) => stage.place('throttled'), answersFirst(answer(429)));
    expect(ended().map(({ outcome }) => outcome)).toEqual(['fail', 'ok']);
  });

  it('tries again as long as the first request with its key is still running', async () => {
    const busy = answer(409, { type: '/problems/request-in-progress' });
    await play(({ operators }) => operators.supply('mug', 1), answersFirst(busy));
    expect(ended().map(({ status }) => status)).toEqual([409, 200]);
  });

  it('takes a refusal for an answer', async () => {
    const id = await play((stage) => stage.place('refused', { lines: { mug: 1, nothing: 1 } }));
    expect(id).toBeUndefined();
    expect(ended()).toMatchObject([{ outcome: 'fail', status: 422 }]);
  });

  it('tells of each request when it begins and when it has ended, without the token', async () => {
    await play((stage) => stage.send(placing('told', { as: 'bob' })));
    const request = { method: 'POST', path: '/orders', headers: { 'idempotency-key': 'told' } };
    expect(staged.told).toMatchObject([
      { client: 'bob', outcome: 'pending', request },
      { client: 'bob', outcome: 'ok', status: 202, json: { status: 'PENDING' }, request },
    ]);
    expect(staged.told[0]).not.toHaveProperty('endedMs');
    expect(staged.told[1]?.request).not.toHaveProperty('token');
  });

  it('is still let in after days', async () => {
    await play(async (stage) => {
      await stage.persist({ path: '/orders' });
      await stage.sleep(2 * dayMs);
      await stage.persist({ path: '/orders' });
    });
    expect(ended().map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('the time of a story', () => {
  it('passes until nothing is in flight', async () => {
    const [id, isQuiet] = await play(async (stage) => {
      const placed = await stage.place('quiet');
      return [placed ?? '', await stage.quiet()] as const;
    });
    expect(isQuiet).toBe(true);
    expect(await eventsOf(id)).toEqual(['OrderPlaced', 'OrderConfirmed', 'PaymentCaptured']);
  });

  it('passes to the limit, and no further, when what is waited for does not come', async () => {
    const [isTrue, tookMs] = await play(async (stage) => {
      const beganMs = stage.now();
      return [await stage.until(() => false, 10 * minuteMs), stage.now() - beganMs] as const;
    });
    expect([isTrue, tookMs]).toEqual([false, 10 * minuteMs]);
  });

  it('goes on without an event that never comes', async () => {
    const tookMs = await play(async (stage) => {
      const beganMs = stage.now();
      await stage.within(minuteMs, stage.operators.invocationOf('confirm-order'));
      return stage.now() - beganMs;
    });
    expect(tookMs).toBe(minuteMs);
  });
});

describe('an operator on the stage', () => {
  it('pauses what feeds a function, and resumes it', async () => {
    const id = await play(async (stage) => {
      stage.operators.pause('relay-outbox', 'start-saga');
      const placed = await stage.place('paused');
      await stage.sleep(minuteMs);
      return placed ?? '';
    });
    expect(await eventsOf(id)).toEqual(['OrderPlaced']);
    staged.stage.operators.resume('relay-outbox', 'start-saga');
    await staged.pipeline.settle(1);
    expect(await eventsOf(id)).toContain('OrderConfirmed');
  });

  it('sends dead letters back with new ids', async () => {
    const seen: string[] = [];
    await play(async (stage) => {
      staged.pipeline.engine.lambdas.intercept(({ event, source }, next) => {
        if (source.includes('Start'))
          for (const { messageId } of (event as { Records: { messageId: string }[] }).Records)
            seen.push(messageId);
        return next();
      });
      const { operators } = stage;
      const broken = operators.break('start-saga', 'crashes');
      await stage.place('dead');
      expect(await operators.awaitDeadLetter('start-saga')).toBe(true);
      broken.mend();
      expect(await operators.redriveDeadLetters('start-saga')).toBe(1);
      expect(await operators.redriveDeadLetters('start-saga')).toBe(0);
      await stage.quiet();
    });
    expect(seen).toHaveLength(6);
    expect(new Set(seen.slice(0, 5)).size).toBe(1);
    expect(seen[5]).not.toBe(seen[0]);
  });

  it('gives up aloud on a dead letter that somebody else holds', async () => {
    const told = await play(async ({ operators }) => {
      const { gateway, model } = staged.pipeline.engine;
      const dead = model.queues.find(({ logicalId }) => /Start.*DeadLetters/.test(logicalId));
      const caller = { name: 'colleague', roleArn: undefined };
      const call = (action: string, input: object) =>
        gateway.call({ service: 'sqs', action, input: { QueueUrl: dead?.url, ...input }, caller });
      await call('SendMessage', { MessageBody: 'held' });
      await call('ReceiveMessage', { VisibilityTimeout: 3600 });
      return operators.redriveDeadLetters('start-saga').catch(String);
    });
    expect(told).toMatch(/DeadLetters\w* still has letters after 40 looks$/);
  });

  it('gives up aloud on a kept batch that fails every time', async () => {
    const told = await play(({ operators }) => {
      const { model, s3 } = staged.pipeline.engine;
      const relay = model.functions.find(({ description }) => description === 'relay-outbox');
      const batch = { requestContext: { functionArn: relay?.arn }, payload: '{}' };
      s3.put(model.buckets[0]?.arn ?? '', 'kept', JSON.stringify(batch));
      operators.break('relay-outbox', 'crashes');
      return operators.redriveBatches('relay-outbox').catch(String);
    });
    expect(told).toMatch('a batch that was kept has failed again, 5 times');
  });

  it('stops what runs for an order, and redrives what has not succeeded', async () => {
    const statuses = await play(async (stage) => {
      const { operators } = stage;
      operators.pause('recover-saga');
      const begun = operators.invocationOf('book-shipment');
      const id = (await stage.place('stopped')) ?? '';
      await begun;
      const seen = async () => (await operators.executions(id)).map(({ status }) => status);
      expect(await operators.redriveExecutions(id)).toBe(0);
      expect(await operators.stopExecutions(id)).toBe(1);
      const stopped = await seen();
      expect(await operators.redriveExecutions(id)).toBe(1);
      operators.resume('recover-saga');
      await stage.quiet();
      return [...stopped, ...(await seen())];
    });
    expect(statuses).toEqual(['ABORTED', 'SUCCEEDED']);
  });

  it('repairs all that was paused or broken', async () => {
    const id = await play(async (stage) => {
      const { operators } = stage;
      operators.pause('relay-outbox');
      operators.break('start-saga', 'cut off');
      const placed = await stage.place('repaired');
      operators.repairAll();
      await stage.quiet();
      return placed ?? '';
    });
    expect(await eventsOf(id)).toContain('OrderConfirmed');
  });

  it('is told what it got wrong', async () => {
    await play(async ({ operators }) => {
      const broken = operators.break('start-saga', 'crashes');
      expect(() => operators.break('start-saga', 'unheard')).toThrow(
        'start-saga is already broken (crashes): mend it first',
      );
      broken.mend();
      expect(() => operators.break('begin-saga', 'unheard')).toThrow(
        /^no function has the entry begin-saga; there are .*start-saga/,
      );
      expect(() => operators.invocationOf('begin-saga')).toThrow(/^no function has the entry/);
      expect(() => operators.pause('get-order')).toThrow(
        'nothing feeds get-order, neither a queue nor a stream',
      );
      await expect(operators.redriveDeadLetters('relay-outbox')).rejects.toThrow(
        'no queue with dead letters feeds relay-outbox',
      );
      await expect(operators.redriveBatches('relay')).rejects.toThrow(
        'no function has the entry relay',
      );
    });
  });
});

describe('what an operator writes into tables', () => {
  const ordersOf = () => staged.pipeline.rows('Orders');

  it('erases an order, and nothing else', async () => {
    const kept = await play(async (stage) => {
      const [erased, other] = [await stage.place('erased'), await stage.place('kept')];
      await stage.quiet();
      await stage.operators.tables.erase(erased ?? '');
      return other;
    });
    expect((await ordersOf()).map(({ id }) => id)).toEqual([kept]);
  });

  it('adds refusals by the hundred', async () => {
    await play((stage) => stage.operators.tables.addRefusals(60));
    const rows = await ordersOf();
    expect(rows.length).toBe(60);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['REFUSED']));
  });
});

describe('a function that a story has broken', () => {
  it.each([
    ['crashes', 'does nothing', ['OrderPlaced', 'OrderConfirmed']],
    ['unheard', 'takes effect', ['OrderPlaced', 'OrderConfirmed', 'PaymentCaptured']],
    ['cut off', 'reaches nobody', ['OrderPlaced', 'OrderConfirmed']],
  ] as const)('%s: it %s, and its message comes again', async (how, _, events) => {
    const id = await play(async (stage) => {
      const broken = stage.operators.break('capture-payment', how);
      const placed = await stage.place('broken');
      await broken.struck;
      await stage.sleep(30_000);
      return placed ?? '';
    });
    expect(await eventsOf(id)).toEqual(events);
    const { name } = staged.pipeline.queue('capture-payment');
    expect(staged.pipeline.engine.sqs.depths()[name]).toMatchObject({ inFlight: 1 });
  });

  it('works again once it is mended', async () => {
    const id = await play(async (stage) => {
      const broken = stage.operators.break('capture-payment', 'crashes');
      const placed = await stage.place('mended');
      await broken.struck;
      broken.mend();
      await stage.quiet();
      return placed ?? '';
    });
    expect(await eventsOf(id)).toContain('PaymentCaptured');
  });
});
