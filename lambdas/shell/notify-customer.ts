/** Tells the customer how the order was decided, once per event; needs nothing but the event. */
import { PermanentFault } from '../contract/faults.ts';
import type { CloudEvent } from '../contract/order-events.ts';
import { type Notification, notifyMove, sent, templateOf } from '../domain/notification.ts';
import type { Mailer, NotificationStore } from './notification-ports.ts';
import type { Clock } from './ports.ts';

export type NotifyCustomerPorts = {
  readonly notifications: NotificationStore;
  readonly mailer: Mailer;
  readonly clock: Clock;
};

export async function notifyCustomer(
  { notifications, mailer, clock }: NotifyCustomerPorts,
  event: CloudEvent,
): Promise<void> {
  const template = templateOf(event.type);
  if (!template) throw new PermanentFault(`no message to the customer for ${event.type}`);
  const now = clock();
  const row = await notifications.claim(claimOf(event, now));
  const move = notifyMove(row, { now, keyValidityMs: mailer.keyValidityMs });
  if (move === 'give up')
    throw new PermanentFault(`claimed at ${row.claimedAt}, key expired: not known whether sent`);
  if (move === 'nothing') return;
  const { orderId, customer: to } = event.data;
  await mailer.send({ key: row.eventId, eventId: event.id, orderId, to, template });
  await notifications.markSent(sent(row));
}

/** A message is identified by its event's source and id, never by the queue's message id. */
const claimOf = (event: CloudEvent, claimedAt: Notification['claimedAt']): Notification => ({
  eventId: `${event.source}|${event.id}`,
  orderId: event.data.orderId,
  status: 'CLAIMED',
  claimedAt,
});
