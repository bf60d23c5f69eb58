/** A customer's orders out of the read model. The index says which, the rows say what. */
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import { readModelIndex } from '../contract/names.ts';
import type { OrderRepresentation } from '../contract/order-representation.ts';
import { customerKey, orderRowKey, orderRowPrefix } from '../contract/read-model.ts';
import type { OrderList, OrderPageRequest, OrderPosition, OrderView } from '../shell/order-view.ts';
import { batchGet } from './batch-get.ts';
import { type Attributes, dynamoCall } from './dynamo.ts';

const row = z.object({ id: z.string(), customer: z.string(), order: z.string() });
const indexEntry = z.object({ id: z.string(), placedAt: z.string() });
type IndexEntry = z.infer<typeof indexEntry>;

/** Index entries read by one query under a filter, and the most queries for one page. */
const scannedPerQuery = 100;
const queriesPerPage = 5;

export function dynamoOrderView(client: DynamoDBClient, table: string): OrderView & OrderList {
  return {
    async find(id, principal) {
      const { Item } = await dynamoCall(`read the view of order ${id}`, () =>
        client.send(
          new GetItemCommand({
            TableName: table,
            Key: { id: { S: orderRowKey(id) } },
            ConsistentRead: true,
          }),
        ),
      );
      const found = Item && unmarshall(Item);
      if (!found || found.deleted) return undefined;
      const { customer, order } = parseRow(found);
      return customer === customerKey(principal) ? order : 'of another customer';
    },

    async page(request) {
      const { entries, next } = await indexEntries(client, table, request);
      const ids = entries.map(({ id }) => id);
      const items = await batchGet(
        client,
        table,
        ids.map((id) => ({ id })),
      );
      const rows = new Map(items.flatMap((item) => liveRow(item, request)));
      return { orders: ids.flatMap((id) => rows.get(id) ?? []), next };
    },
  };
}

/** The index trails the rows: what a row says by now decides whether it belongs to the page. */
function liveRow(item: Attributes, request: OrderPageRequest): [string, OrderRepresentation][] {
  if (item.deleted) return [];
  const { id, customer, order } = parseRow(item);
  const isWanted =
    customer === customerKey(request.principal) &&
    (request.status === undefined || request.status === order.status);
  return isWanted ? [[id, order]] : [];
}

type Entries = {
  readonly entries: readonly IndexEntry[];
  readonly next: OrderPosition | undefined;
};

/** One more than the page holds is looked for, so that the last page does not promise another. */
async function indexEntries(
  client: DynamoDBClient,
  table: string,
  request: OrderPageRequest,
): Promise<Entries> {
  const entries: IndexEntry[] = [];
  let after = request.after;
  for (let query = 0; query < queriesPerPage; query++) {
    const found = await queryIndex(client, table, { ...request, after });
    entries.push(...found.entries);
    after = found.next;
    if (entries.length > request.limit) return cut(entries, request.limit);
    if (!after) return { entries, next: undefined };
  }
  return { entries, next: after };
}

function cut(found: readonly IndexEntry[], limit: number): Entries {
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: last && positionOf(last) };
}

async function queryIndex(
  client: DynamoDBClient,
  table: string,
  { principal, status, limit, after }: OrderPageRequest,
): Promise<Entries> {
  const customer = customerKey(principal);
  const { Items = [], LastEvaluatedKey } = await dynamoCall('list orders', () =>
    client.send(
      new QueryCommand({
        TableName: table,
        IndexName: readModelIndex,
        KeyConditionExpression: '#customer = :customer',
        ExpressionAttributeNames: {
          '#customer': 'customer',
          ...(status && { '#status': 'status' }),
        },
        ExpressionAttributeValues: marshall({
          ':customer': customer,
          ...(status && { ':status': status }),
        }),
        ...(status && { FilterExpression: '#status = :status' }),
        ScanIndexForward: false,
        Limit: status ? scannedPerQuery : limit + 1,
        ...(after && { ExclusiveStartKey: startKey(customer, after) }),
      }),
    ),
  );
  return {
    entries: Items.map((item) => indexEntry.parse(unmarshall(item))),
    next: LastEvaluatedKey && positionOf(indexEntry.parse(unmarshall(LastEvaluatedKey))),
  };
}

const positionOf = ({ placedAt, id }: IndexEntry): OrderPosition => [
  placedAt,
  id.slice(orderRowPrefix.length),
];

/** A position names no customer: whoever sends it gets the caller's own orders. */
const startKey = (customer: string, [placedAt, id]: OrderPosition) =>
  marshall({ customer, placedAt, id: `${orderRowPrefix}${id}` });

function parseRow(item: Attributes): { id: string; customer: string; order: OrderRepresentation } {
  const parsed = row.safeParse(item);
  if (!parsed.success) throw new PermanentFault('a row of the read model is no order');
  const { id, customer, order } = parsed.data;
  return { id, customer, order: JSON.parse(order) as OrderRepresentation };
}
