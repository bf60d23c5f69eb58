/** Saga step: holds the stock of a pending order, once, however often it is asked to. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoStockStore } from './adapters/dynamo-stock-store.ts';
import { readEnv } from './adapters/env.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { env } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { reserveStock } from './shell/reserve-stock.ts';

const variables = readEnv(env.ordersTable, env.stockTable);
const client = createDynamo();
const ports = {
  orders: dynamoOrderStore(client, variables[env.ordersTable]),
  stock: dynamoStockStore(client, variables[env.stockTable]),
  clock: wallClock,
};

export const handler = sagaStep(parseSagaInput, ({ orderId }) => reserveStock(ports, orderId));
