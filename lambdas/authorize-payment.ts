/** Saga step: holds the money of a pending order, once, however often it is asked to. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoPaymentStore } from './adapters/dynamo-payment-store.ts';
import { readEnv } from './adapters/env.ts';
import { createPaymentGateway } from './adapters/payment-gateway.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { createPaymentSandbox } from './adapters/sandbox/payment-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { env as names } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { authorizePayment } from './shell/authorize-payment.ts';

const env = readEnv(names.ordersTable, names.paymentsTable, names.sandboxTable);
const client = createDynamo();
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const ports = {
  orders: dynamoOrderStore(client, env.ORDERS_TABLE),
  payments: dynamoPaymentStore(client, env.PAYMENTS_TABLE),
  gateway: createPaymentGateway(createPaymentSandbox({ table, clock: wallClock })),
  clock: wallClock,
};

export const handler = sagaStep(parseSagaInput, (input) => authorizePayment(ports, input));
