/** Consumers of queues: the same messages in any batches, order and repetition come to the same. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { env } from '../../../lambdas/contract/names.ts';
import { cloudEvent, type OrderEventType } from '../../../lambdas/contract/order-events.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import { anyCut, batchesOf } from './batches.ts';
import { isNoticed } from './cast.ts';
import { Cloud } from './cloud.ts';
import { now, openShop, orders } from './shop.ts';

type Consumer = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

const queue = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;
const event = ({ id, principal, traceparent }: Order, type: OrderEventType, version = 2) =>
  JSON.stringify(
    cloudEvent({ id, customer: principal.subject, traceparent }, { type, version, time: now }),
  );
const all: readonly Order[] = Object.values(orders);
const garbage = ['', '{', '{"since":"tomorrow"}', event(orders.fresh, 'OrderParked', 9)];
const placings = [...all.map((order) => event(order, 'OrderPlaced', 1)), ...garbage];
const closing = { name: orders.broken.id, input: JSON.stringify({ orderId: orders.broken.id }) };

/** By entry: the bodies of its messages. */
const messages = {
  'start-saga': placings,
  'watch-deadline': placings,
  'recover-saga': [
    ...all.map(({ id }) => JSON.stringify({ orderId: id })),
    JSON.stringify({ source: 'aws.states', detail: closing }),
    ...garbage,
  ],
  'capture-payment': [...all.map((order) => event(order, 'OrderConfirmed')), ...garbage],
  'notify-customer': [
    ...all
      .filter(({ id }) => id !== orders.rejected.id)
      .map((order) => event(order, 'OrderConfirmed')),
    event(orders.rejected, 'OrderRejected'),
    event(orders.fresh, 'OrderCancelled', 3),
    ...garbage,
  ],
  'rescue-outbox': [
    JSON.stringify({ since: '2026-03-01T00:00:00Z' }),
    JSON.stringify({ since: '2026-03-20T00:00:00Z' }),
    ...garbage,
  ],
} as const;
type Entry = keyof typeof messages;
const entries = Object.keys(messages) as Entry[];

let shop: Cloud;
let cloud: Cloud;
const consumers = new Map<string, Consumer>();

/** Entries read their environment when they load. */
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(now) });
  for (const stream of ['error', 'warn', 'log'] as const)
    vi.spyOn(console, stream).mockReturnValue();
  const values = {
    [env.ordersTable]: 'orders',
    [env.paymentsTable]: 'payments',
    [env.notificationsTable]: 'notifications',
    [env.parkedTable]: 'parked',
    [env.readModelTable]: 'view',
    [env.sandboxTable]: 'sandbox',
    [env.sagaMachineArn]: 'arn:aws:states:us-east-1:123456789012:stateMachine:PlaceOrder',
    [env.recoveryQueueUrl]: queue('recovery'),
    [env.rescueQueueUrl]: queue('rescue'),
    [env.outboxRoutes]: JSON.stringify({ OrderPlaced: [queue('saga'), queue('deadline')] }),
    [env.metricsService]: 'test',
  };
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  Cloud.stub(() => cloud);
  for (const entry of entries)
    consumers.set(entry, (await import(`../../../lambdas/${entry}.ts`)).handler);
  shop = await openShop();
});
afterAll(() => void vi.useRealTimers());

const recordsOf = (entry: Entry): SQSRecord[] =>
  messages[entry].map(
    (body, index) =>
      ({ messageId: `message-${index}`, eventSourceARN: 'arn:queue', body }) as SQSRecord,
  );

/** Lambda's time is over after so many looks at the clock. */
const contextOf = (looks: number): Context => {
  let left = looks;
  return { getRemainingTimeInMillis: () => (left-- > 0 ? 60_000 : 0) } as Context;
};

/** Messages that come back are in the next batch, until none does. */
async function deliver(
  consumer: Consumer,
  batch: readonly SQSRecord[],
  looks: number,
): Promise<void> {
  for (let left = batch, time = looks; left.length > 0; time = Number.POSITIVE_INFINITY) {
    const { batchItemFailures } = await consumer({ Records: [...left] }, contextOf(time));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    left = left.filter(({ messageId }) => failed.has(messageId));
  }
}

const consumerOf = (entry: Entry): Consumer => {
  const consumer = consumers.get(entry);
  if (!consumer) throw new Error(`no entry ${entry}`);
  return consumer;
};

async function stateOneByOne(entry: Entry) {
  cloud = shop.copy();
  for (const record of recordsOf(entry)) await deliver(consumerOf(entry), [record], 100);
  return cloud.state();
}

/** Every message at least once, by its position. */
function anyDelivery(entry: Entry): fc.Arbitrary<number[]> {
  const positions = messages[entry].map((_, position) => position);
  return fc.array(fc.constantFrom(...positions), { maxLength: 8 }).chain((repeats) => {
    const every = [...positions, ...repeats];
    return fc.shuffledSubarray(every, { minLength: every.length, maxLength: every.length });
  });
}

const isInsensitive = (
  entry: Entry,
  sabotage: (consumer: Consumer) => Consumer = (consumer) => consumer,
) =>
  fc.asyncProperty(
    fc.record({
      delivered: anyDelivery(entry),
      cut: anyCut,
      looks: fc.array(fc.nat(6), { maxLength: 4 }),
      isAtOnce: fc.boolean(),
    }),
    fc.scheduler(),
    async ({ delivered, cut, looks, isAtOnce }, scheduler) => {
      const expected = await stateOneByOne(entry);
      cloud = shop.copy();
      const consumer = sabotage(consumerOf(entry));
      const records = recordsOf(entry);
      const batches = batchesOf(
        delivered.flatMap((position) => records.slice(position, position + 1)),
        cut,
      );
      const delivering = (batch: readonly SQSRecord[], index: number) =>
        deliver(consumer, batch, looks[index] ?? 100);
      if (isAtOnce) {
        cloud.pause = () => scheduler.schedule(Promise.resolve());
        await scheduler.waitFor(Promise.all(batches.map(delivering)));
      } else for (const [index, batch] of batches.entries()) await delivering(batch, index);
      expect(cloud.state()).toEqual(expected);
    },
  );

/** Takes a promise of a consumer away. */
const forgetsFailures =
  (consumer: Consumer): Consumer =>
  async (...batch) => {
    await consumer(...batch);
    return { batchItemFailures: [] };
  };
const handlesFirst =
  (consumer: Consumer): Consumer =>
  ({ Records }, context) =>
    consumer({ Records: Records.slice(0, 1) }, context);

describe('a consumer of a queue', () => {
  it('is one of those that are looked at here', () => {
    const consuming = readdirSync('lambdas')
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /SQSEvent|recoveryConsumer\(/.test(readFileSync(`lambdas/${name}`, 'utf8')),
      );
    expect(consuming.sort()).toEqual(entries.map((entry) => `${entry}.ts`).sort());
  });

  it.each(entries)(
    'comes to the same in any batches, repeated and overtaking: %s',
    async (entry) => {
      await fc.assert(isInsensitive(entry), { numRuns: 25 });
    },
  );

  it.each(entries)('leaves something behind, and nothing twice: %s', async (entry) => {
    const once = await stateOneByOne(entry);
    expect(once).not.toEqual(shop.state());
    for (const record of recordsOf(entry)) await deliver(consumerOf(entry), [record], 100);
    expect(cloud.state()).toEqual(once);
  });

  it.each([
    ['answers that name what failed', forgetsFailures],
    ['a look at every record', handlesFirst],
  ])('is seen to lose messages without %s', async (_, sabotage) => {
    for (const entry of entries)
      expect(await isNoticed(isInsensitive(entry, sabotage)), entry).toBe(true);
  });
});
