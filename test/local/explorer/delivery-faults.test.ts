import { beforeAll, describe, expect, it } from 'vitest';
import { faultsAt } from '../../../local/explorer/fault-kinds.ts';
import type { Site } from '../../../local/explorer/site.ts';
import {
  dayMs,
  hourMs,
  minuteMs,
  notetaker,
  pierced,
  put,
  type Told,
  timeoutMs,
  toldBy,
} from './pierced.ts';

let assetDir: string;
beforeAll(async () => {
  assetDir = await notetaker();
});

const one = { calls: [put] };
const message = { messageId: 'm1', receiptHandle: 'r1', body: '{}' };
const record = {
  eventID: 'e1',
  dynamodb: { Keys: { pk: { S: 'a' } }, NewImage: { pk: { S: 'a' } }, SequenceNumber: '1' },
};

/** One invocation that the fault meets, from this kind of source. */
const meeting = (fault: string, source = 'sqs') =>
  pierced(assetDir, { [`take-notes/on.${source}@1`]: fault });

const sourceNames = { sqs: 'sqs:notes', states: 'states.saga', http: 'apigateway:shop' } as const;

describe('an invocation', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
  it.each([
    ['B', 'Lambda.ServiceException'],
    ['B1', 'Lambda.AWSLambdaException'],
    ['B2', 'Lambda.SdkClientException'],
    ['B3', 'Lambda.Unknown'],
    ['B4', 'Lambda.ClientExecutionTimeoutException'],
  ])('that fails before its function starts (%s) ends with %s', async (fault, errorType) => {
    const { outcomeOf, actions } = meeting(fault, 'states');
    expect(await outcomeOf(one, 'states.saga')).toMatchObject({ kind: 'error', errorType });
    expect(actions()).toEqual([]);
    expect((await outcomeOf(one, 'states.saga')).kind).toBe('ok');
  });

  it('whose answer is lost (L) has done its work', async () => {
    const { outcomeOf, actions } = meeting('L');
    expect(await outcomeOf(one)).toMatchObject({ errorType: 'Lambda.SdkClientException' });
    expect(actions()).toEqual(['PutItem']);
  });

  it('that is throttled (H) runs nothing', async () => {
    const { outcomeOf, actions } = meeting('H');
    expect(await outcomeOf(one)).toEqual({ kind: 'throttled' });
    expect(actions()).toEqual([]);
  });

  it('that comes twice at once (D) runs in two environments, and is answered once', async () => {
    const { outcomeOf, effects, lambdas } = meeting('D');
    const { count } = toldBy(await outcomeOf(one));
    expect([count, effects.length, lambdas.pending()]).toEqual([1, 2, []]);
    expect(effects.every(({ afterMs }) => afterMs < 1000)).toBe(true);
  });

  it.each([
    ['D2m', 2 * minuteMs, 'sqs'],
    ['Ds2m', 2 * minuteMs, 'stream'],
    ['D25h', 25 * hourMs, 'sqs'],
    ['D13d', 13 * dayMs, 'sqs'],
  ])(
    'that comes again (%s) does so after its time, and until then it is not over',
    async (fault, afterMs, source) => {
      const { outcomeOf, kernel, effects, injector } = meeting(fault, source);
      toldBy(await outcomeOf(one, `${source}:notes`));
      expect([effects.length, injector.isOver]).toEqual([1, false]);
      await kernel.advance(afterMs - 1000);
      expect([effects.length, injector.isOver]).toEqual([1, false]);
      await kernel.advance(minuteMs);
      expect([effects.length, injector.isOver]).toEqual([2, true]);
    },
  );

  it.each([
    ['R5s', 5000],
    ['R20m', 20 * minuteMs],
  ])('that is late (%s) runs once, after its time', async (fault, afterMs) => {
    const { outcomeOf, effects } = meeting(fault);
    toldBy(await outcomeOf(one));
    expect(effects).toHaveLength(1);
    expect(effects[0]?.afterMs).toBeGreaterThanOrEqual(afterMs);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('that its caller has given up (T) starts when the function would have ended', async () => {
    const { outcomeOf, kernel, effects, injector } = meeting('T', 'states');
    const outcome = await outcomeOf(one, 'states.saga');
    expect(outcome).toMatchObject({ kind: 'error', errorType: 'States.Timeout' });
    expect([effects.length, injector.isOver]).toEqual([0, false]);
    await kernel.advance(timeoutMs + 1000);
    expect(effects[0]?.afterMs).toBeGreaterThanOrEqual(timeoutMs);
    expect(injector.isOver).toBe(true);
  });

  it.each([
    ['K', 5000],
    ['Kb', -5000],
  ])(
    'with a wrong clock (%s) is wrong by %i ms, and the next one is not',
    async (fault, aheadMs) => {
      const { outcomeOf, kernel } = meeting(fault);
      const ahead = async (): Promise<number> => {
        const nowMs = kernel.now();
        return toldBy(await outcomeOf(one)).atMs - nowMs;
      };
      expect(await ahead()).toBe(aheadMs);
      expect(await ahead()).toBe(0);
    },
  );
});

describe('poison (P)', () => {
  const handed = async (world: ReturnType<typeof meeting>, from: string, Records: object[]) =>
    toldBy(await world.outcomeOf({ Records }, from)).Records as Told['Records'];

  it('of a queue is a message in front that is no JSON', async () => {
    const [poison, own] = await handed(meeting('P'), 'sqs:notes', [message]);
    expect(own).toEqual(message);
    expect(poison).toMatchObject({ messageId: 'poison-m1', body: '{"poison":' });
  });

  it('of a stream is a record in front that has no images', async () => {
    const [poison, own] = await handed(meeting('P', 'stream'), 'stream:Notes', [record]);
    const { Keys, SequenceNumber } = record.dynamodb;
    expect(own).toEqual(record);
    expect(poison).toEqual({ eventID: 'poison-e1', dynamodb: { Keys, SequenceNumber } });
  });

  it('comes again with the record that it came with, and with no other', async () => {
    const world = meeting('P');
    await handed(world, 'sqs:notes', [message]);
    expect(await handed(world, 'sqs:notes', [{ messageId: 'm2', body: '{}' }])).toHaveLength(1);
    expect(await handed(world, 'sqs:notes', [message])).toMatchObject([
      { messageId: 'poison-m1' },
      { messageId: 'm1' },
    ]);
  });

  it('does not come to what is no batch', async () => {
    const world = pierced(assetDir, { 'take-notes/on.stream@1': 'P' });
    expect(await handed(world, 'stream:Notes', [])).toEqual([]);
  });
});

describe('what can happen to an invocation', () => {
  const kindsFrom = (source: string): string[] => {
    const site: Site = {
      ...{ id: `take-notes/on.${source}@1`, what: 'delivery', actor: 'take-notes' },
      ...{ action: 'on', place: source, path: '', edge: '', source },
    };
    return faultsAt(site).map(({ id }) => id);
  };

  it('depends on who invokes: a client waits, a queue repeats, a state machine gives up', () => {
    expect(kindsFrom('http')).toEqual(['B', 'L', 'H', 'K', 'Kb']);
    expect(kindsFrom('sqs')).toEqual([
      ...['B', 'L', 'D', 'D2m', 'D25h', 'D13d', 'R5s', 'R20m', 'H', 'P', 'K', 'Kb'],
    ]);
    expect(kindsFrom('stream')).toEqual([
      ...['B', 'L', 'D', 'Ds2m', 'R5s', 'R20m', 'H', 'P', 'K', 'Kb'],
    ]);
    expect(kindsFrom('states')).toEqual([
      ...['B', 'B1', 'B2', 'B3', 'B4', 'L', 'D', 'D2m', 'D25h', 'D13d', 'R5s', 'R20m', 'T'],
      ...['H', 'K', 'Kb'],
    ]);
  });

  it.each(Object.entries(sourceNames))('is told from %s by the name %s', async (kind, name) => {
    const { outcomeOf, sites } = pierced(assetDir);
    await outcomeOf({}, name);
    expect(sites).toMatchObject([{ id: `take-notes/on.${kind}@1`, source: kind }]);
  });
});
