/** Rescues under way: each with its newest page in a row beside the view, which expires by itself. */
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { epochMs } from '../domain/values.ts';
import type { Clock } from '../shell/ports.ts';
import type { RescueRuns } from '../shell/rescue-outbox.ts';
import { conditionalCall } from './dynamo.ts';
import { sendLater } from './sqs.ts';

export type RescueRunsSettings = {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly sqs: SQSClient;
  readonly queue: string;
  readonly clock: Clock;
};

/** Longer than a dead letter waits for its redrive. A run without its row goes on, and may double. */
const retentionSeconds = 30 * 86_400;

export function rescueRuns({ dynamo, table, sqs, queue, clock }: RescueRunsSettings): RescueRuns {
  return {
    async claim({ run, page, token }) {
      const expires = Math.floor(epochMs(clock()) / 1000) + retentionSeconds;
      const result = await conditionalCall(`claim page ${page} of rescue ${run}`, () =>
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { id: { S: `rescue#${run}` } },
            ConditionExpression:
              'attribute_not_exists(#page) OR #page < :page OR (#page = :page AND #token = :token)',
            UpdateExpression: 'SET #page = :page, #token = :token, #expires = :expires',
            ExpressionAttributeNames: {
              '#page': 'page',
              '#token': 'token',
              '#expires': 'expires',
            },
            ExpressionAttributeValues: {
              ':page': { N: String(page) },
              ':token': { S: token },
              ':expires': { N: String(expires) },
            },
          }),
        ),
      );
      return result.outcome === 'written';
    },

    goOn: (page, seconds) =>
      sendLater(sqs, queue, { what: `go on with page ${page.page}`, body: page, seconds }),
  };
}
