/** GET /products/{sku}: one product and what is available of it. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoCatalogue, dynamoStockLevels } from './adapters/dynamo-catalogue.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import { skuOf } from './contract/product-api.ts';
import { presentProduct } from './shell/present-products.ts';

const variables = readEnv(env.catalogueTable, env.stockTable);
const client = createDynamo();
const ports = {
  catalogue: dynamoCatalogue(client, variables[env.catalogueTable]),
  stock: dynamoStockLevels(client, variables[env.stockTable]),
};

export const handler = httpEntry(async ({ path }) => {
  const sku = skuOf(path);
  const product = sku && (await presentProduct(ports, sku));
  if (!product) return refusal('not-found', 'There is no such product.');
  return { status: 200, body: product };
});
