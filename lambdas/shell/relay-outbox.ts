/**
 * What a write has beyond the one before it goes to every queue that subscribes to it, in stream order.
 * Queues do not wait for each other; a repeat sends the same events with the same ids.
 */
import { type CloudEvent, cloudEvent } from '../contract/order-events.ts';
import type { OrderEventType } from '../domain/order.ts';
import type { OrderChange } from './order-change.ts';

/** Event type → addresses of the queues that subscribe to it. */
export type OutboxRoutes = Readonly<Partial<Record<OrderEventType, readonly string[]>>>;

export interface EventPublisher {
  /**
   * Sends in order, in as few requests as possible, and stops at the first failure.
   * Answers the position of the first event not known to be accepted; undefined when all were.
   */
  publish(queue: string, events: readonly CloudEvent[]): Promise<number | undefined>;
}

type Delivery = { readonly change: OrderChange; readonly event: CloudEvent };

/** Answers the changes from which a queue has to be served again. */
export async function relayOutbox(
  publisher: EventPublisher,
  routes: OutboxRoutes,
  changes: readonly OrderChange[],
): Promise<readonly OrderChange[]> {
  const stops = await Promise.all(
    [...deliveriesByQueue(routes, changes)].map(async ([queue, deliveries]) => {
      const stop = await publisher.publish(
        queue,
        deliveries.map(({ event }) => event),
      );
      return stop === undefined ? undefined : deliveries[stop]?.change;
    }),
  );
  return stops.filter((change) => change !== undefined);
}

export function newEvents({ before, after }: OrderChange): readonly CloudEvent[] {
  if (!after) return [];
  const origin = {
    id: after.id,
    customer: after.principal.subject,
    traceparent: after.traceparent,
  };
  return after.events
    .filter(({ version }) => version > (before?.version ?? 0))
    .map((event) => cloudEvent(origin, event));
}

function deliveriesByQueue(routes: OutboxRoutes, changes: readonly OrderChange[]) {
  const byQueue = new Map<string, Delivery[]>();
  for (const change of changes)
    for (const event of newEvents(change))
      for (const queue of routes[event.type] ?? []) {
        const deliveries = byQueue.get(queue) ?? [];
        byQueue.set(queue, deliveries);
        deliveries.push({ change, event });
      }
  return byQueue;
}
