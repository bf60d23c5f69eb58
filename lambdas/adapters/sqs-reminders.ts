/** Reminders as delayed messages on the recovery queue: `{"orderId"}`. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Reminders } from '../shell/recover-order.ts';
import { sqsFault } from './sqs.ts';

export function sqsReminders(client: SQSClient, queue: string): Reminders {
  return {
    async remind(orderId, seconds) {
      try {
        await client.send(
          new SendMessageCommand({
            QueueUrl: queue,
            MessageBody: JSON.stringify({ orderId }),
            DelaySeconds: seconds,
          }),
        );
      } catch (cause) {
        throw sqsFault(`remind of order ${orderId}`, cause);
      }
    },
  };
}
