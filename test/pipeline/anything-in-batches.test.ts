import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOrderItem } from '../../lambdas/adapters/order-item.ts';
import { parseCloudEvent } from '../../lambdas/contract/order-events.ts';
import { parseRecoveryRequest } from '../../lambdas/contract/recovery-request.ts';
import { parseRescueRequest } from '../../lambdas/contract/rescue-request.ts';
import { instant } from '../../lambdas/domain/values.ts';
import { AwsError } from '../../local/gateway/service.ts';
import { anyMangling, anySpoiling, type Spoiling, spoiled } from '../support/arbitrary-json.ts';
import '../support/fixed-seed.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';
import { SaltedBatches } from '../support/salted-batches.ts';

const runs = 6;
const minuteMs = 60_000;

let pipeline: Pipeline;
let batches: SaltedBatches;
let count = 0;

beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 1000 } });
  batches = new SaltedBatches(pipeline);
});
afterAll(() => pipeline.stop());

type Json = Record<string, unknown>;
/** One way to break a record: a place of its JSON spoiled, or all of its text mangled. */
type Break = { readonly how: Spoiling; readonly mangle?: (text: string) => Uint8Array };

const anyBreaks = fc.array(
  fc.record({ how: anySpoiling(), mangle: anyMangling }, { requiredKeys: ['how'] }),
  { minLength: 6, maxLength: 16 },
) as fc.Arbitrary<Break[]>;

const isThrown = (read: () => unknown): boolean => {
  try {
    read();
    return false;
  } catch {
    return true;
  }
};

/** What SQS takes: not empty, and without the characters that it refuses. */
const sendable = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '').slice(0, 200_000) ||
  '-';

const parseRescue = (body: string) =>
  parseRescueRequest(body, { messageId: 'any', now: instant(pipeline.kernel.now()) });

function brokenMessages(good: Json, breaks: readonly Break[]): Json[] {
  const parsed = JSON.parse(String(good.body)) as unknown;
  const bodies = breaks.map(({ how, mangle }) =>
    sendable(
      mangle ? Buffer.from(mangle(JSON.stringify(parsed))).toString() : spoiled(parsed, how),
    ),
  );
  return bodies
    .filter((body) =>
      [parseCloudEvent, parseRecoveryRequest, parseRescue].every((parse) =>
        isThrown(() => parse(body)),
      ),
    )
    .map((body) => ({ ...good, body, messageId: `broken-${++count}` }));
}

/** Only what an image can be: attributes by name, however strange each of them is. */
function brokenRecords(good: Json, breaks: readonly Break[]): Json[] {
  const { NewImage, ...rest } = good.dynamodb as Json;
  return breaks
    .map(({ how }) => imageOf(spoiled(NewImage, how)))
    .filter((image) => isThrown(() => readImage(image)))
    .map((image) => ({
      ...good,
      eventID: `broken-${++count}`,
      dynamodb: { ...rest, NewImage: image },
    }));
}

/** DynamoDB stores nothing deeper than 32 levels. */
function imageOf(text: string): Json {
  const isJson = !text.includes('['.repeat(32)) && !isThrown(() => JSON.parse(text));
  // As it arrives: JSON has no number that is infinite.
  const value: unknown = isJson ? JSON.parse(JSON.stringify(JSON.parse(text))) : {};
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function readImage(image: Json): void {
  const item = unmarshall(image as Record<string, AttributeValue>);
  if (item.status !== 'REFUSED') parseOrderItem(item);
}

const salted = (breaks: readonly Break[]): void =>
  batches.saltNext((good) =>
    'dynamodb' in good ? brokenRecords(good, breaks) : brokenMessages(good, breaks),
  );

/** Orders of whom the last one's execution is stopped, so that the recovery has something to do. */
async function placeThree(): Promise<string[]> {
  const key = `order-${++count}`;
  const ids = await pipeline.placeAll([placing(`${key}-a`), placing(`${key}-b`)]);
  const stopped = await pipeline.place(placing(`${key}-c`));
  let isHeld = false;
  const end = pipeline.disturb(async (call, next) => {
    const answer = await next();
    isHeld ||= pipeline.entryOf(call) === 'book-shipment';
    return answer;
  });
  await pipeline.kernel.until(() => isHeld, 10 * minuteMs);
  end();
  await pipeline.stopExecution(stopped).catch(() => undefined);
  return [...ids, stopped];
}

/** Gives the rescue something to do. */
async function tellAllAgain(): Promise<void> {
  const QueueUrl = pipeline.queue('rescue-outbox').url;
  const MessageBody = '{"since":"2000-01-01T00:00:00Z"}';
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody, DelaySeconds: 0 });
}

const parkedAs = (record: Json): string =>
  'dynamodb' in record
    ? `stream:${String(record.eventID)}`
    : `message:${String(record.eventSourceARN)}:${String(record.messageId)}`;

describe('malformed records in a batch of any queue or stream', () => {
  it('are parked with their reason, and every real one has its effect', async () => {
    await fc.assert(
      fc.asyncProperty(anyBreaks, async (breaks) => {
        const done = batches.handled.length;
        salted(breaks);
        const ids = await placeThree();
        await tellAllAgain();
        await pipeline.kernel.advance(minuteMs);
        for (const id of ids.slice(0, 2))
          expect(await pipeline.order(id)).toMatchObject({
            status: 'CONFIRMED',
            payment: 'CAPTURED',
          });
        await pipeline.settle(1);
        for (const id of ids) {
          expect(await pipeline.read(id)).toMatchObject({ payment: { status: 'CAPTURED' } });
          expect(await pipeline.sandbox('email', id)).toHaveLength(1);
        }
        const rows = new Map((await pipeline.rows('ParkedTable')).map((row) => [row.id, row]));
        for (const batch of batches.handled.slice(done)) {
          expect(batch).toMatchObject({ answer: '{"batchItemFailures":[]}' });
          for (const record of batch.malformed)
            expect(rows.get(parkedAs(record))).toMatchObject({
              reason: expect.stringMatching(/\w/),
              payload: 'dynamodb' in record ? JSON.stringify(record) : record.body,
            });
        }
      }),
      // Each run is a whole pipeline's work: the first failure is shown as it is.
      { numRuns: runs, endOnFailure: true },
    );
  });

  it('have been in a batch of every mapping of the template', () => {
    const seen = batches.handled.filter(({ malformed }) => malformed.length > 0);
    expect([...new Set(seen.map(({ mapping }) => mapping))].sort()).toEqual(
      batches.mappings.sort(),
    );
  });

  it('leave everything else as it should be', async () => {
    batches.stopSalting();
    await pipeline.settle(1);
    const parked = [/^parked: message:/, /^parked: stream:/];
    expect(await pipeline.problems(...parked, /is ABORTED$/)).toEqual([]);
  });
});

describe('malformed messages while nothing can be parked', () => {
  it('end in the dead letters of their queue, and real ones pass them', async () => {
    // The table of parked things takes nothing.
    const heal = pipeline.disturb((call, next) => {
      const isParking = call.input.TableName === pipeline.table('ParkedTable');
      if (!isParking || call.action !== 'PutItem') return next();
      throw new AwsError('InternalServerError', 'provoked', { status: 500 });
    });
    const { queueMappings, queues } = pipeline.engine.model;
    const fed = queues.filter(({ arn }) => queueMappings.some(({ queueArn }) => queueArn === arn));
    for (const { url, logicalId } of fed)
      await pipeline.call('sqs', 'SendMessage', {
        ...{ QueueUrl: url, MessageBody: `broken ${logicalId}`, DelaySeconds: 0 },
      });
    const id = await pipeline.place(placing('beside-dead-letters'));
    await pipeline.kernel.advance(6 * 60 * minuteMs);
    heal();
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    for (const { redrive, logicalId } of fed) {
      const deadLetters = queues.find(({ arn }) => arn === redrive?.deadLetterArn);
      const { Messages } = await pipeline.call('sqs', 'ReceiveMessage', {
        ...{ QueueUrl: deadLetters?.url, MaxNumberOfMessages: 10 },
      });
      expect(Messages).toEqual([expect.objectContaining({ Body: `broken ${logicalId}` })]);
    }
  });
});
