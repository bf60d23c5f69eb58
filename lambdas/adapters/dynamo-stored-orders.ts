/** The Orders table from end to end, page by page: for the rescue, whose readers miss what is older. */
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { StoredItem, StoredOrders } from '../shell/rescue-outbox.ts';
import { dynamoCall } from './dynamo.ts';
import { parseImage, poisonReason } from './order-image.ts';

export function dynamoStoredOrders(client: DynamoDBClient, table: string): StoredOrders {
  return {
    async page({ after, limit }) {
      const { Items = [], LastEvaluatedKey } = await dynamoCall('scan orders', () =>
        client.send(
          new ScanCommand({
            TableName: table,
            Limit: limit,
            ConsistentRead: true,
            ...(after && { ExclusiveStartKey: { id: { S: after } } }),
          }),
        ),
      );
      return { items: Items.map(readItem), next: LastEvaluatedKey?.id?.S };
    },
  };
}

function readItem(item: Record<string, AttributeValue>): StoredItem {
  try {
    const order = parseImage(item);
    return order === 'refused' ? { kind: 'refusal' } : { kind: 'order', order };
  } catch (error) {
    const reason = poisonReason(error, 'item');
    return { kind: 'poison', id: String(item.id?.S), reason, item: JSON.stringify(item) };
  }
}
