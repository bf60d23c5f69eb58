/** One message to the customer per event: claimed, then sent, and a found claim is settled by key. */
import assert from 'node:assert/strict';
import type { OrderEventType } from './order.ts';
import { epochMs, type Instant, type OrderId } from './values.ts';

export const templates = {
  OrderConfirmed: 'order-confirmed',
  OrderRejected: 'order-rejected',
  OrderCancelled: 'order-cancelled',
} as const satisfies Partial<Record<OrderEventType, string>>;
export type Template = (typeof templates)[keyof typeof templates];

export const templateOf = (type: OrderEventType): Template | undefined =>
  type in templates ? templates[type as keyof typeof templates] : undefined;

export type Notification = {
  /** `<source>|<id>` of the event; also the mail provider's idempotency key. */
  readonly eventId: string;
  readonly orderId: OrderId;
  readonly status: 'CLAIMED' | 'SENT';
  readonly claimedAt: Instant;
};

export type NotifyMove =
  | 'send'
  | 'nothing'
  /** Whether it was sent can no longer be settled by key: someone has to look. */
  | 'give up';

/** One's own fresh claim and one found are the same: the key makes the sending single. */
export function notifyMove(
  { status, claimedAt }: Notification,
  { now, keyValidityMs }: { now: Instant; keyValidityMs: number },
): NotifyMove {
  if (status === 'SENT') return 'nothing';
  return epochMs(now) - epochMs(claimedAt) < keyValidityMs ? 'send' : 'give up';
}

export function sent(claimed: Notification): Notification {
  assert.equal(claimed.status, 'CLAIMED', 'what is sent was claimed first');
  return { ...claimed, status: 'SENT' };
}
