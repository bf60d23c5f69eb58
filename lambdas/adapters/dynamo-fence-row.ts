/**
 * Rows of a fence, keyed by order: read consistently, and replaced whole on condition of the version
 * that was read. What the row means is the business of the store that uses it.
 */
import assert from 'node:assert/strict';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { OrderId } from '../domain/values.ts';
import { type Attributes, conditionalCall, dynamoCall } from './dynamo.ts';

export async function findRow(
  client: DynamoDBClient,
  table: string,
  orderId: OrderId,
): Promise<Attributes | undefined> {
  const { Item } = await dynamoCall(`read ${table} ${orderId}`, () =>
    client.send(
      new GetItemCommand({
        TableName: table,
        Key: { orderId: { S: orderId } },
        ConsistentRead: true,
      }),
    ),
  );
  return Item && unmarshall(Item);
}

/** Returns undefined when written, else the row that is there instead. */
export async function replaceRow(
  client: DynamoDBClient,
  table: string,
  { expectedVersion, item }: { expectedVersion: number | undefined; item: Attributes },
): Promise<Attributes | undefined> {
  assert.equal(item.version, (expectedVersion ?? 0) + 1, 'a change of a fence is one version');
  const isNew = expectedVersion === undefined;
  const result = await conditionalCall(`write ${table} ${item.orderId}`, () =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(item, { removeUndefinedValues: true }),
        ConditionExpression: isNew ? 'attribute_not_exists(orderId)' : '#version = :expected',
        ...(!isNew && {
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
        }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  );
  if (result.outcome === 'written') return undefined;
  assert(result.stored, 'a row of a fence is never deleted');
  return result.stored;
}
