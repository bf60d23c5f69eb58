/** Compensation: gives back what the order holds, once, and keeps late reservations out. */
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoStockStore } from './adapters/dynamo-stock-store.ts';
import { readEnv } from './adapters/env.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { env } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { releaseStock } from './shell/release-stock.ts';

const variables = readEnv(env.stockTable);
const stock = dynamoStockStore(createDynamo(), variables[env.stockTable]);

export const handler = sagaStep(parseSagaInput, ({ orderId }) => releaseStock({ stock }, orderId));
