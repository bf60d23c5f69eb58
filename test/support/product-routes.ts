/** The handlers of the product, stock and sales routes over fake tables, called as API Gateway does. */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { HttpHandler } from '../../lambdas/adapters/http.ts';
import { env } from '../../lambdas/contract/names.ts';
import { createFakeTables, type FakeTables } from './fakes/dynamo-tables.ts';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  [env.catalogueTable]: 'Catalogue',
  [env.stockTable]: 'Stock',
  [env.idempotencyTable]: 'Idempotency',
  [env.readModelTable]: 'ReadModel',
});
/** Their modules read the environment when they load: so they are loaded after it is set. */
const entries = {
  put: (await import('../../lambdas/put-product.ts')).handler,
  get: (await import('../../lambdas/get-product.ts')).handler,
  list: (await import('../../lambdas/list-products.ts')).handler,
  adjust: (await import('../../lambdas/adjust-stock.ts')).handler,
  sales: (await import('../../lambdas/get-sales.ts')).handler,
};

const commands = {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
};

export type Call = {
  readonly sku?: string;
  readonly body?: unknown;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly subject?: string;
};
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};
type Route = (call?: Call) => Promise<Answer>;

export function productRoutes(): Record<keyof typeof entries, Route> & { tables: FakeTables } {
  const tables = createFakeTables({
    Catalogue: 'sku',
    Stock: 'id',
    Idempotency: 'id',
    ReadModel: 'id',
  });
  const dynamo = mockClient(DynamoDBClient);
  for (const [name, command] of Object.entries(commands))
    dynamo.on(command as typeof PutItemCommand).callsFake((input) => tables.answer(name, input));
  const route =
    (handler: HttpHandler): Route =>
    (call = {}) =>
      send(handler, call);
  return {
    tables,
    put: route(entries.put),
    get: route(entries.get),
    list: route(entries.list),
    adjust: route(entries.adjust),
    sales: route(entries.sales),
  };
}

async function send(handler: HttpHandler, call: Call): Promise<Answer> {
  const { sku, body, query, headers, subject = 'operator-1' } = call;
  const claims = { iss: 'https://issuer.example', sub: subject };
  const event = {
    routeKey: 'TEST /route',
    rawPath: '/route',
    headers: { 'content-type': 'application/json', ...headers },
    ...(sku !== undefined && { pathParameters: { sku } }),
    ...(query && { queryStringParameters: query }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request',
      http: { method: 'TEST' },
      authorizer: { jwt: { claims } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event, { getRemainingTimeInMillis: () => 10_000 });
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers ?? {},
    body: JSON.parse(answer.body ?? 'null'),
  };
}
