/** Products in one table, what is available of them in another. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Currency, Sku } from '../domain/values.ts';
import type { Catalogue, Product, StockLevels } from '../shell/catalogue.ts';
import { batchGet } from './batch-get.ts';
import { type Attributes, dynamoCall } from './dynamo.ts';
import { stockKey } from './dynamo-stock-store.ts';

export function dynamoCatalogue(client: DynamoDBClient, table: string): Catalogue {
  return {
    async put({ sku, title, price }) {
      const { amount, currency } = price;
      const Item = marshall({ sku, title, amount, currency });
      const { Attributes: replaced } = await dynamoCall(`put product ${sku}`, () =>
        client.send(new PutItemCommand({ TableName: table, Item, ReturnValues: 'ALL_OLD' })),
      );
      return replaced ? 'replaced' : 'created';
    },

    async find(sku) {
      const { Item } = await dynamoCall(`read product ${sku}`, () =>
        client.send(
          new GetItemCommand({ TableName: table, Key: { sku: { S: sku } }, ConsistentRead: true }),
        ),
      );
      return Item && parseProduct(unmarshall(Item));
    },

    async page({ limit, after }) {
      const { Items = [], LastEvaluatedKey } = await dynamoCall('list products', () =>
        client.send(
          new ScanCommand({
            TableName: table,
            Limit: limit,
            ConsistentRead: true,
            ...(after && { ExclusiveStartKey: { sku: { S: after } } }),
          }),
        ),
      );
      return {
        products: Items.flatMap((item) => parseProduct(unmarshall(item)) ?? []),
        after: LastEvaluatedKey?.sku?.S as Sku | undefined,
      };
    },
  };
}

export function dynamoStockLevels(client: DynamoDBClient, table: string): StockLevels {
  return {
    async available(skus) {
      const items = await batchGet(
        client,
        table,
        skus.map((sku) => ({ id: stockKey(sku) })),
      );
      const available = new Map(items.map((item) => [item.id, Number(item.available)]));
      return new Map(skus.map((sku) => [sku, available.get(stockKey(sku)) ?? 0]));
    },
  };
}

const shape = z.object({
  sku: z.string(),
  title: z.string(),
  amount: z.int(),
  currency: z.string(),
  withdrawn: z.optional(z.boolean()),
});

function parseProduct(item: Attributes): Product | undefined {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not a product: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { sku, title, amount, currency, withdrawn } = parsed.data;
  if (withdrawn) return undefined;
  return { sku: sku as Sku, title, price: { amount, currency: currency as Currency } };
}
