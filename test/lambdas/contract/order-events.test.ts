import { describe, expect, it } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import {
  type CloudEvent,
  cloudEvent,
  parseCloudEvent,
} from '../../../lambdas/contract/order-events.ts';
import { confirmedOrder, placedOrder } from '../../support/sample-orders.ts';

const order = confirmedOrder(placedOrder());
const [, confirming] = order.events;
if (!confirming) throw new Error('a confirmed order has two events');
const origin = { id: order.id, customer: 'customer-1', traceparent: order.traceparent };
const event = cloudEvent(origin, confirming);
const parse = (change: object) => parseCloudEvent(JSON.stringify({ ...event, ...change }));

describe('an event on its way', () => {
  it('is a CloudEvent about its order, with the version it made and the trace it belongs to', () => {
    expect(event).toEqual({
      specversion: '1.0',
      id: `${order.id}:2`,
      source: '/everonce/orders',
      type: 'OrderConfirmed',
      subject: order.id,
      time: order.placedAt,
      datacontenttype: 'application/json',
      traceparent: order.traceparent,
      data: { orderId: order.id, version: 2, customer: 'customer-1' },
    } satisfies CloudEvent);
  });

  it('is read back as it was sent', () => {
    expect(parse({})).toEqual(event);
  });

  it('is the same for readers that do not know its newer fields', () => {
    const newer = { extension: 'x', data: { ...event.data, coupon: 'y' } };
    expect(parse(newer)).toEqual(event);
  });

  it.each<[string, object]>([
    ['a type that nobody knows', { type: 'OrderForgotten' }],
    ['another source', { source: '/somewhere/else' }],
    ['another version of CloudEvents', { specversion: '2.0' }],
    ['no id', { id: '' }],
    ['a subject that is no order', { subject: 'order-1' }],
    ['a version that no order has', { data: { ...event.data, version: 0 } }],
    ['no data', { data: undefined }],
  ])('with %s is a fault that no retry can cure', (_what, change) => {
    expect(() => parse(change)).toThrow(PermanentFault);
  });

  it('that is no JSON is a fault that no retry can cure', () => {
    expect(() => parseCloudEvent('{')).toThrow(PermanentFault);
  });
});
