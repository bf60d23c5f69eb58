/** A decided order in, one e-mail to its customer: once per event, however often delivered. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { consumeBatch } from './adapters/consume-batch.ts';
import { createDynamo, dynamoBudgetMs } from './adapters/dynamo.ts';
import { dynamoNotificationStore } from './adapters/dynamo-notification-store.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { readEnv } from './adapters/env.ts';
import { createMailer } from './adapters/mailer.ts';
import { createMailSandbox } from './adapters/sandbox/mail-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { env as names } from './contract/names.ts';
import { parseCloudEvent } from './contract/order-events.ts';
import { timeouts } from './contract/timeouts.ts';
import { notifyCustomer } from './shell/notify-customer.ts';

const env = readEnv(
  names.notificationsTable,
  names.parkedTable,
  names.sandboxTable,
  names.metricsService,
);
const client = createDynamo();
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const parking = dynamoParkingLot(client, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE });
const ports = {
  notifications: dynamoNotificationStore(client, env.NOTIFICATIONS_TABLE),
  mailer: createMailer(createMailSandbox({ table, clock: wallClock })),
  clock: wallClock,
};
/** The claim, the mail, its mark; and an entry parked instead. */
const recordBudgetMs = 3 * dynamoBudgetMs + timeouts.providerCallMs;
const settings = { parking, clock: wallClock, recordBudgetMs };

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return consumeBatch(event, context, settings, async ({ body }) => {
    await notifyCustomer(ports, parseCloudEvent(body));
  });
}
