/** A compensation that gave up in, an alarm and a mark on the order out; the undo goes on. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { readEnv } from './adapters/env.ts';
import { env as names } from './contract/names.ts';
import { parseParkInput } from './contract/saga.ts';
import { parkCompensation } from './shell/park-compensation.ts';

const env = readEnv(names.ordersTable, names.parkedTable, names.metricsService);
const dynamo = createDynamo();
const ports = {
  orders: dynamoOrderStore(dynamo, env.ORDERS_TABLE),
  parking: dynamoParkingLot(dynamo, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE }),
  clock: wallClock,
};

export async function handler(event: unknown): Promise<{ outcome: 'done' }> {
  await parkCompensation(ports, parseParkInput(event));
  return { outcome: 'done' };
}
