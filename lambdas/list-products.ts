/** GET /products: what is sold, a page at a time. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoCatalogue, dynamoStockLevels } from './adapters/dynamo-catalogue.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { readCursor } from './contract/cursor.ts';
import { limits } from './contract/limits.ts';
import { env } from './contract/names.ts';
import { listProductsQuery, productPosition } from './contract/product-api.ts';
import type { Sku } from './domain/values.ts';
import { listProducts } from './shell/present-products.ts';

const variables = readEnv(env.catalogueTable, env.stockTable);
const client = createDynamo();
const ports = {
  catalogue: dynamoCatalogue(client, variables[env.catalogueTable]),
  stock: dynamoStockLevels(client, variables[env.stockTable]),
};

export const handler = httpEntry(async (request) => {
  const { limit, cursor } = request.readQuery(listProductsQuery);
  const [after] = cursor === undefined ? [] : readCursor(cursor, productPosition);
  const page = {
    limit: limit === undefined ? limits.defaultPageSize : Number(limit),
    after: after as Sku | undefined,
  };
  return { status: 200, body: await listProducts(ports, page) };
});
