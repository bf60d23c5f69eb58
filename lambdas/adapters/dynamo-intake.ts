/** The intake's one write: the order id is the idempotency check, the state and the outbox at once. */
import assert from 'node:assert/strict';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { OrderIntake, RecordedAnswer } from '../shell/order-intake.ts';
import { conditionalCall } from './dynamo.ts';
import { answerItem, parseAnswerItem } from './order-answer-item.ts';

export function dynamoIntake(client: DynamoDBClient, table: string): OrderIntake {
  return {
    async record(recorded) {
      const result = await conditionalCall(`record order ${idOf(recorded)}`, () =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall(answerItem(recorded), { removeUndefinedValues: true }),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      if (result.outcome === 'written') return { outcome: 'recorded' };
      assert(result.stored, 'a refused condition brings the item that refused it');
      return { outcome: 'found', stored: parseAnswerItem(result.stored) };
    },
  };
}

const idOf = ({ answer }: RecordedAnswer): string =>
  answer.kind === 'order' ? answer.order.id : answer.id;
