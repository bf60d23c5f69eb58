/** An operator's wish in, what the stream forgot since then fed to both of its readers, page by page. */
import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { consumeBatch } from './adapters/consume-batch.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { dynamoStoredOrders } from './adapters/dynamo-stored-orders.ts';
import { dynamoViewStore } from './adapters/dynamo-view-store.ts';
import { readEnv } from './adapters/env.ts';
import { parseOutboxRoutes } from './adapters/outbox-routes.ts';
import { rescueRuns } from './adapters/rescue-runs.ts';
import { createSqs } from './adapters/sqs.ts';
import { sqsPublisher } from './adapters/sqs-publisher.ts';
import { env as names } from './contract/names.ts';
import { parseRescueRequest } from './contract/rescue-request.ts';
import { type RescuePorts, rescuePage } from './shell/rescue-outbox.ts';

const env = readEnv(
  names.ordersTable,
  names.readModelTable,
  names.parkedTable,
  names.outboxRoutes,
  names.rescueQueueUrl,
  names.metricsService,
);
const clock = wallClock;
const dynamo = createDynamo();
const sqs = createSqs();
const ports: RescuePorts = {
  runs: rescueRuns({
    ...{ dynamo, table: env.READ_MODEL_TABLE },
    ...{ sqs, queue: env.RESCUE_QUEUE_URL, clock },
  }),
  stored: dynamoStoredOrders(dynamo, env.ORDERS_TABLE),
  publisher: sqsPublisher(sqs),
  routes: parseOutboxRoutes(env.OUTBOX_ROUTES),
  view: dynamoViewStore(dynamo, env.READ_MODEL_TABLE),
  parking: dynamoParkingLot(dynamo, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE }),
  clock,
  newToken: randomUUID,
};
/** A page takes about a second; half a minute covers one whose writes are tried again. */
const settings = { parking: ports.parking, clock, recordBudgetMs: 30_000 };

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return consumeBatch(event, context, settings, async ({ body, messageId }) => {
    const page = parseRescueRequest(body, { messageId, now: clock() });
    const { outcome, total } = await rescuePage(ports, page);
    const { run, since } = page;
    console.log(JSON.stringify({ rescue: run, since, page: page.page, outcome, ...total }));
  });
}
