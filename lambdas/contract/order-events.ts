/**
 * The events of an order, as they stand in the order item and as they travel (CloudEvents 1.0,
 * structured mode). An event is identified by (order, version) and never rewritten.
 */
import * as z from 'zod/mini';
import { type OrderEvent, type OrderEventType, orderEventTypes } from '../domain/order.ts';
import { type Instant, isOrderId, type OrderId } from '../domain/values.ts';
import { PermanentFault } from './faults.ts';

export { type OrderEvent, type OrderEventType, orderEventTypes };

export const eventSource = '/everonce/orders';
/** Value of the SQS message attribute `contentType`: our convention, there is no official binding. */
export const eventContentType = 'application/cloudevents+json';

/** What travels. `id` is stable across republishing: `<order id>:<version>`. */
export type CloudEvent = {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: typeof eventSource;
  readonly type: OrderEventType;
  /** The order's id. */
  readonly subject: OrderId;
  readonly time: Instant;
  readonly datacontenttype: 'application/json';
  /** W3C trace context of the request that placed the order. */
  readonly traceparent: string;
  readonly data: { readonly orderId: OrderId; readonly version: number; readonly customer: string };
};

export type EventOrigin = {
  readonly id: OrderId;
  readonly customer: string;
  readonly traceparent: string;
};

export function cloudEvent(origin: EventOrigin, event: OrderEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: `${origin.id}:${event.version}`,
    source: eventSource,
    type: event.type,
    subject: origin.id,
    time: event.time,
    datacontenttype: 'application/json',
    traceparent: origin.traceparent,
    data: { orderId: origin.id, version: event.version, customer: origin.customer },
  };
}

const orderId = z.string().check(z.refine(isOrderId));
const shape = z.object({
  specversion: z.literal('1.0'),
  id: z.string().check(z.minLength(1)),
  source: z.literal(eventSource),
  type: z.enum(orderEventTypes),
  subject: orderId,
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  traceparent: z.string(),
  data: z.object({
    orderId,
    version: z.int().check(z.positive()),
    customer: z.string().check(z.minLength(1)),
  }),
});

/** Reads a message body. Unknown fields are ignored; anything else unexpected is permanent. */
export function parseCloudEvent(body: string): CloudEvent {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new PermanentFault('an event must be JSON', { cause });
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data as CloudEvent;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not an order event: ${issue?.path.join('.')}: ${issue?.message}`);
}
