/** Trips in DynamoDB: one conditional write carries the new state, its version and its event. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { conditionalCall } from '../../../lambdas/adapters/dynamo.ts';
import type { Trip } from './trip.ts';

export type Commit =
  | { readonly outcome: 'committed' }
  /** Somebody else was first: decide again on what is stored. */
  | { readonly outcome: 'lost'; readonly stored: Trip };

export async function commitTrip(
  client: DynamoDBClient,
  table: string,
  { expected, next }: { expected: Trip; next: Trip },
): Promise<Commit> {
  const result = await conditionalCall(`commit trip ${next.id}`, () =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(next, { removeUndefinedValues: true }),
        ConditionExpression: '#version = :expected',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':expected': { N: String(expected.version) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  );
  if (result.outcome === 'written') return { outcome: 'committed' };
  return { outcome: 'lost', stored: result.stored as Trip };
}
