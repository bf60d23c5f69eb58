import { describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../lambdas/contract/order-events.ts';
import type { OrderChange } from '../../../lambdas/shell/order-change.ts';
import { newEvents, relayOutbox } from '../../../lambdas/shell/relay-outbox.ts';
import { capturedOrder, confirmedOrder, placedOrder } from '../../support/sample-orders.ts';

const placed = placedOrder();
const confirmed = confirmedOrder(placed);
const placing: OrderChange = { sequenceNumber: '1', after: placed };
const confirming: OrderChange = { sequenceNumber: '2', before: placed, after: confirmed };
const routes = { OrderPlaced: ['saga', 'watch'], OrderConfirmed: ['billing', 'watch'] };

/** A publisher that stops where `stops` says, and remembers what it was asked to send. */
function createPublisher(stops: Record<string, number> = {}) {
  const asked = new Map<string, readonly CloudEvent[]>();
  return {
    asked,
    publish: async (queue: string, events: readonly CloudEvent[]) => {
      asked.set(queue, events);
      return stops[queue];
    },
  };
}

describe('the relay', () => {
  it('answers the change at which a queue stopped, and serves the others to the end', async () => {
    const publisher = createPublisher({ watch: 1 });
    expect(await relayOutbox(publisher, routes, [placing, confirming])).toEqual([confirming]);
    expect([...publisher.asked.keys()].sort()).toEqual(['billing', 'saga', 'watch']);
  });

  it('publishes nothing for a deleted order', () => {
    expect(newEvents({ sequenceNumber: '3', before: confirmed })).toEqual([]);
  });

  it('publishes nothing for a write without a new event', () => {
    expect(newEvents({ sequenceNumber: '3', before: confirmed, after: confirmed })).toEqual([]);
  });

  it('publishes every event that the old image lacks, oldest first', () => {
    const types = (change: OrderChange) => newEvents(change).map(({ type }) => type);
    expect(types(placing)).toEqual(['OrderPlaced']);
    expect(types(confirming)).toEqual(['OrderConfirmed']);
    expect(types({ sequenceNumber: '4', after: capturedOrder(confirmed) })).toEqual([
      'OrderPlaced',
      'OrderConfirmed',
      'PaymentCaptured',
    ]);
  });

  it('gives an event the same id whenever it is published', () => {
    const [first] = newEvents(confirming);
    const again = newEvents({ sequenceNumber: '9', after: confirmed })[1];
    expect(again).toEqual(first);
    expect(first).toMatchObject({ id: `${placed.id}:2`, subject: placed.id });
  });

  it('keeps the order of the stream within a queue', async () => {
    const publisher = createPublisher();
    await relayOutbox(publisher, routes, [placing, confirming]);
    const types = publisher.asked.get('watch')?.map(({ type }) => type);
    expect(types).toEqual(['OrderPlaced', 'OrderConfirmed']);
  });

  it('asks no queue for an event to which none subscribes', async () => {
    const publisher = createPublisher();
    expect(await relayOutbox(publisher, {}, [placing])).toEqual([]);
    expect(publisher.asked.size).toBe(0);
  });
});
