/** Adjustments beside the stock they change, in one transaction; they are kept as its history. */
import assert from 'node:assert/strict';
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { AdjustmentRecord, AdjustmentStore, StockAdjustment } from '../shell/adjust-stock.ts';
import { type Attributes, dynamoCall, transactionCall } from './dynamo.ts';
import { stockKey } from './dynamo-stock-store.ts';
import { requestToken } from './request-token.ts';

const adjustmentKey = (id: string): string => `adjustment#${id}`;

export function dynamoAdjustmentStore(client: DynamoDBClient, table: string): AdjustmentStore {
  return {
    async find(id) {
      const Key = marshall({ id: adjustmentKey(id) });
      const { Item } = await dynamoCall(`read adjustment ${id}`, () =>
        client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })),
      );
      return Item && parseAdjustment(unmarshall(Item));
    },

    async commit(adjustment, stock) {
      const input = commitInput(table, adjustment, stock);
      const result = await transactionCall(`adjustment ${adjustment.id}`, () =>
        client.send(new TransactWriteItemsCommand(input)),
      );
      if (result.outcome === 'written') return { outcome: 'committed' };
      const [exists] = result.reasons;
      if (!exists) return { outcome: 'moved' };
      assert(exists.stored, 'an adjustment is never deleted');
      return { outcome: 'exists', stored: parseAdjustment(exists.stored) };
    },
  };
}

function commitInput(
  table: string,
  { id, fingerprint, sku, delta, reason }: StockAdjustment,
  { from, to }: { from: number; to: number },
): TransactWriteItemsCommandInput {
  const Put = {
    TableName: table,
    Item: marshall({ id: adjustmentKey(id), fingerprint, sku, delta, reason, stock: to }),
    ConditionExpression: 'attribute_not_exists(id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  // A product that never had stock has no item: that counts as none.
  const isUnset = from === 0 ? 'attribute_not_exists(available) OR ' : '';
  const Update = {
    TableName: table,
    Key: { id: { S: stockKey(sku) } },
    UpdateExpression: 'SET available = :to',
    ConditionExpression: `${isUnset}available = :from`,
    ExpressionAttributeValues: { ':from': { N: String(from) }, ':to': { N: String(to) } },
  };
  return {
    ClientRequestToken: requestToken(id, fingerprint, String(from)),
    TransactItems: [{ Put }, { Update }],
  };
}

const shape = z.object({ fingerprint: z.string(), stock: z.int() });

function parseAdjustment(item: Attributes): AdjustmentRecord {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not an adjustment: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { fingerprint: parsed.data.fingerprint, available: parsed.data.stock };
}
