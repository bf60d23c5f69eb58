/** What the notification consumer needs: the row of an event, and a mailer that takes a key. */
import type { Notification, Template } from '../domain/notification.ts';
import type { OrderId } from '../domain/values.ts';

export interface NotificationStore {
  /** Stores the claim unless the event has a row; returns the row as it now stands. */
  claim(claim: Notification): Promise<Notification>;
  /** Turns the claim into `SENT`; a row found `SENT` is done. */
  markSent(sent: Notification): Promise<void>;
}

export interface Mailer {
  /** For how long, in ms, the provider remembers a key; an older claim cannot be settled by it. */
  readonly keyValidityMs: number;
  /** Sends once per key. An unknown outcome is a `TransientFault`, a refusal a `PermanentFault`. */
  send(mail: Mail): Promise<void>;
}

export type Mail = {
  readonly key: string;
  readonly eventId: string;
  readonly orderId: OrderId;
  /** The customer, as the token's subject names them. */
  readonly to: string;
  readonly template: Template;
};
