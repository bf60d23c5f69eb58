/** The relay's routing table out of its environment variable: event type → queue URLs, as JSON. */
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import { orderEventTypes } from '../contract/order-events.ts';
import type { OutboxRoutes } from '../shell/relay-outbox.ts';

const routes = z.partialRecord(z.enum(orderEventTypes), z.array(z.url()));

export function parseOutboxRoutes(json: string): OutboxRoutes {
  const parsed = routes.safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`outbox routes: ${issue?.path.join('.')}: ${issue?.message}`);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new PermanentFault('outbox routes must be JSON', { cause });
  }
}
