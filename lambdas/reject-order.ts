/** The saga's abort decision: the order is rejected, unless it is decided; answers what holds. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { readEnv } from './adapters/env.ts';
import { env as names } from './contract/names.ts';
import { type AbortOutput, parseAbortInput } from './contract/saga.ts';
import { rejectOrder } from './shell/reject-order.ts';

const env = readEnv(names.ordersTable, names.parkedTable, names.metricsService);
const dynamo = createDynamo();
const ports = {
  orders: dynamoOrderStore(dynamo, env.ORDERS_TABLE),
  parking: dynamoParkingLot(dynamo, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE }),
  clock: wallClock,
};

export async function handler(event: unknown): Promise<AbortOutput> {
  return rejectOrder(ports, parseAbortInput(event));
}
