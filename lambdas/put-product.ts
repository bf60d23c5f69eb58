/** PUT /products/{sku}: the operator's product, new or replaced. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoCatalogue, dynamoStockLevels } from './adapters/dynamo-catalogue.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import {
  type PutProductRequest,
  productPath,
  putProductRequest,
  skuOf,
} from './contract/product-api.ts';
import { putProduct } from './shell/present-products.ts';

const variables = readEnv(env.catalogueTable, env.stockTable);
const client = createDynamo();
const ports = {
  catalogue: dynamoCatalogue(client, variables[env.catalogueTable]),
  stock: dynamoStockLevels(client, variables[env.stockTable]),
};

export const handler = httpEntry(async (request) => {
  const sku = skuOf(request.path);
  if (!sku)
    return refusal(
      'invalid-request',
      'A SKU is 1 to 64 letters, digits, dots, dashes or underscores.',
    );
  const wanted = request.readJson(putProductRequest) as PutProductRequest;
  const { isNew, product } = await putProduct(ports, { sku, ...wanted });
  if (!isNew) return { status: 200, body: product };
  return { status: 201, headers: { location: productPath(sku) }, body: product };
});
