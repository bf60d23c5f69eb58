import { beforeEach, describe, expect, it } from 'vitest';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import { cloudEvent, type OrderEventType } from '../../../lambdas/contract/order-events.ts';
import { notifyCustomer } from '../../../lambdas/shell/notify-customer.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeMailer } from '../../support/fakes/mailer.ts';
import { createFakeNotificationStore } from '../../support/fakes/notification-store.ts';
import { placedOrder } from '../../support/sample-orders.ts';

const order = placedOrder();
const eventOf = (type: OrderEventType, version = 2) =>
  cloudEvent(
    { id: order.id, customer: 'customer-1', traceparent: order.traceparent },
    { type, version, time: order.placedAt },
  );
const world = () => ({
  notifications: createFakeNotificationStore(),
  mailer: createFakeMailer(),
  clock: createFakeClock(),
});
let ports: ReturnType<typeof world>;
beforeEach(() => {
  ports = world();
});

describe('notify customer', () => {
  it.each([
    ['OrderConfirmed', 'order-confirmed'],
    ['OrderRejected', 'order-rejected'],
    ['OrderCancelled', 'order-cancelled'],
  ] as const)('sends for %s the template %s', async (type, template) => {
    await notifyCustomer(ports, eventOf(type));
    const orderId = order.id;
    const { source, id } = eventOf(type);
    expect([...ports.mailer.sent.values()]).toMatchObject([
      { key: `${source}|${id}`, orderId, eventId: `${orderId}:2`, to: 'customer-1', template },
    ]);
  });
  it('has nothing to say about any other event', async () => {
    await expect(notifyCustomer(ports, eventOf('OrderPlaced', 1))).rejects.toBeInstanceOf(
      PermanentFault,
    );
    expect(ports.notifications.rows.size).toBe(0);
  });
  it('does not ask the provider again for what is known to be sent', async () => {
    await notifyCustomer(ports, eventOf('OrderConfirmed'));
    const mailer = { ...ports.mailer, send: () => Promise.reject(new Error('sent before')) };
    await notifyCustomer({ ...ports, mailer }, eventOf('OrderConfirmed'));
    expect(ports.mailer.sent.size).toBe(1);
  });
  it('gives up on a claim that the provider can no longer settle by its key', async () => {
    const mailer = { ...ports.mailer, send: () => Promise.reject(new Error('no answer')) };
    await expect(notifyCustomer({ ...ports, mailer }, eventOf('OrderConfirmed'))).rejects.toThrow();
    ports.clock.advance(ports.mailer.keyValidityMs);
    const late = notifyCustomer(ports, eventOf('OrderConfirmed'));
    await expect(late).rejects.toThrow('not known whether sent');
    expect(ports.mailer.sent.size).toBe(0);
  });
});
