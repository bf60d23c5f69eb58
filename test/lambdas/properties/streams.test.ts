/** Readers of the orders' stream: the same records in any batches and repeats come to the same. */
import { readdirSync, readFileSync } from 'node:fs';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { env } from '../../../lambdas/contract/names.ts';
import { type CloudEvent, orderEventTypes } from '../../../lambdas/contract/order-events.ts';
import { streamEvent, streamRecord } from '../../support/stream-events.ts';
import { anyCut, batchesOf } from './batches.ts';
import { isNoticed } from './cast.ts';
import { Cloud, type Mood } from './cloud.ts';
import { anyHistory, type OrderHistory } from './order-histories.ts';

type Reader = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
const entries = ['relay-outbox', 'project-order'] as const;
type Entry = (typeof entries)[number];

const queues = ['first', 'second'].map(
  (name) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
);
let cloud: Cloud;
const readers = new Map<string, Reader>();

/** Entries read their environment when they load. */
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-24T12:00:00.000Z') });
  for (const stream of ['error', 'warn'] as const) vi.spyOn(console, stream).mockReturnValue();
  const routes = orderEventTypes.map((type, index) => [type, queues.slice(index % 2)]);
  vi.stubEnv(env.outboxRoutes, JSON.stringify(Object.fromEntries(routes)));
  vi.stubEnv(env.parkedTable, 'parked');
  vi.stubEnv(env.readModelTable, 'view');
  vi.stubEnv(env.metricsService, 'test');
  Cloud.stub(() => cloud);
  for (const entry of entries)
    readers.set(entry, (await import(`../../../lambdas/${entry}.ts`)).handler);
});
afterAll(() => void vi.useRealTimers());

function readerOf(entry: Entry): Reader {
  const reader = readers.get(entry);
  if (!reader) throw new Error(`no entry ${entry}`);
  return reader;
}

/** As Lambda reads a stream: from the record that a reader names on, until it names none. */
async function read(reader: Reader, batch: readonly DynamoDBRecord[]): Promise<void> {
  const { batchItemFailures } = await reader(streamEvent(...batch));
  const [failure] = batchItemFailures;
  if (!failure) return;
  const from = batch.findIndex(
    ({ dynamodb }) => dynamodb?.SequenceNumber === failure.itemIdentifier,
  );
  expect(from).toBeGreaterThanOrEqual(0);
  await read(reader, batch.slice(from));
}

/** What is no order, and what is no order of ours. */
const poison = streamRecord('poison', { after: { id: 'what?', version: 'none' } });
const refused = streamRecord('refused', { after: { id: 'refused', status: 'REFUSED' } });

/** Records of several orders as one shard has them: each order's in its own order. */
const anyShard = fc
  .tuple(anyHistory('o0'), anyHistory('o1'), anyHistory('o2'))
  .chain((histories) => {
    const owners = histories.flatMap(({ records }, owner) => records.map(() => owner));
    const all = { minLength: owners.length, maxLength: owners.length };
    return fc
      .shuffledSubarray(owners, all)
      .map((order) => [refused, ...interleaved(histories, order), poison]);
  });

function interleaved(histories: readonly OrderHistory[], order: readonly number[]) {
  const left = histories.map(({ records }) => [...records]);
  return order.flatMap((owner) => left[owner]?.splice(0, 1) ?? []);
}

const anyMood = fc.constantFrom<Mood>(
  'takes all',
  'fails every other',
  'fails before',
  'fails after',
);

/** Events that a queue was sent for the first time after a later one of the same order. */
function overtaken(sent: readonly string[]): string[] {
  const newest = new Map<string, number>();
  return [...new Set(sent)].filter((message) => {
    const [queue = '', , body = '{}'] = message.split(' ');
    const { subject, data } = JSON.parse(body) as CloudEvent;
    const before = newest.get(`${queue} ${subject}`) ?? 0;
    newest.set(`${queue} ${subject}`, Math.max(before, data.version));
    return data.version < before;
  });
}

const isInsensitive = (entry: Entry, sabotage: (reader: Reader) => Reader = (reader) => reader) =>
  fc.asyncProperty(
    anyShard,
    anyCut,
    fc.record({ moods: fc.array(anyMood, { maxLength: 6 }), repeated: fc.array(fc.boolean()) }),
    async (records, cut, { moods, repeated }) => {
      const reader = readerOf(entry);
      cloud = new Cloud();
      for (const record of records) await read(reader, [record]);
      const expected = cloud.state();
      cloud = new Cloud();
      cloud.moods.push(...moods);
      for (const [index, batch] of batchesOf(records, cut).entries()) {
        await read(sabotage(reader), batch);
        if (repeated[index]) await read(sabotage(reader), batch);
      }
      expect(cloud.state()).toEqual(expected);
      // Within one request SQS may take a later message and not the one before it.
      if (!moods.includes('fails every other')) expect(overtaken(cloud.sent)).toEqual([]);
    },
  );

/** Takes a promise of a reader away. */
const forgetsFailures =
  (reader: Reader): Reader =>
  async (event) => {
    await reader(event);
    return { batchItemFailures: [] };
  };
const handlesFirst =
  (reader: Reader): Reader =>
  ({ Records }) =>
    reader(streamEvent(...Records.slice(0, 1)));

describe('a reader of the stream', () => {
  it('is one of those that are looked at here', () => {
    const reading = readdirSync('lambdas')
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /consumeStream\(/.test(readFileSync(`lambdas/${name}`, 'utf8')));
    expect(reading.sort()).toEqual(entries.map((entry) => `${entry}.ts`).sort());
  });

  it.each(entries)('comes to the same in any batches and repeats: %s', async (entry) => {
    await fc.assert(isInsensitive(entry), { numRuns: 50 });
  });

  it('is seen to lose events without answers that name what a queue refused', async () => {
    expect(await isNoticed(isInsensitive('relay-outbox', forgetsFailures))).toBe(true);
  });

  it.each(entries)('is seen to lose records without a look at each: %s', async (entry) => {
    expect(await isNoticed(isInsensitive(entry, handlesFirst))).toBe(true);
  });
});
