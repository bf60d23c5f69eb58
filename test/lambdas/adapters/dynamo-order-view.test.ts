import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoOrderView } from '../../../lambdas/adapters/dynamo-order-view.ts';
import { orderRepresentation } from '../../../lambdas/contract/order-representation.ts';
import { customerKey } from '../../../lambdas/contract/read-model.ts';
import type { Instant, OrderId } from '../../../lambdas/domain/values.ts';
import type { OrderPosition } from '../../../lambdas/shell/order-view.ts';
import { alice, mallory, orderId, placedOrder } from '../../support/customer-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const view = dynamoOrderView(new DynamoDBClient({ region: 'eu-central-1' }), 'ReadModel');
beforeEach(() => void dynamo.reset());

const shown = orderRepresentation(placedOrder());
const rowOf = (order: typeof shown, customer = customerKey(alice)) => ({
  id: `order#${order.id}`,
  customer,
  version: order.version,
  status: order.status,
  placedAt: order.placedAt,
  order: JSON.stringify(order),
});

describe('the view of an order', () => {
  const holding = (row: object | undefined) =>
    dynamo.on(GetItemCommand).resolves(row ? { Item: marshall(row) } : {});

  it('is read consistently', async () => {
    holding(rowOf(shown));
    expect(await view.find(orderId, alice)).toEqual(shown);
    expect(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input).toMatchObject({
      Key: { id: { S: `order#${orderId}` } },
      ConsistentRead: true,
    });
  });

  it('is not shown to another customer', async () => {
    holding(rowOf(shown));
    expect(await view.find(orderId, mallory)).toBe('of another customer');
  });

  it('is refused when its row is no order', async () => {
    holding({ id: `order#${orderId}`, customer: customerKey(alice) });
    await expect(view.find(orderId, alice)).rejects.toThrow('a row of the read model is no order');
  });

  it.each([
    ['there is no row', undefined],
    ['its row is a tombstone', { id: `order#${orderId}`, version: 3, deleted: true }],
  ])('is missing when %s', async (_when, row) => {
    holding(row);
    expect(await view.find(orderId, alice)).toBeUndefined();
  });
});

/** `count` orders, the newest last; every third is confirmed. */
const orders = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...shown,
    id: `${index}`.padStart(43, 'o') as OrderId,
    placedAt: `2026-03-14T09:26:53.${`${index}`.padStart(3, '0')}Z` as Instant,
    status: index % 3 === 0 ? ('CONFIRMED' as const) : ('PENDING' as const),
  }));

/** Answers queries as the index does: newest first, the limit counted before the filter. */
function serve(all: ReturnType<typeof orders>): void {
  const rows = new Map(all.map((order) => [`order#${order.id}`, rowOf(order)]));
  const newestFirst = [...rows.values()].reverse();
  dynamo.on(QueryCommand).callsFake((input: QueryCommandInput) => {
    const after = input.ExclusiveStartKey?.placedAt?.S;
    const wanted = input.ExpressionAttributeValues?.[':status']?.S;
    const rest = newestFirst.filter((row) => after === undefined || row.placedAt < after);
    const read = rest.slice(0, input.Limit);
    const key = ({ id, customer, placedAt }: (typeof read)[number]) => ({ id, customer, placedAt });
    const last = read.length < rest.length ? read.at(-1) : undefined;
    const matching = read.filter((row) => wanted === undefined || row.status === wanted);
    return {
      Items: matching.map((row) => marshall({ ...key(row), status: row.status })),
      ...(last && { LastEvaluatedKey: marshall(key(last)) }),
    };
  });
  dynamo.on(BatchGetItemCommand).callsFake(({ RequestItems }) => ({
    Responses: {
      ReadModel: RequestItems.ReadModel.Keys.map((key: { id: { S: string } }) =>
        marshall(rows.get(key.id.S) ?? {}),
      ),
    },
  }));
}

async function allPages(request: { limit: number; status?: 'PENDING' | 'CONFIRMED' }) {
  const pages: string[][] = [];
  let after: OrderPosition | undefined;
  do {
    const page = await view.page({ principal: alice, status: undefined, ...request, after });
    pages.push(page.orders.map(({ placedAt }) => placedAt.slice(-4, -1)));
    after = page.next;
  } while (after);
  return pages;
}

describe('a list of orders', () => {
  it('comes newest first, page by page, and ends without an empty page', async () => {
    serve(orders(6));
    expect(await allPages({ limit: 3 })).toEqual([
      ['005', '004', '003'],
      ['002', '001', '000'],
    ]);
  });

  it('has every order of a status exactly once', async () => {
    serve(orders(8));
    expect(await allPages({ limit: 2, status: 'CONFIRMED' })).toEqual([['006', '003'], ['000']]);
  });

  it('goes on where it stopped looking, when few of many have the status', async () => {
    serve(
      orders(700).map((order, index) => ({ ...order, status: index ? 'PENDING' : 'CONFIRMED' })),
    );
    const request = { principal: alice, status: 'CONFIRMED', limit: 2, after: undefined } as const;
    expect(await view.page(request)).toMatchObject({ orders: [], next: expect.anything() });
    expect(dynamo.commandCalls(QueryCommand)).toHaveLength(5);
    expect((await allPages({ limit: 2, status: 'CONFIRMED' })).flat()).toEqual(['000']);
  });

  it.each([
    [undefined, {}, {}, 6],
    ['PENDING', { '#status': 'status' }, { FilterExpression: '#status = :status' }, 100],
  ] as const)('asks the index for its newest of status %s', async (status, names, filter, most) => {
    serve(orders(2));
    await view.page({ principal: alice, status, limit: 5, after: undefined });
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input).toEqual({
      ...{ TableName: 'ReadModel', IndexName: expect.any(String), ScanIndexForward: false },
      KeyConditionExpression: '#customer = :customer',
      ExpressionAttributeNames: { '#customer': 'customer', ...names },
      ExpressionAttributeValues: marshall({
        ':customer': customerKey(alice),
        ...(status && { ':status': status }),
      }),
      ...filter,
      Limit: most,
    });
  });

  it('asks for the own orders only, wherever a cursor points', async () => {
    serve(orders(2));
    const after = ['2026-03-14T09:26:53.001Z', 'm'.repeat(43)] as const;
    await view.page({ principal: alice, status: undefined, limit: 5, after });
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ExclusiveStartKey: { customer: { S: customerKey(alice) } },
      ExpressionAttributeValues: { ':customer': { S: customerKey(alice) } },
    });
  });

  it('leaves out what the rows, unlike the index, no longer say', async () => {
    // The index still lists three orders; by now one is deleted, one decided, one somebody else's.
    const [a, b, c, d] = orders(4).map((order) => ({ ...order, status: 'PENDING' as const }));
    if (!(a && b && c && d)) throw new Error('four orders');
    serve([a, b, c, d]);
    dynamo.on(BatchGetItemCommand).resolves({
      Responses: {
        ReadModel: [
          { id: `order#${a.id}`, version: 3, deleted: true },
          rowOf({ ...b, status: 'CONFIRMED' }),
          rowOf(c, customerKey(mallory)),
          rowOf(d),
        ].map((row) => marshall(row)),
      },
    });
    const request = { principal: alice, status: 'PENDING', limit: 9, after: undefined } as const;
    expect((await view.page(request)).orders.map(({ id }) => id)).toEqual([d.id]);
  });

  it('of nobody is empty', async () => {
    dynamo.on(QueryCommand).resolves({});
    expect(await allPages({ limit: 3 })).toEqual([[]]);
    serve([]);
    expect(await allPages({ limit: 3 })).toEqual([[]]);
  });
});
