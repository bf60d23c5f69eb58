/** The sharded sales counters of the read model, read in one call. Who writes them is the projector. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SalesShard } from '../domain/daily-sales.ts';
import { salesShards } from '../domain/sales.ts';
import type { Currency } from '../domain/values.ts';
import type { SalesReader } from '../shell/sales-reader.ts';
import { batchGet } from './batch-get.ts';
import type { Attributes } from './dynamo.ts';

const revenueAttribute = /^revenue#([A-Z]{3})$/;

export function dynamoSalesReader(client: DynamoDBClient, table: string): SalesReader {
  return {
    async shards(day) {
      const keys = Array.from({ length: salesShards }, (_, shard) => ({
        id: `sales#${day}#${shard}`,
      }));
      return (await batchGet(client, table, keys)).map(parseShard);
    },
  };
}

const parseShard = (item: Attributes): SalesShard => ({
  orders: Number(item.orders ?? 0),
  revenue: Object.entries(item).flatMap(([name, amount]) => {
    const currency = revenueAttribute.exec(name)?.[1];
    return currency ? [{ amount: Number(amount), currency: currency as Currency }] : [];
  }),
});
