/** An order, its payment and its shipment in one strongly consistent BatchGetItem over three tables. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { EffectsReader } from '../shell/confirm-order.ts';
import { dynamoCall } from './dynamo.ts';
import { parseOrderItem } from './order-item.ts';

const payment = z.optional(z.object({ status: z.string() }));
const shipment = z.optional(
  z.object({ status: z.string(), trackingNumber: z.optional(z.string()) }),
);

type Item = Record<string, AttributeValue>;
type Keys = Record<string, KeysAndAttributes>;

const tries = 4;

export function dynamoEffectsReader(
  client: DynamoDBClient,
  { orders, payments, shipments }: { orders: string; payments: string; shipments: string },
): EffectsReader {
  return {
    async find(orderId) {
      const Keys = [{ orderId: { S: orderId } }];
      const read = (projection: string): KeysAndAttributes => ({
        Keys,
        ConsistentRead: true,
        ProjectionExpression: projection,
        ExpressionAttributeNames: { '#status': 'status' },
      });
      const found = await readAll(client, `read effects of order ${orderId}`, {
        [orders]: { Keys: [{ id: { S: orderId } }], ConsistentRead: true },
        [payments]: read('#status'),
        [shipments]: read('#status, trackingNumber'),
      });
      const order = found.get(orders);
      return {
        order: order && parseOrderItem(unmarshall(order)),
        payment: parse(payment, found.get(payments)),
        shipment: parse(shipment, found.get(shipments)),
      };
    },
  };
}

/** A throttled table leaves its keys unprocessed without any error. */
async function readAll(client: DynamoDBClient, what: string, keys: Keys) {
  const items = new Map<string, Item>();
  let rest = keys;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const { Responses = {}, UnprocessedKeys = {} } = await dynamoCall(what, () =>
      client.send(new BatchGetItemCommand({ RequestItems: rest })),
    );
    for (const [table, [item]] of Object.entries(Responses)) if (item) items.set(table, item);
    if (Object.keys(UnprocessedKeys).length === 0) return items;
    rest = UnprocessedKeys;
    await new Promise((wake) => setTimeout(wake, Math.random() * 25 * 2 ** attempt));
  }
  throw new TransientFault(`${what}: unprocessed after ${tries} tries`);
}

function parse<T>(shape: z.ZodMiniType<T>, item: Item | undefined): T {
  const parsed = shape.safeParse(item && unmarshall(item));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not an effect's row: ${issue?.path.join('.')}: ${issue?.message}`);
}
