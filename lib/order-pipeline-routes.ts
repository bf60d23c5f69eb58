/** The routes of the order pipeline: path, function, and the scope a token needs. */
import { Duration } from 'aws-cdk-lib';
import type { ApiRoute } from './constructs/api.ts';

const customer = ['orders'];
const operator = ['operator'];

/**
 * `reader` are the executions kept for reading single orders, which may wait for newer versions; none
 * are kept by default, since a new account has too few to keep any.
 */
export const routes = (reader: number | undefined): readonly ApiRoute[] => [
  { key: 'POST /orders', entry: 'place-order', scopes: customer },
  { key: 'GET /orders', entry: 'list-orders', scopes: customer },
  {
    key: 'GET /orders/{id}',
    entry: 'get-order',
    scopes: customer,
    timeout: Duration.seconds(20),
    ...(reader !== undefined && { reservedConcurrency: reader }),
  },
  { key: 'POST /orders/{id}/cancellation', entry: 'cancel-order', scopes: customer },
  { key: 'GET /products', entry: 'list-products', scopes: [...customer, ...operator] },
  { key: 'GET /products/{sku}', entry: 'get-product', scopes: [...customer, ...operator] },
  { key: 'PUT /products/{sku}', entry: 'put-product', scopes: operator },
  { key: 'POST /products/{sku}/stock-adjustments', entry: 'adjust-stock', scopes: operator },
  { key: 'GET /sales', entry: 'get-sales', scopes: operator },
  { key: 'GET /', entry: 'describe-api' },
  { key: 'GET /openapi.json', entry: 'describe-api' },
  { key: '$default', entry: 'describe-api' },
];
