import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline.stop());

const consumers = [
  'start-saga',
  'watch-deadline',
  'recover-saga',
  'capture-payment',
  'notify-customer',
  'rescue-outbox',
];
const reasons: Readonly<Record<string, RegExp>> = {
  'not JSON': /must be JSON/,
  '{"type":"OrderTeleported","secret":"4242"}': /^not an? /,
};

describe('a message that nobody can read', () => {
  it('is parked with its reason by each consumer, and its neighbours are handled', async () => {
    // Garbage in every queue, together with an order's own messages.
    const bodies = Object.keys(reasons);
    for (const entry of consumers)
      for (const MessageBody of bodies)
        await pipeline.call('sqs', 'SendMessage', {
          ...{ QueueUrl: pipeline.queue(entry).url, MessageBody },
          DelaySeconds: 0,
        });
    const id = await pipeline.place(placing('neighbour'));
    await pipeline.settle(1);
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    const rows = await pipeline.rows('ParkedTable');
    expect(rows).toHaveLength(consumers.length * bodies.length);
    for (const entry of consumers) {
      const own = rows.filter((row) =>
        String(row.id).startsWith(`message:${pipeline.queue(entry).arn}:`),
      );
      expect(own.map(({ payload }) => payload).sort()).toEqual([...bodies].sort());
      for (const { payload, reason } of own) {
        expect(reason).toMatch(reasons[String(payload)] as RegExp);
        expect(reason).not.toContain('4242');
      }
    }
    expect(await pipeline.problems(/^parked: message:/)).toEqual([]);
  });
});

describe('a stream record that nobody can read', () => {
  const TableName = () => pipeline.table('OrdersTable');

  it('is parked once, whole, and later orders flow past it', async () => {
    // Someone writes an item that is no order into the table of orders.
    const Item = { id: { S: 'broken' }, version: { N: '1' }, status: { S: 'MELTED' } };
    await pipeline.call('dynamodb', 'PutItem', { TableName: TableName(), Item });
    const id = await pipeline.place(placing('after-poison'));
    await pipeline.quiet();
    expect(await pipeline.read(id)).toMatchObject({ status: 'CONFIRMED' });
    const rows = (await pipeline.rows('ParkedTable')).filter((row) =>
      String(row.id).startsWith('stream:'),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.reason).toMatch(/^not an order item: /);
    const { dynamodb } = JSON.parse(String(rows[0]?.payload)) as { dynamodb: object };
    expect(dynamodb).toMatchObject({ NewImage: Item });
  });

  it('publishes and shows nothing when it is taken away again', async () => {
    const Key = { id: { S: 'broken' } };
    await pipeline.call('dynamodb', 'DeleteItem', { TableName: TableName(), Key });
    await pipeline.settle(1);
    expect(await pipeline.problems(/^parked: message:/, /^parked: stream:/)).toEqual([]);
  });
});
