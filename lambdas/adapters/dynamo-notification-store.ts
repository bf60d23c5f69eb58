/** The inbox rows of the notification consumer: one per event, claimed before the mail is sent. */
import assert from 'node:assert/strict';
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Notification } from '../domain/notification.ts';
import { epochMs, instant, isOrderId, type OrderId } from '../domain/values.ts';
import type { NotificationStore } from '../shell/notification-ports.ts';
import { type Attributes, conditionalCall } from './dynamo.ts';

export function dynamoNotificationStore(client: DynamoDBClient, table: string): NotificationStore {
  return {
    async claim(claim) {
      const result = await conditionalCall(`claim ${claim.eventId}`, () =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall({ ...claim, claimedAt: epochMs(claim.claimedAt) }),
            ConditionExpression: 'attribute_not_exists(eventId)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      if (result.outcome === 'written') return claim;
      assert(result.stored, 'a claim is never deleted');
      return parseNotificationItem(result.stored);
    },

    /** Refused by a row that is `SENT` already, or by one's own write whose answer was lost. */
    async markSent({ eventId, status }) {
      await conditionalCall(`mark ${eventId} as sent`, () =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { eventId: { S: eventId } },
            UpdateExpression: 'SET #status = :sent',
            ConditionExpression: '#status = :claimed',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':sent': { S: status }, ':claimed': { S: 'CLAIMED' } },
          }),
        ),
      );
    },
  };
}

const shape = z.object({
  eventId: z.string(),
  orderId: z.string().check(z.refine(isOrderId)),
  status: z.enum(['CLAIMED', 'SENT']),
  /** Epoch milliseconds. */
  claimedAt: z.int(),
});

function parseNotificationItem(item: Attributes): Notification {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not a notification: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { orderId, claimedAt, ...same } = parsed.data;
  return { ...same, orderId: orderId as OrderId, claimedAt: instant(claimedAt) };
}
