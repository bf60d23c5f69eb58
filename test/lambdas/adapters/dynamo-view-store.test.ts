import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoViewStore } from '../../../lambdas/adapters/dynamo-view-store.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { salesChanges, salesShard } from '../../../lambdas/domain/sales.ts';
import type { Currency } from '../../../lambdas/domain/values.ts';
import { heldRow, liveRow, tombstone } from '../../../lambdas/domain/view.ts';
import { confirmedOrder, placedOrder } from '../../support/sample-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const view = dynamoViewStore(new DynamoDBClient({}), 'View');
const shown = { customer: 'issuer|customer-1', order: '{}' };
const placed = liveRow(placedOrder(), shown);
const confirmed = liveRow(confirmedOrder(), shown);
const sold = salesChanges(undefined, confirmed.sale);
const counterId = `sales#2026-03-14#${salesShard(placed.id)}`;
const $metadata = {};

beforeEach(() => dynamo.reset());

const put = () => dynamo.commandCalls(PutItemCommand)[0]?.args[0].input;
const actions = () =>
  dynamo.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input.TransactItems;

describe('the view store', () => {
  it('brings back the row that is there instead, with its sale', async () => {
    const Item = marshall({ id: 'order#x', version: 3, sale: '2026-03-14 2500 USD' });
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata, Item });
    dynamo.on(PutItemCommand).rejects(refused);
    expect(await view.replace({ held: undefined, row: placed, sales: [] })).toEqual({
      outcome: 'lost',
      stored: { version: 3, sale: confirmed.sale },
    });
  });

  it('brings back that there is no row, when there is none', async () => {
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata });
    dynamo.on(PutItemCommand).rejects(refused);
    const result = await view.replace({ held: { version: 1 }, row: confirmed, sales: [] });
    expect(result).toEqual({ outcome: 'lost', stored: undefined });
  });

  it('counts nothing when the row of a transaction is another one', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(
      new TransactionCanceledException({
        message: 'no',
        $metadata,
        CancellationReasons: [
          { Code: 'ConditionalCheckFailed', Item: marshall({ id: 'order#x', version: 2 }) },
          { Code: 'None' },
        ],
      }),
    );
    const result = await view.replace({ held: { version: 1 }, row: confirmed, sales: sold });
    expect(result).toEqual({ outcome: 'lost', stored: { version: 2 } });
  });

  it('refuses a stored row that it cannot have written', async () => {
    const Item = marshall({ id: 'order#x', version: 3, sale: 'a lot' });
    const refused = new ConditionalCheckFailedException({ message: 'no', $metadata, Item });
    dynamo.on(PutItemCommand).rejects(refused);
    const writing = view.replace({ held: undefined, row: placed, sales: [] });
    await expect(writing).rejects.toThrow(PermanentFault);
  });

  it('cannot tell after a time-out whether the row was written', async () => {
    const timeout = Object.assign(new Error('timed out'), { name: 'TimeoutError' });
    dynamo.on(PutItemCommand).rejects(timeout);
    const writing = view.replace({ held: undefined, row: placed, sales: [] });
    await expect(writing).rejects.toThrow(TransientFault);
  });

  it('writes a new row only where there is none', async () => {
    dynamo.on(PutItemCommand).resolves({});
    await view.replace({ held: undefined, row: placed, sales: [] });
    expect(put()).toMatchObject({
      TableName: 'View',
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(unmarshall(put()?.Item ?? {})).toEqual({
      id: `order#${placed.id}`,
      version: 1,
      status: 'PENDING',
      placedAt: placed.placedAt,
      ...shown,
    });
  });

  it('replaces exactly the row it was told of, and counts in the same transaction', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    const result = await view.replace({ held: { version: 1 }, row: confirmed, sales: sold });
    expect(result).toEqual({ outcome: 'replaced' });
    const [row, counter] = actions() ?? [];
    expect(row?.Put).toMatchObject({
      ConditionExpression: '#version = :held AND attribute_not_exists(sale)',
      ExpressionAttributeNames: { '#version': 'version' },
    });
    expect(row?.Put?.ExpressionAttributeValues).toEqual({ ':held': { N: '1' } });
    expect(unmarshall(row?.Put?.Item ?? {}).sale).toBe('2026-03-14 2500 USD');
    expect(counter?.Update).toEqual({
      TableName: 'View',
      Key: { id: { S: counterId } },
      UpdateExpression: 'ADD orders :0, #sum0 :1',
      ExpressionAttributeNames: { '#sum0': 'revenue#USD' },
      ExpressionAttributeValues: { ':0': { N: '1' }, ':1': { N: '2500' } },
    });
  });

  it('counts each currency apart, and an order of nothing without a sum', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    const day = '2026-03-14';
    const [euro, franc] = ['EUR', 'CHF'] as Currency[];
    if (!euro || !franc) throw new Error('two currencies');
    const apart = {
      day,
      orders: 0,
      revenue: new Map([
        [euro, 5],
        [franc, -7],
      ]),
    };
    const alone = { day, orders: 1, revenue: new Map() };
    await view.replace({ held: { version: 1 }, row: confirmed, sales: [apart, alone] });
    const [, first, second] = actions() ?? [];
    expect(first?.Update).toMatchObject({
      UpdateExpression: 'ADD orders :0, #sum0 :1, #sum1 :2',
      ExpressionAttributeNames: { '#sum0': 'revenue#EUR', '#sum1': 'revenue#CHF' },
      ExpressionAttributeValues: { ':0': { N: '0' }, ':1': { N: '5' }, ':2': { N: '-7' } },
    });
    expect(second?.Update).toEqual({
      TableName: 'View',
      Key: { id: { S: counterId } },
      UpdateExpression: 'ADD orders :0',
      ExpressionAttributeValues: { ':0': { N: '1' } },
    });
  });

  it('leaves a tombstone outside every customer’s list, and takes the sale back', async () => {
    dynamo.on(TransactWriteItemsCommand).resolves({});
    const held = heldRow(confirmedOrder());
    const sales = salesChanges(held.sale, undefined);
    await view.replace({ held, row: tombstone(confirmedOrder()), sales });
    const [row, counter] = actions() ?? [];
    expect(row?.Put?.ConditionExpression).toBe('#version = :held AND sale = :sale');
    expect(row?.Put?.ExpressionAttributeValues).toEqual(
      marshall({ ':held': 2, ':sale': '2026-03-14 2500 USD' }),
    );
    expect(unmarshall(row?.Put?.Item ?? {})).toEqual({
      id: `order#${placed.id}`,
      version: 3,
      deleted: true,
    });
    expect(unmarshall(counter?.Update?.ExpressionAttributeValues ?? {})).toEqual({
      ':0': -1,
      ':1': -2500,
    });
  });
});
