/**
 * Rows and sales counters of the read model. A row is written on condition that exactly the expected
 * one is there; a counter moves only in the same transaction, so that it cannot count twice.
 */
import assert from 'node:assert/strict';
import {
  type DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import { orderRowKey } from '../contract/read-model.ts';
import { type Sale, type SalesChange, salesShard } from '../domain/sales.ts';
import { isCurrency, type OrderId } from '../domain/values.ts';
import type { HeldRow, ViewRow } from '../domain/view.ts';
import type { ViewStore } from '../shell/project-orders.ts';
import { type Attributes, conditionalCall, transactionCall } from './dynamo.ts';

export function dynamoViewStore(client: DynamoDBClient, table: string): ViewStore {
  return {
    async replace({ held, row, sales }) {
      const what = `write row of order ${row.id}`;
      const put = conditionalPut(table, held, row);
      if (sales.length === 0) {
        const result = await conditionalCall(what, () => client.send(new PutItemCommand(put)));
        return result.outcome === 'written' ? replaced : lost(result.stored);
      }
      const TransactItems: TransactWriteItem[] = [
        { Put: put },
        ...sales.map((change) => ({ Update: counterUpdate(table, row.id, change) })),
      ];
      const result = await transactionCall(what, () =>
        client.send(new TransactWriteItemsCommand({ TransactItems })),
      );
      return result.outcome === 'written' ? replaced : lost(result.reasons[0]?.stored);
    },
  };
}

const replaced = { outcome: 'replaced' } as const;
const lost = (stored: Attributes | undefined) =>
  ({ outcome: 'lost', stored: stored && parseHeldRow(stored) }) as const;

function conditionalPut(table: string, held: HeldRow | undefined, row: ViewRow) {
  return {
    TableName: table,
    Item: marshall(rowItem(row)),
    ...(held ? isExactly(held) : { ConditionExpression: 'attribute_not_exists(id)' }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/** The sale too: it decides what the counters gain, whichever release computed the stored one. */
function isExactly({ version, sale }: HeldRow) {
  return {
    ConditionExpression: `#version = :held AND ${sale ? 'sale = :sale' : 'attribute_not_exists(sale)'}`,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: marshall({
      ':held': version,
      ...(sale && { ':sale': saleAttribute(sale) }),
    }),
  };
}

function counterUpdate(table: string, orderId: OrderId, { day, orders, revenue }: SalesChange) {
  const sums = [...revenue];
  assert(orders !== 0 || sums.length > 0, 'a change of sales changes something');
  const added = ['orders', ...sums.map((_, index) => `#sum${index}`)];
  const values = [orders, ...sums.map(([, amount]) => amount)];
  return {
    TableName: table,
    Key: { id: { S: `sales#${day}#${salesShard(orderId)}` } },
    UpdateExpression: `ADD ${added.map((name, index) => `${name} :${index}`).join(', ')}`,
    ...(sums.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(
        sums.map(([currency], index) => [`#sum${index}`, `revenue#${currency}`]),
      ),
    }),
    ExpressionAttributeValues: marshall(
      Object.fromEntries(values.map((value, index) => [`:${index}`, value])),
    ),
  };
}

function rowItem(row: ViewRow): Attributes {
  const id = orderRowKey(row.id);
  const sale = 'sale' in row ? row.sale : undefined;
  return { ...row, id, ...(sale && { sale: saleAttribute(sale) }) };
}

/** `<day> <amount in minor units> <currency>` */
const saleAttribute = ({ day, revenue }: Sale): string =>
  `${day} ${revenue.amount} ${revenue.currency}`;

const held = z.object({ version: z.int(), sale: z.optional(z.string()) });

function parseHeldRow(item: Attributes): HeldRow {
  const parsed = held.safeParse(item);
  if (!parsed.success) throw new PermanentFault(`not a row of the view: ${item.id}`);
  const { version, sale } = parsed.data;
  return { version, ...(sale && { sale: parseSale(sale) }) };
}

function parseSale(text: string): Sale {
  const [, day, amount, currency] = /^(\d{4}-\d\d-\d\d) (\d+) ([A-Z]{3})$/.exec(text) ?? [];
  if (!day || !currency || !isCurrency(currency))
    throw new PermanentFault(`not a sale: ${text}, expected "<day> <amount> <currency>"`);
  return { day, revenue: { amount: Number(amount), currency } };
}
