/** OrderConfirmed in, money captured: once per order, however often the event is delivered. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { consumeBatch } from './adapters/consume-batch.ts';
import { createDynamo, dynamoBudgetMs } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { dynamoPaymentStore } from './adapters/dynamo-payment-store.ts';
import { readEnv } from './adapters/env.ts';
import { createPaymentGateway } from './adapters/payment-gateway.ts';
import { createPaymentSandbox } from './adapters/sandbox/payment-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { env as names } from './contract/names.ts';
import { parseCloudEvent } from './contract/order-events.ts';
import { timeouts } from './contract/timeouts.ts';
import { captureOnConfirmation } from './shell/capture-payment.ts';

const env = readEnv(
  names.ordersTable,
  names.paymentsTable,
  names.parkedTable,
  names.sandboxTable,
  names.metricsService,
);
const client = createDynamo();
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const parking = dynamoParkingLot(client, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE });
const ports = {
  orders: dynamoOrderStore(client, env.ORDERS_TABLE),
  payments: dynamoPaymentStore(client, env.PAYMENTS_TABLE),
  gateway: createPaymentGateway(createPaymentSandbox({ table, clock: wallClock })),
  parking,
  clock: wallClock,
};
/** Payment and order, each read and written, an entry parked; the provider, and once more without key. */
const recordBudgetMs = 5 * dynamoBudgetMs + 2 * timeouts.providerCallMs;
const settings = { parking, clock: wallClock, recordBudgetMs };

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return consumeBatch(event, context, settings, async ({ body }) => {
    await captureOnConfirmation(ports, parseCloudEvent(body));
  });
}
