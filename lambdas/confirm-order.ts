/** The saga's pivot: the order is confirmed, once, if it is still pending and in time. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoEffectsReader } from './adapters/dynamo-effects-reader.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { readEnv } from './adapters/env.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { env as names } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { confirmOrder } from './shell/confirm-order.ts';

const env = readEnv(names.ordersTable, names.paymentsTable, names.shipmentsTable);
const dynamo = createDynamo();
const ports = {
  orders: dynamoOrderStore(dynamo, env.ORDERS_TABLE),
  effects: dynamoEffectsReader(dynamo, {
    orders: env.ORDERS_TABLE,
    payments: env.PAYMENTS_TABLE,
    shipments: env.SHIPMENTS_TABLE,
  }),
  clock: wallClock,
};

export const handler = sagaStep(parseSagaInput, ({ orderId }) => confirmOrder(ports, orderId));
