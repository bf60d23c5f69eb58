/** Parked things in a table of their own, each counted by a metric that an alarm watches. */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { metrics } from '../contract/names.ts';
import { epochMs } from '../domain/values.ts';
import type { ParkedEntry, ParkingLot } from '../shell/ports.ts';
import { conditionalCall, dynamoCall } from './dynamo.ts';

/** An item may have 400 KB: the payload leaves room for the rest. */
const longestPayloadBytes = 256 * 1024;

export function dynamoParkingLot(
  client: DynamoDBClient,
  { table, service }: { table: string; service: string },
): ParkingLot {
  return {
    async park(entry) {
      // First: a function that dies after the write may have been the last to come here.
      countParked(entry, service);
      await conditionalCall(`park ${entry.id}`, () =>
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: marshall({ ...entry, payload: cut(entry.payload) }),
            ConditionExpression: 'attribute_not_exists(id)',
          }),
        ),
      );
    },

    async isParked(id) {
      const { Item } = await dynamoCall(`read parked ${id}`, () =>
        client.send(
          new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
        ),
      );
      return Item !== undefined;
    },
  };
}

/** Between two characters: half of one at the end would come back as U+FFFD. */
function cut(payload: string): string {
  const bytes = Buffer.from(payload);
  if (bytes.length <= longestPayloadBytes) return payload;
  const kept = bytes
    .subarray(0, longestPayloadBytes)
    .toString()
    .replace(/\ufffd$/, '');
  return `${kept}… (${bytes.length} bytes)`;
}

/** CloudWatch's embedded metric format: one log line, no call. */
function countParked({ id, reason, at }: ParkedEntry, service: string): void {
  const metric = { Name: metrics.parked, Unit: 'Count' };
  console.error(
    JSON.stringify({
      _aws: {
        Timestamp: epochMs(at),
        CloudWatchMetrics: [
          { Namespace: metrics.namespace, Dimensions: [['service']], Metrics: [metric] },
        ],
      },
      service,
      [metrics.parked]: 1,
      id,
      reason,
    }),
  );
}
