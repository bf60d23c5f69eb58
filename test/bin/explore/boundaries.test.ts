import { describe, expect, it } from 'vitest';
import { boundaries, boundariesOf } from '../../../bin/explore/boundaries.ts';
import type { Site, SiteKind } from '../../../local/explorer/site.ts';

/** `call start-saga/GetItem.Orders sqs` */
function siteOf(text: string): Site {
  const [, what, actor, action, place, source] =
    /^(\w+) ([\w-]+)\/(\w+)\.([\w-]+) (\w+)$/.exec(text) ?? [];
  if (!actor || !action || !place || !source) throw new Error(`${text} names no site`);
  const id = `${actor}/${action}.${place}@1`;
  return { id, what: what as SiteKind, actor, action, place, source, path: actor, edge: actor };
}

describe('a site', () => {
  it.each([
    ['request client/POST.orders client', [1]],
    ['delivery place-order/on.http http', [1]],
    ['call place-order/PutItem.Orders http', [2]],
    ['call list-orders/Query.OrderView http', [2]],
    ['delivery relay-outbox/on.stream stream', [3]],
    ['call relay-outbox/PutItem.Parked stream', [3]],
    ['call relay-outbox/SendMessageBatch.Billing stream', [4]],
    ['call rescue-outbox/SendMessageBatch.Billing sqs', [4]],
    ['delivery notify-customer/on.sqs sqs', [5]],
    ['call notify-customer/PutItem.Notifications sqs', [6]],
    ['delivery start-saga/on.sqs sqs', [5, 7]],
    ['call start-saga/StartExecution.machine sqs', [7]],
    ['delivery reserve-stock/on.states states', [8, 15]],
    ['call reserve-stock/TransactWriteItems.Stock states', [6, 15]],
    ['call authorize-payment/PutItem.Sandbox states', [9, 15]],
    ['call capture-payment/UpdateItem.Sandbox sqs', [9]],
    ['delivery project-order/on.stream stream', [12]],
    ['call project-order/PutItem.OrderView stream', [12]],
    ['call rescue-outbox/TransactWriteItems.OrderView sqs', [12]],
    ['delivery watch-deadline/on.sqs sqs', [5, 13]],
    ['call recover-saga/SendMessage.PlaceOrderRecovery sqs', [13]],
    ['event bus/FAILED.rule bus', [13]],
  ])('%s lies at %j', (site, expected) => {
    expect(boundariesOf(siteOf(site), 'one-order')).toEqual(expected);
  });

  it('lies beside what operators do as well where the story has them', () => {
    const site = siteOf('delivery watch-deadline/on.sqs sqs');
    expect(boundariesOf(site, 'redrive-watch-deadline')).toEqual([5, 13, 14]);
    expect(
      boundariesOf(siteOf('delivery reserve-stock/on.states states'), 'stream-outage'),
    ).toEqual([8, 14, 15]);
  });

  it('that operators cause lies beside what they do, whatever the story', () => {
    const site = siteOf('delivery relay-outbox/on.operator operator');
    expect(boundariesOf(site, 'one-order')).toEqual([3, 14]);
  });

  it('is refused by its name when it lies at no boundary', () => {
    const site = siteOf('delivery place-order/on.sns sns');
    expect(() => boundariesOf(site, 'one-order')).toThrow(
      'place-order/on.sns@1 (from sns) lies at no boundary',
    );
  });
});

describe('boundaries', () => {
  it('are the fifteen of the charter, in its order', () => {
    expect(boundaries.map(({ number }) => number)).toEqual(
      Array.from({ length: 15 }, (_, at) => at + 1),
    );
  });
});
