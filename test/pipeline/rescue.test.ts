import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/gateway/service.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing } from '../support/requests.ts';
import type { Row } from '../support/truth.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const hourMs = 3_600_000;
const readers = ['relay-outbox', 'project-order'];
const now = () => new Date(pipeline.kernel.now()).toISOString();

/** Both mappings are off for `ms`, and the stream forgets what is older than 24 hours. */
async function missing(ms: number, meanwhile: () => Promise<void>): Promise<void> {
  const endMs = pipeline.kernel.now() + ms;
  for (const reader of readers) pipeline.mapping(reader).pause();
  await meanwhile();
  await pipeline.kernel.advance(endMs - pipeline.kernel.now());
  for (const reader of readers) pipeline.mapping(reader).resume();
  await pipeline.settle();
}

type Report = { page: number; outcome: string; read: number; fed: number; parked: number };

/** Sends the message, and answers what was logged about it until the pipeline was settled. */
async function rescue(message: object): Promise<Report[]> {
  const from = pipeline.logs.length;
  const QueueUrl = pipeline.queue('rescue-outbox').url;
  const MessageBody = JSON.stringify(message);
  await pipeline.call('sqs', 'SendMessage', { QueueUrl, MessageBody, DelaySeconds: 0 });
  await pipeline.settle();
  return pipeline.logs
    .slice(from)
    .flatMap(({ line }) => (line.startsWith('{"rescue"') ? [JSON.parse(line) as Report] : []));
}

async function statuses(...ids: readonly string[]): Promise<unknown[]> {
  const orders = await pipeline.orders();
  return ids.map((id) => orders.find((order) => order.id === id)?.status);
}

async function listed(): Promise<string[]> {
  const { json } = await pipeline.ask({ path: '/orders?limit=100' });
  return (json as { orders: { id: string }[] }).orders.map(({ id }) => id).sort();
}

/** What the providers know of orders: charges, parcels, e-mails. */
async function effectsOn(ids: readonly string[]): Promise<Row[]> {
  const rows = await pipeline.rows('Sandbox');
  return rows.filter(({ orderId }) => ids.includes(String(orderId)));
}

describe('a stream that nobody reads for 30 hours', () => {
  const ids = { before: [] as string[], cut: '', lost: [] as string[], cancelled: '', kept: '' };
  let since: string;
  let effects: Row[];

  it('takes orders whose events are then forgotten: they stay pending, and unseen', async () => {
    ids.before = await pipeline.placeAll([placing('a'), placing('b')]);
    await pipeline.settle(1);
    effects = await effectsOn(ids.before);
    // One order's saga has begun when both mappings go off: nobody hears how it ends.
    ids.cut = await pipeline.place(placing('cut'));
    const isRunning = () => pipeline.engine.pending().some((each) => each.includes(ids.cut));
    expect(await pipeline.kernel.until(isRunning, 60_000)).toBe(true);
    since = now();
    await missing(30 * hourMs, async () => {
      await pipeline.kernel.advance(hourMs);
      ids.lost = await pipeline.placeAll([placing('c'), placing('d')]);
      expect((await pipeline.ask(placing('e', { lines: { unknown: 1 } }))).status).toBe(422);
      ids.cancelled = await pipeline.place(placing('f'));
      expect((await pipeline.ask(cancelling(ids.cancelled))).status).toBe(202);
      await pipeline.kernel.advance(28 * hourMs);
      ids.kept = await pipeline.place(placing('g'));
    });

    expect(await statuses(ids.kept, ...ids.lost)).toEqual(['REJECTED', 'PENDING', 'PENDING']);
    expect(await pipeline.order(ids.cut)).toMatchObject({
      ...{ status: 'CONFIRMED', payment: 'AUTHORIZED' },
    });
    const shown = await listed();
    for (const id of [...ids.lost, ids.cancelled]) expect(shown).not.toContain(id);
    expect(await pipeline.problems()).not.toEqual([]);
  });

  it('is made up for by one message: every order ends, and is seen', async () => {
    const reports = await rescue({ since });
    expect(reports).toContainEqual(
      expect.objectContaining({ page: 1, outcome: 'over', read: 8, fed: 5, parked: 0 }),
    );
    expect(await statuses(...ids.lost)).toEqual(['REJECTED', 'REJECTED']);
    const [lost = ''] = ids.lost;
    expect(await pipeline.order(lost)).toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
    expect(await pipeline.order(ids.cut)).toMatchObject({ payment: 'CAPTURED' });
    expect(await listed()).toEqual(Object.values(ids).flat().sort());
    expect(await pipeline.problems()).toEqual([]);
  });

  it('disturbs no order that had ended, even when all are told again', async () => {
    const reports = await rescue({ since: '2000-01-01T00:00:00Z' });
    expect(reports).toContainEqual(expect.objectContaining({ outcome: 'over', read: 8, fed: 7 }));
    expect(await effectsOn(ids.before)).toEqual(effects);
    expect(await pipeline.problems()).toEqual([]);
  });
});

describe('a rescue of several pages', () => {
  it('goes on where it was, whatever fails in between, and finds every order', async () => {
    // 230 refused requests lie between the orders; for a minute no page but the first can be read.
    const since = now();
    let ids: string[] = [];
    await missing(30 * hourMs, async () => {
      ids = await pipeline.placeAll(['h', 'i', 'j', 'k'].map((key) => placing(key)));
      for (let item = 0; item < 230; item++) {
        const Item = { id: { S: `refused-${item}` }, status: { S: 'REFUSED' } };
        const TableName = pipeline.table('OrdersTable');
        await pipeline.call('dynamodb', 'PutItem', { TableName, Item });
      }
    });
    let endMs = 0;
    const end = pipeline.disturb((call, next) => {
      if (call.action !== 'Scan' || call.input.ExclusiveStartKey === undefined) return next();
      endMs ||= pipeline.kernel.now() + 60_000;
      if (pipeline.kernel.now() > endMs) return next();
      throw new AwsError('InternalServerError', 'provoked', { status: 500 });
    });
    const reports = await rescue({ since });
    end();
    expect(endMs).toBeGreaterThan(0);
    const pages = reports.filter(({ outcome }) => outcome !== 'superseded');
    expect([...new Set(pages.map(({ page }) => page))]).toEqual([1, 2, 3]);
    expect(pages.at(-1)).toMatchObject({ outcome: 'over', read: 242, fed: 4, parked: 0 });
    expect(await statuses(...ids)).toEqual(ids.map(() => 'REJECTED'));
    expect(await pipeline.problems()).toEqual([]);
  });
});

describe('orders of a quarter ago', () => {
  it('are left as they are, though Step Functions has forgotten their executions', async () => {
    // AWS forgets the name of an execution 90 days after its end: each order gets another one.
    const orders = await pipeline.orders();
    const effects = await pipeline.rows('Sandbox');
    await pipeline.kernel.advance(91 * 24 * hourMs);
    await rescue({ since: '2000-01-01T00:00:00Z' });
    const executions = await pipeline.engine.executions();
    const placed = orders.filter(({ status }) => status !== 'REFUSED');
    expect(executions.map(({ name }) => name).sort()).toEqual(placed.map(({ id }) => id).sort());
    expect(await pipeline.orders()).toEqual(orders);
    expect(await pipeline.rows('Sandbox')).toEqual(effects);
    expect(await pipeline.problems()).toEqual([]);
  });
});

describe('an item that nobody can read', () => {
  it('is parked with its reason, and the orders beside it are told', async () => {
    const Item = { id: { S: 'broken' }, version: { N: '1' }, status: { S: 'MELTED' } };
    const since = now();
    let id = '';
    await missing(30 * hourMs, async () => {
      const TableName = pipeline.table('OrdersTable');
      await pipeline.call('dynamodb', 'PutItem', { TableName, Item });
      id = await pipeline.place(placing('neighbour'));
    });
    const reports = await rescue({ since });
    expect(reports).toContainEqual(expect.objectContaining({ outcome: 'over', fed: 1, parked: 1 }));
    expect(await statuses(id)).toEqual(['REJECTED']);
    const [parked] = await pipeline.rows('ParkedTable');
    expect(parked).toMatchObject({
      id: 'item:broken',
      reason: expect.stringMatching(/^not an order item: /),
    });
    expect(JSON.parse(String(parked?.payload))).toEqual(Item);
    const TableName = pipeline.table('OrdersTable');
    await pipeline.call('dynamodb', 'DeleteItem', { TableName, Key: { id: Item.id } });
    await pipeline.settle(1);
    expect(await pipeline.problems(/^parked: item:broken/, /^parked: stream:/)).toEqual([]);
  });
});

describe('a message that is no wish', () => {
  it.each([
    ['a moment in the future', { since: '2126-01-01T00:00:00Z' }, /must not be in the future/],
    ['no moment', {}, /since: must be a moment/],
    ['a moment that is none', { since: '2026-02-30T00:00:00Z' }, /since: must be a moment/],
  ])('is parked with its reason when it has %s', async (_what, message, reason) => {
    expect(await rescue(message)).toEqual([]);
    const rows = await pipeline.rows('ParkedTable');
    const parked = rows.find(({ payload }) => payload === JSON.stringify(message));
    expect(parked?.reason).toMatch(reason);
  });
});
