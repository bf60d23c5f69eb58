import { describe, expect, it } from 'vitest';
import { cancelling, placing, reading } from '../../../bin/explore/requests.ts';
import type { Operation } from '../../../bin/explore/world.ts';
import { historyChecks } from '../../../bin/soak/history.ts';
import { listing } from '../../../bin/soak/shopping.ts';

const lines = { mug: 1 };
const more = { mug: 2 };

function told(
  client: string,
  request: Operation['request'],
  [outcome, status, body]: [Operation['outcome'], number?, object?],
): Operation {
  const answer = status === undefined ? {} : { status, headers: {}, text: JSON.stringify(body) };
  return { client, request, startedMs: 1, endedMs: 2, outcome, ...answer };
}
const placed = told('ada', placing('k', { lines }), ['ok', 202, { id: 'a' }]);
const lost = told('ada', placing('k', { lines }), ['info']);
const reused = told('ada', placing('k', { lines: more }), [
  ...(['fail', 422] as const),
  { type: '/problems/idempotency-key-reused' },
]);

const problems = (operations: Operation[], orders: { id: string; status: string }[] = []) =>
  historyChecks(operations, orders).flatMap((check) => check.problems);

describe('a history', () => {
  it('allows both of what nobody knew, once a repeat has told', () => {
    expect(problems([lost, placed, reused])).toEqual([]);
    expect(problems([lost])).toEqual([expect.stringMatching(/^ada: POST \/orders k .*nobody/)]);
  });

  it('allows a refused cancellation only of an order that was not cancelled', () => {
    const refused = told('ada', cancelling('a'), ['fail', 412, {}]);
    expect(problems([placed, refused], [{ id: 'a', status: 'CONFIRMED' }])).toEqual([]);
    expect(problems([placed, refused], [{ id: 'a', status: 'CANCELLED' }])).toEqual([
      'order a: refused, and yet cancelled',
    ]);
  });

  it('allows nobody to see an order of somebody else, or to miss an own one', () => {
    const list = told('bob', listing('bob'), ['ok', 200, { orders: [{ id: 'a' }] }]);
    const missing = told('ada', reading('a'), ['fail', 404, {}]);
    const hidden = told('bob', reading('a'), ['fail', 404, {}]);
    expect(problems([placed, hidden])).toEqual([]);
    expect(problems([placed, list, missing])).toEqual([
      'bob was shown a',
      'ada was told that there is no order a',
    ]);
  });

  it('allows no answer that says that something is broken inside', () => {
    const broken = told('ada', reading('a'), ['info', 500, { type: '/problems/internal-error' }]);
    const fine = told('ada', reading('a'), ['ok', 200, { id: 'a' }]);
    expect(problems([placed, broken, fine])).toEqual([expect.stringMatching(/^GET \/orders\/a/)]);
  });

  it.each([401, 403])('allows no answer %d: every client may do what it asks for', (status) => {
    expect(problems([told('ada', reading('a'), ['fail', status, {}])])).toContain(
      `ada: GET /orders/a: ${status}`,
    );
  });
});
