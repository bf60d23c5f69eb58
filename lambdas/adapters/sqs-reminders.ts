/** Reminders as delayed messages on the recovery queue: `{"orderId"}`. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Reminders } from '../shell/recover-order.ts';
import { sendLater } from './sqs.ts';

export const sqsReminders = (client: SQSClient, queue: string): Reminders => ({
  remind: (orderId, seconds) =>
    sendLater(client, queue, { what: `remind of order ${orderId}`, body: { orderId }, seconds }),
});
