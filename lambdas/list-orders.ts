/** GET /orders: the caller's own orders, newest first, page by page. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderView } from './adapters/dynamo-order-view.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { readCursor, writeCursor } from './contract/cursor.ts';
import { limits } from './contract/limits.ts';
import { env } from './contract/names.ts';
import { linkedOrder, listOrdersQuery, listPosition } from './contract/order-api.ts';

const variables = readEnv(env.readModelTable);
const list = dynamoOrderView(createDynamo(), variables[env.readModelTable]);

export const handler = httpEntry(async ({ principal, readQuery }) => {
  const query = readQuery(listOrdersQuery);
  const { orders, next } = await list.page({
    principal,
    status: query.status,
    limit: Number(query.limit ?? limits.defaultPageSize),
    after: query.cursor === undefined ? undefined : readCursor(query.cursor, listPosition),
  });
  const links = {
    self: { href: listPath(query) },
    ...(next && { next: { href: listPath({ ...query, cursor: writeCursor(next) }) } }),
  };
  return { status: 200, body: { orders: orders.map(linkedOrder), _links: links } };
});

function listPath(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]);
  return given.length > 0 ? `/orders?${new URLSearchParams(given)}` : '/orders';
}
