/** Stock and reservations in one table: a transaction moves an order's fence and its quantities. */
import assert from 'node:assert/strict';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Movement, Reservation } from '../domain/stock.ts';
import type { OrderId, Sku } from '../domain/values.ts';
import type { ReservationCommit, Shortage, StockStore } from '../shell/stock-store.ts';
import { type Attributes, conditionalCall, dynamoCall, transactionCall } from './dynamo.ts';
import { requestToken } from './request-token.ts';

/** Key of the item that holds how much of a product is available. */
export const stockKey = (sku: Sku): string => `sku#${sku}`;
const reservationKey = (orderId: OrderId): string => `order#${orderId}`;

type ReservationChange = Parameters<StockStore['commitReservation']>[1];

export function dynamoStockStore(client: DynamoDBClient, table: string): StockStore {
  return {
    async findReservation(orderId) {
      const Key = marshall({ id: reservationKey(orderId) });
      const { Item } = await dynamoCall(`read reservation of ${orderId}`, () =>
        client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })),
      );
      return Item && parseReservation(unmarshall(Item));
    },

    async commitReservation(orderId, change) {
      const fence = fencePut(table, orderId, change);
      if (change.movements.length === 0) return commitFence(client, orderId, fence);
      const { found, reservation, movements } = change;
      const input = {
        ClientRequestToken: requestToken(orderId, found?.status ?? 'NONE', reservation.status),
        TransactItems: [{ Put: fence }, ...movements.map((movement) => moveOf(table, movement))],
      };
      const result = await transactionCall(`reservation of ${orderId}: ${reservation.status}`, () =>
        client.send(new TransactWriteItemsCommand(input)),
      );
      if (result.outcome === 'written') return { outcome: 'committed' };
      const [fenceRefusal, ...refusals] = result.reasons;
      if (fenceRefusal) return lost(fenceRefusal.stored);
      return { outcome: 'short', shortages: shortagesOf(movements, refusals) };
    },
  };
}

/** The fence alone: a single write costs half of a transaction. */
async function commitFence(
  client: DynamoDBClient,
  orderId: OrderId,
  fence: ReturnType<typeof fencePut>,
): Promise<ReservationCommit> {
  const result = await conditionalCall(`fence of ${orderId}`, () =>
    client.send(new PutItemCommand(fence)),
  );
  return result.outcome === 'written' ? { outcome: 'committed' } : lost(result.stored);
}

function fencePut(table: string, orderId: OrderId, { found, reservation }: ReservationChange) {
  const { status, lines } = reservation;
  const id = reservationKey(orderId);
  return {
    TableName: table,
    Item: marshall({ id, status, lines: lines.map(({ sku, quantity }) => [sku, quantity]) }),
    ...(found
      ? {
          ConditionExpression: '#status = :found',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':found': { S: found.status } },
        }
      : { ConditionExpression: 'attribute_not_exists(id)' }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/** A product without a stock item has none; giving back to it makes one. */
const moveOf = (table: string, { sku, change }: Movement): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: { id: { S: stockKey(sku) } },
    ...(change < 0
      ? {
          UpdateExpression: 'SET available = available - :quantity',
          ConditionExpression: 'available >= :quantity',
          ExpressionAttributeValues: { ':quantity': { N: String(-change) } },
        }
      : {
          UpdateExpression: 'SET available = if_not_exists(available, :none) + :quantity',
          ExpressionAttributeValues: { ':quantity': { N: String(change) }, ':none': { N: '0' } },
        }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

type Refusal = { readonly stored: Attributes | undefined } | undefined;

function shortagesOf(movements: readonly Movement[], refusals: readonly Refusal[]): Shortage[] {
  return movements.flatMap(({ sku, change }, index) => {
    const refusal = refusals[index];
    if (!refusal) return [];
    return [{ sku, missing: -change - Number(refusal.stored?.available ?? 0) }];
  });
}

function lost(stored: Attributes | undefined): ReservationCommit {
  assert(stored, 'a reservation is never deleted');
  return { outcome: 'lost', stored: parseReservation(stored) };
}

const shape = z.object({
  status: z.enum(['HELD', 'RELEASED']),
  lines: z.array(z.tuple([z.string(), z.int()])),
});

function parseReservation(item: Attributes): Reservation {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not a reservation: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { status, lines } = parsed.data;
  return { status, lines: lines.map(([sku, quantity]) => ({ sku: sku as Sku, quantity })) };
}
