/** V6: a message is an event that is committed, word for word, and was news when it was sent. */
import type { Delivery, Sent, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { eventIn, type TravellingEvent } from './messages.ts';
import { eventsOf, findOrder } from './order-row.ts';

export const noGhost: Invariant = {
  id: 'V6',
  name: 'no-ghost',
  sentence:
    'Every message equals a committed event, and the relay sends only what a write has added.',
  watch: () => {
    /** Sent by the relay, and not yet known to come from a record that announces it. */
    let unexplained: { queue: string; id: string }[] = [];
    /** Announced in deliveries that broke off: their environments may still be sending. */
    const brokenOff = new Set<string>();
    return {
      always(happening, world) {
        if (happening.kind === 'sent') {
          const { sent } = happening;
          const event = eventIn(sent.body);
          if (!event) return reminderProblems(sent, world);
          if (sent.by === 'relay-outbox') unexplained.push({ queue: sent.queue, id: event.id });
          return eventProblems(event, world);
        }
        if (happening.kind !== 'delivery' || happening.delivery.entry !== 'relay-outbox') return [];
        const announced = announcedBy(happening.delivery);
        unexplained = unexplained.filter(({ id }) => !announced.has(id));
        if (happening.delivery.outcome !== 'ok') for (const id of announced) brokenOff.add(id);
        return [];
      },
      atRest: (world) =>
        unexplained
          .filter(({ queue, id }) => !brokenOff.has(id) && !isHeldUp(queue, world))
          .map(({ queue, id }) => `${id} was sent to ${queue}, but no write had just added it`),
    };
  },
};

/** A call that a fault holds up arrives when its function, which has tried it again, has long answered. */
const isHeldUp = (queue: string, { faults }: World): boolean =>
  faults.some(({ site, kind }) => {
    const [, place] = /^relay-outbox\/SendMessageBatch\.(\w+)@/.exec(site) ?? [];
    return kind === 'R5s' && place !== undefined && queue.startsWith(place);
  });

function eventProblems(event: TravellingEvent, world: World): string[] {
  const order = findOrder(world, event.subject);
  if (!order) return [`${event.type} ${event.id} tells of an order that is not committed`];
  const committed = eventsOf(order).find(({ id }) => id === event.id);
  if (!committed) return [`${event.type} ${event.id} is no event of order ${order.id}`];
  const version = Number(event.id.split(':')[1]);
  const expected = {
    source: ['/everonce/orders', event.source],
    type: [committed.type, event.type],
    time: [committed.at, event.time],
    'data.orderId': [order.id, event.data.orderId],
    'data.version': [version, event.data.version],
    'data.customer': [order.customer, event.data.customer],
  };
  return Object.entries(expected)
    .filter(([, [wanted, found]]) => wanted !== found)
    .map(([name, [wanted, found]]) => `${event.id}: ${name} is ${found}, committed was ${wanted}`);
}

/** A reminder to look at an order is no event, but it too is about something. */
function reminderProblems({ body, by }: Sent, world: World): string[] {
  const [, orderId] = /^\{"orderId":"([^"]*)"\}$/.exec(body) ?? [];
  if (orderId === undefined || findOrder(world, orderId)) return [];
  return [`${by} sent a reminder of ${orderId}, which is no order`];
}

type Image = { readonly id?: { readonly S?: string }; readonly version?: { readonly N?: string } };
interface StreamRecord {
  readonly dynamodb?: { readonly OldImage?: Image; readonly NewImage?: Image };
}

/** Ids of the events that the new images have beyond the old ones. */
function announcedBy({ event }: Delivery): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { dynamodb } of (event as { Records: readonly StreamRecord[] }).Records) {
    const { OldImage: before, NewImage: after } = dynamodb ?? {};
    const to = Number(after?.version?.N ?? 0);
    for (let version = Number(before?.version?.N ?? 0) + 1; version <= to; version++)
      ids.add(`${after?.id?.S}:${version}`);
  }
  return ids;
}
