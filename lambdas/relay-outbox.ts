/** Orders' stream in, their new events out to every subscribed queue; at least once, none lost. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { readEnv } from './adapters/env.ts';
import { parseOutboxRoutes } from './adapters/outbox-routes.ts';
import { createSqs } from './adapters/sqs.ts';
import { sqsPublisher } from './adapters/sqs-publisher.ts';
import { consumeStream } from './adapters/stream-batch.ts';
import { env as names } from './contract/names.ts';
import { relayOutbox } from './shell/relay-outbox.ts';

const env = readEnv(names.outboxRoutes, names.parkedTable, names.metricsService);
const routes = parseOutboxRoutes(env.OUTBOX_ROUTES);
const publisher = sqsPublisher(createSqs());
const parking = dynamoParkingLot(createDynamo(), {
  table: env.PARKED_TABLE,
  service: env.METRICS_SERVICE,
});

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return consumeStream(event, { parking, clock: wallClock }, (changes) =>
    relayOutbox(publisher, routes, changes),
  );
}
