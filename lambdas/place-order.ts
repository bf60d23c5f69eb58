/** POST /orders: one order, and one answer, per idempotency key. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoIntake } from './adapters/dynamo-intake.ts';
import { dynamoOffers } from './adapters/dynamo-offers.ts';
import { readEnv } from './adapters/env.ts';
import { positiveInteger } from './adapters/env-integer.ts';
import { httpEntry } from './adapters/http.ts';
import { fingerprint, readIdempotencyKey, requestHash } from './adapters/idempotency-key.ts';
import { traceparentOf } from './adapters/trace-context.ts';
import { type HttpAnswer, problemAnswer, refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import { orderPath, placeOrderRequest, placeOrderRoute } from './contract/order-api.ts';
import { acceptedRepresentation } from './contract/order-representation.ts';
import { entityTag } from './contract/preconditions.ts';
import type { OrderId } from './domain/values.ts';
import { type PlaceOrderOutcome, placeOrder } from './shell/place-order.ts';

const variables = readEnv(env.ordersTable, env.catalogueTable, env.sagaDeadlineMs);
const deadlineMs = positiveInteger(variables, env.sagaDeadlineMs);
const dynamo = createDynamo();
const ports = {
  offers: dynamoOffers(dynamo, variables[env.catalogueTable]),
  intake: dynamoIntake(dynamo, variables[env.ordersTable]),
};

export const handler = httpEntry(async ({ principal, headers, readJson, requestId }) => {
  const key = readIdempotencyKey(headers);
  const request = readJson(placeOrderRequest);
  const outcome = await placeOrder(ports, {
    id: requestHash({ principal, route: placeOrderRoute, key }) as OrderId,
    principal,
    request,
    fingerprint: fingerprint(request),
    writeId: requestId,
    traceparent: traceparentOf(headers.traceparent),
    now: wallClock(),
    deadlineMs,
  });
  return answer(outcome);
});

function answer(result: PlaceOrderOutcome): HttpAnswer {
  if (result.outcome === 'key reused')
    return refusal('idempotency-key-reused', 'Use a new key for a new order.');
  const replayed = result.isReplay ? { 'idempotency-replayed': 'true' } : undefined;
  if (result.outcome === 'refused') return problemAnswer(result.problem, replayed);
  const accepted = acceptedRepresentation(result.order);
  const self = orderPath(accepted.id);
  return {
    status: 202,
    headers: { location: self, etag: entityTag(accepted.version), ...replayed },
    body: { ...accepted, _links: { self: { href: self } } },
  };
}
