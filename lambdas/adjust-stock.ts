/**
 * POST /products/{sku}/stock-adjustments: once per Idempotency-Key. Powertools replays the answer; the
 * effect recognises a repeat by itself, whatever becomes of the record. Refusals keep the key usable.
 */
import { randomUUID } from 'node:crypto';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoAdjustmentStore } from './adapters/dynamo-adjustment-store.ts';
import { dynamoCatalogue, dynamoStockLevels } from './adapters/dynamo-catalogue.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { fingerprint, readIdempotencyKey, requestHash } from './adapters/idempotency-key.ts';
import { runIdempotently } from './adapters/idempotent-command.ts';
import { refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import { adjustStockRoute, skuOf, stockAdjustmentRequest } from './contract/product-api.ts';
import { type AdjustStockOutcome, adjustStock } from './shell/adjust-stock.ts';
import { adjustmentAnswer, keyReused, stillInProgress } from './shell/answer-adjustment.ts';

const variables = readEnv(env.catalogueTable, env.stockTable, env.idempotencyTable);
const client = createDynamo();
const ports = {
  catalogue: dynamoCatalogue(client, variables[env.catalogueTable]),
  stock: dynamoStockLevels(client, variables[env.stockTable]),
  adjustments: dynamoAdjustmentStore(client, variables[env.stockTable]),
};

export const handler = httpEntry(async (request) => {
  const { principal, path, headers, remainingMs } = request;
  const key = readIdempotencyKey(headers);
  const wanted = request.readJson(stockAdjustmentRequest);
  const sku = skuOf(path);
  if (!sku) return refusal('not-found', 'There is no such product.');
  const adjustment = {
    id: requestHash({ principal, route: adjustStockRoute, key }),
    fingerprint: fingerprint({ sku, ...wanted }),
    sku,
    ...wanted,
  };
  const result = await runIdempotently<AdjustStockOutcome>(
    {
      client,
      table: variables[env.idempotencyTable],
      owner: randomUUID(),
      keyPrefix: 'adjust-stock',
      remainingMs,
      keeps: ({ outcome }) => outcome === 'adjusted',
    },
    { key: adjustment.id, payload: adjustment.fingerprint },
    () => adjustStock(ports, adjustment),
  );
  if (result.outcome === 'in progress') return stillInProgress();
  if (result.outcome === 'key reused') return keyReused();
  return adjustmentAnswer(result.answer, result);
});
