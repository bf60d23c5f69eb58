/** The saga's abort decision: the order is rejected, unless it is decided; answers what holds. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { readEnv } from './adapters/env.ts';
import { env as names } from './contract/names.ts';
import { type AbortOutput, parseAbortInput } from './contract/saga.ts';
import { rejectOrder } from './shell/reject-order.ts';

const env = readEnv(names.ordersTable);
const orders = dynamoOrderStore(createDynamo(), env.ORDERS_TABLE);

export async function handler(event: unknown): Promise<AbortOutput> {
  return rejectOrder({ orders, clock: wallClock }, parseAbortInput(event));
}
