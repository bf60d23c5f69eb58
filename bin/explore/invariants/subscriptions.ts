/** Who has to hear of what: event types and queues with the entries that consume them. */

/** Entries that each event has to reach. */
export const subscribers: Readonly<Record<string, readonly string[]>> = {
  OrderPlaced: ['start-saga', 'watch-deadline'],
  OrderConfirmed: ['capture-payment', 'notify-customer'],
  OrderRejected: ['notify-customer'],
  OrderCancelled: ['notify-customer'],
};

const consumers = [
  ['PlaceOrderStart', 'start-saga'],
  ['PlaceOrderDeadline', 'watch-deadline'],
  ['PlaceOrderRecovery', 'recover-saga'],
  ['Billing', 'capture-payment'],
  ['Notification', 'notify-customer'],
  ['Rescue', 'rescue-outbox'],
] as const;

/** Entry that reads a queue, by the queue's logical id, name or ARN, its dead letters' included. */
export function consumerOf(queue: string): string {
  const found = consumers.find(([name]) => queue.includes(name));
  if (!found) throw new Error(`nobody is known to read ${queue}: enter it in subscriptions.ts`);
  return found[1];
}
