/** GET /orders/{id}: the customer's own order, at once or as soon as there is a newer version. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo, dynamoBudgetMs } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoOrderView } from './adapters/dynamo-order-view.ts';
import { dynamoWaitBudget } from './adapters/dynamo-wait-budget.ts';
import { readEnv } from './adapters/env.ts';
import { positiveInteger } from './adapters/env-integer.ts';
import { httpEntry } from './adapters/http.ts';
import { refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import { linkedOrder } from './contract/order-api.ts';
import { entityTag, parseIfNoneMatch, parseWaitSeconds } from './contract/preconditions.ts';
import { readOrder } from './shell/read-order.ts';

const variables = readEnv(env.ordersTable, env.readModelTable, env.readerConcurrency);
const dynamo = createDynamo();
const ports = {
  view: dynamoOrderView(dynamo, variables[env.readModelTable]),
  orders: dynamoOrderStore(dynamo, variables[env.ordersTable]),
  budget: dynamoWaitBudget(dynamo, {
    table: variables[env.readModelTable],
    clock: wallClock,
    concurrency: positiveInteger(variables, env.readerConcurrency),
  }),
  clock: wallClock,
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
};
/** Kept back from the wait: the calls before it, and the last look at the view. */
const reservedMs = dynamoBudgetMs;

export const handler = httpEntry(async ({ principal, path, headers, remainingMs }) => {
  const wished = parseWaitSeconds(headers.prefer);
  const possible = Math.floor((remainingMs() - reservedMs) / 1000);
  const waitSeconds = Math.max(0, Math.min(wished, possible));
  const result = await readOrder(ports, {
    id: path.id ?? '',
    principal,
    known: parseIfNoneMatch(headers['if-none-match']),
    waitMs: waitSeconds * 1000,
  });
  if (result.outcome === 'not found') return refusal('not-found', 'There is no such order.');
  const answerHeaders = {
    etag: entityTag(result.version),
    vary: 'authorization, prefer',
    ...(result.isWaitGranted && { 'preference-applied': `wait=${waitSeconds}` }),
  };
  if (result.outcome === 'not modified') return { status: 304, headers: answerHeaders };
  return { status: 200, headers: answerHeaders, body: linkedOrder(result.order) };
});
