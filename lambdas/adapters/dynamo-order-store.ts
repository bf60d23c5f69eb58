/** Orders in DynamoDB: one conditional write carries the new state, its version and its event. */
import assert from 'node:assert/strict';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Order } from '../domain/order.ts';
import type { OrderStore } from '../shell/ports.ts';
import { conditionalCall, dynamoCall } from './dynamo.ts';
import { orderItem, outboxEntry, parseOrderItem } from './order-item.ts';

/** What a transition may change; everything else is fixed when the order is placed. */
const changing = ['status', 'payment', 'shipment', 'reason', 'parked', 'cancelledFrom'] as const;

export function dynamoOrderStore(client: DynamoDBClient, table: string): OrderStore {
  return {
    async find(id) {
      const { Item } = await dynamoCall(`read order ${id}`, () =>
        client.send(
          new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
        ),
      );
      if (!Item) return undefined;
      const item = unmarshall(Item);
      return item.status === 'REFUSED' ? undefined : parseOrderItem(item);
    },

    async commit(order, next) {
      assert.equal(next.version, order.version + 1, 'a transition is one version');
      const input = commitInput(table, order, next);
      const result = await conditionalCall(`commit order ${order.id}`, () =>
        client.send(new UpdateItemCommand(input)),
      );
      if (result.outcome === 'written') return { outcome: 'committed' };
      assert(result.stored, 'an order is never deleted');
      return { outcome: 'lost', stored: parseOrderItem(result.stored) };
    },
  };
}

function commitInput(table: string, order: Order, next: Order) {
  const item = orderItem(next);
  const set = changing.filter((name) => item[name] !== undefined);
  const event = next.events.at(-1);
  assert(event && event.version === next.version, 'a transition has its event');
  return {
    TableName: table,
    Key: { id: { S: order.id } },
    ConditionExpression: '#version = :expected',
    UpdateExpression: `SET #version = :version, #outbox = list_append(#outbox, :events), ${set
      .map((name) => `#${name} = :${name}`)
      .join(', ')}`,
    ExpressionAttributeNames: {
      '#version': 'version',
      '#outbox': 'outbox',
      ...Object.fromEntries(set.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: marshall(
      {
        ':expected': order.version,
        ':version': next.version,
        ':events': [outboxEntry(event)],
        ...Object.fromEntries(set.map((name) => [`:${name}`, item[name]])),
      },
      { removeUndefinedValues: true },
    ),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}
