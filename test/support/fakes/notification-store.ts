/** Notification rows in memory: the first claim of an event stays. */
import type { Notification } from '../../../lambdas/domain/notification.ts';
import type { NotificationStore } from '../../../lambdas/shell/notification-ports.ts';

export type FakeNotificationStore = NotificationStore & {
  readonly rows: Map<string, Notification>;
};

export function createFakeNotificationStore(): FakeNotificationStore {
  const rows = new Map<string, Notification>();
  return {
    rows,
    async claim(claim) {
      const row = rows.get(claim.eventId) ?? claim;
      rows.set(claim.eventId, row);
      return row;
    },
    async markSent(sent) {
      rows.set(sent.eventId, sent);
    },
  };
}
