/** OrderPlaced, for queues that carry nothing else. */
import { PermanentFault } from './faults.ts';
import { type CloudEvent, parseCloudEvent } from './order-events.ts';

export type OrderPlaced = CloudEvent & { readonly type: 'OrderPlaced' };

export function parseOrderPlaced(body: string): OrderPlaced {
  const event = parseCloudEvent(body);
  if (!isOrderPlaced(event))
    throw new PermanentFault(`this queue expects OrderPlaced, not ${event.type}`);
  return event;
}

const isOrderPlaced = (event: CloudEvent): event is OrderPlaced => event.type === 'OrderPlaced';
