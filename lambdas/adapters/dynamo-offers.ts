/** The catalogue as the intake reads it: what is sold now, and for how much. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Currency, Sku } from '../domain/values.ts';
import type { Offer, OfferBook } from '../shell/order-intake.ts';
import { batchGet } from './batch-get.ts';
import type { Attributes } from './dynamo.ts';

const product = z.object({
  sku: z.string(),
  title: z.string(),
  amount: z.int(),
  currency: z.string(),
  withdrawn: z.optional(z.boolean()),
});

export function dynamoOffers(client: DynamoDBClient, table: string): OfferBook {
  return {
    async findOffers(skus) {
      const items = await batchGet(
        client,
        table,
        skus.map((sku) => ({ sku })),
      );
      return new Map(items.flatMap(offerOf));
    },
  };
}

function offerOf(item: Attributes): [Sku, Offer][] {
  const parsed = product.safeParse(item);
  if (!parsed.success) throw new PermanentFault('an item of the catalogue is not a product');
  const { sku, title, amount, currency, withdrawn } = parsed.data;
  if (withdrawn) return [];
  return [[sku as Sku, { title, price: { amount, currency: currency as Currency } }]];
}
