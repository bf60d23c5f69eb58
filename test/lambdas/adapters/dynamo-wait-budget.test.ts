import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoWaitBudget } from '../../../lambdas/adapters/dynamo-wait-budget.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const dynamo = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-central-1' });
beforeEach(() => void dynamo.reset());
const budgetOf = (concurrency: number) =>
  dynamoWaitBudget(client, { table: 'ReadModel', clock: createFakeClock(), concurrency });

describe('leave to wait', () => {
  it('is counted by ten seconds, up to 40 % of the concurrency', async () => {
    dynamo.on(UpdateItemCommand).resolves({});
    expect(await budgetOf(100).take()).toBe(true);
    const windowStart = Date.parse('2026-03-14T09:26:50Z');
    expect(dynamo.commandCalls(UpdateItemCommand)[0]?.args[0].input).toMatchObject({
      Key: { id: { S: `waits#${windowStart / 10_000}` } },
      ConditionExpression: 'attribute_not_exists(#started) OR #started < :most',
      UpdateExpression: 'ADD #started :one SET #expires = :expires',
      ExpressionAttributeNames: { '#started': 'started', '#expires': 'expires' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':most': { N: '40' },
        ':expires': { N: `${windowStart / 1000 + 3600}` },
      },
    });
  });

  it('is refused when it is used up', async () => {
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
    dynamo.on(UpdateItemCommand).rejects(refused);
    expect(await budgetOf(100).take()).toBe(false);
  });

  it('is never given where there is no concurrency to spare', async () => {
    expect(await budgetOf(2).take()).toBe(false);
    expect(dynamo.calls()).toHaveLength(0);
  });

  it('is given to one where the share comes to one', async () => {
    dynamo.on(UpdateItemCommand).resolves({});
    expect(await budgetOf(3).take()).toBe(true);
  });
});
