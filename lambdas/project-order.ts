/** Orders' stream in, rows and sales counters of the read model out; whatever repeats or overtakes. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { dynamoViewStore } from './adapters/dynamo-view-store.ts';
import { readEnv } from './adapters/env.ts';
import { consumeStream } from './adapters/stream-batch.ts';
import { env as names } from './contract/names.ts';
import { projectOrders } from './shell/project-orders.ts';

const env = readEnv(names.readModelTable, names.parkedTable, names.metricsService);
const dynamo = createDynamo();
const view = dynamoViewStore(dynamo, env.READ_MODEL_TABLE);
const parking = dynamoParkingLot(dynamo, {
  table: env.PARKED_TABLE,
  service: env.METRICS_SERVICE,
});

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return consumeStream(event, { parking, clock: wallClock }, async (changes) => {
    const failures = await projectOrders(view, changes);
    for (const { change, error } of failures)
      console.warn(JSON.stringify({ sequence: change.sequenceNumber, retry: String(error) }));
    return failures.map(({ change }) => change);
  });
}
