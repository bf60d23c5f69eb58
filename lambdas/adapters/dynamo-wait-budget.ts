/**
 * Leave to wait, counted by one item for every ten seconds. A wait is at most that long, so it ends
 * in the next window at the latest: with 40 % in each, 80 % of the concurrency may wait at once.
 */
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { limits } from '../contract/limits.ts';
import { epochMs } from '../domain/values.ts';
import type { WaitBudget } from '../shell/order-view.ts';
import type { Clock } from '../shell/ports.ts';
import { conditionalCall } from './dynamo.ts';

const windowMs = limits.waitSeconds * 1000;
const shareOfConcurrency = 0.4;
/** Seconds after which DynamoDB may delete a counter. */
const retentionSeconds = 3600;

export type WaitBudgetSettings = {
  readonly table: string;
  readonly clock: Clock;
  /** Executions of this function that run at once at most. */
  readonly concurrency: number;
};

export function dynamoWaitBudget(
  client: DynamoDBClient,
  { table, clock, concurrency }: WaitBudgetSettings,
): WaitBudget {
  const most = Math.floor(concurrency * shareOfConcurrency);
  return {
    async take() {
      if (most < 1) return false;
      const window = Math.floor(epochMs(clock()) / windowMs);
      const expires = Math.floor((window * windowMs) / 1000) + retentionSeconds;
      const result = await conditionalCall(`take leave to wait in window ${window}`, () =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { id: { S: `waits#${window}` } },
            ConditionExpression: 'attribute_not_exists(#started) OR #started < :most',
            UpdateExpression: 'ADD #started :one SET #expires = :expires',
            ExpressionAttributeNames: { '#started': 'started', '#expires': 'expires' },
            ExpressionAttributeValues: {
              ':one': { N: '1' },
              ':most': { N: String(most) },
              ':expires': { N: String(expires) },
            },
          }),
        ),
      );
      return result.outcome === 'written';
    },
  };
}
