/** POST /orders/{id}/cancellation: decided by the order itself, on the version the customer saw. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { readEnv } from './adapters/env.ts';
import { httpEntry } from './adapters/http.ts';
import { type HttpAnswer, RequestRefused, refusal } from './contract/http.ts';
import { env } from './contract/names.ts';
import { orderPath } from './contract/order-api.ts';
import { entityTag, parseIfMatch } from './contract/preconditions.ts';
import { type CancelOrderOutcome, cancelOrder } from './shell/cancel-order.ts';

const variables = readEnv(env.ordersTable);
const orders = dynamoOrderStore(createDynamo(), variables[env.ordersTable]);

export const handler = httpEntry(async ({ principal, path, headers }) => {
  const ifVersion = versionOf(headers['if-match']);
  const outcome = await cancelOrder(orders, {
    id: path.id ?? '',
    principal,
    ifVersion,
    now: wallClock(),
  });
  return answer(outcome);
});

function versionOf(header: string | undefined): number | undefined {
  const condition = parseIfMatch(header);
  if (condition.kind === 'missing')
    throw new RequestRefused(
      'precondition-required',
      'Send the ETag of the order that you want to cancel as If-Match.',
    );
  if (condition.kind === 'malformed')
    throw new RequestRefused('invalid-request', 'If-Match must be exactly one ETag, as "1".');
  return condition.kind === 'version' ? condition.version : undefined;
}

function answer(result: CancelOrderOutcome): HttpAnswer {
  switch (result.outcome) {
    case 'not found':
      return refusal('not-found', 'There is no such order.');
    case 'stale':
      return refusal('stale-version', 'The order is at another version. Read it again.');
    case 'decided':
      return refusal('order-decided', 'Only a pending order can be cancelled.');
    case 'cancelled': {
      const { id, version } = result;
      const _links = { self: { href: orderPath(id) } };
      const body = { id, status: 'CANCELLED', version, _links };
      return { status: 202, headers: { etag: entityTag(version) }, body };
    }
  }
}
