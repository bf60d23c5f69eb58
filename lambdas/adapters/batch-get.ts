/** Consistent reads of many items of one table; what DynamoDB left unread is asked for again. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TransientFault } from '../contract/faults.ts';
import { type Attributes, dynamoCall } from './dynamo.ts';

/** DynamoDB's limit of one call. */
const mostKeys = 100;
const mostRounds = 5;

/** At most 100 distinct keys; items that do not exist are missing, and the order is DynamoDB's. */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly Readonly<Record<string, string>>[],
): Promise<Attributes[]> {
  if (keys.length > mostKeys) throw new RangeError(`at most ${mostKeys} keys, not ${keys.length}`);
  const items: Attributes[] = [];
  let unread: Record<string, AttributeValue>[] = keys.map((key) => marshall(key));
  for (let round = 1; unread.length > 0; round++) {
    if (round > mostRounds) throw new TransientFault(`${unread.length} items were not read`);
    if (round > 1) await new Promise((wake) => setTimeout(wake, Math.random() * 25 * 2 ** round));
    const Keys = unread;
    const answer = await dynamoCall(`read ${Keys.length} items`, () =>
      client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      ),
    );
    items.push(...(answer.Responses?.[table] ?? []).map((item) => unmarshall(item)));
    unread = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}
