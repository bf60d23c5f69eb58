/** Guards of requests: one effect and one answer per idempotency key. */
import type { Guard } from '../guard.ts';

const intakeWrite = 'lambdas/adapters/dynamo-intake.ts';
const placeOrder = 'lambdas/shell/place-order.ts';
const keys = 'lambdas/adapters/idempotency-key.ts';

export const intakeGuards: readonly Guard[] = [
  {
    id: 'g1',
    name: 'an order is written only where there is none',
    expects: ['V1', 'V2', 'V8'],
    edits: [
      {
        file: intakeWrite,
        find: "ConditionExpression: 'attribute_not_exists(id)',\n            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',",
        replace: '',
      },
    ],
    hint: 'a POST repeated after the first has been confirmed: the order is PENDING again',
  },
  {
    id: 'g2',
    name: "an order's id follows from the request's key",
    expects: ['V1'],
    edits: [
      {
        file: 'lambdas/place-order.ts',
        find: 'requestHash({ principal, route: placeOrderRoute, key })',
        replace: 'requestHash({ principal, route: placeOrderRoute, key: requestId })',
      },
    ],
    hint: 'a duplicate POST with the same body',
  },
  {
    id: 'g3a',
    name: 'another request under the same key is not answered as the first',
    expects: ['V2'],
    edits: [
      {
        file: placeOrder,
        find: "if (stored.fingerprint !== fingerprint) return { outcome: 'key reused' };",
        replace: '',
      },
    ],
    hint: 'a duplicate POST with a changed body',
  },
  {
    id: 'g4a',
    name: "a key belongs to one caller: who asks is part of the order's id",
    expects: ['V27', 'V2'],
    edits: [
      {
        file: keys,
        find: 'JSON.stringify([principal.issuer, principal.subject, route, key])',
        replace: 'JSON.stringify([route, key])',
      },
    ],
    hint: 'two customers with the same key and body: the second gets the order of the first',
  },
  {
    id: 'g4b',
    name: 'a key belongs to one route',
    expects: [],
    edits: [
      {
        file: keys,
        find: 'JSON.stringify([principal.issuer, principal.subject, route, key])',
        replace: 'JSON.stringify([principal.issuer, principal.subject, key])',
      },
    ],
    hint: 'Orders and adjustments are rows of different tables, so that equal ids never meet: no story can show it.',
    defenceInDepth: true,
  },
  {
    id: 'g6a',
    name: "the intake knows its own write by the attempt's id, and does not call it a repeat",
    expects: ['V2'],
    edits: [
      { file: placeOrder, find: 'stored.writeId !== writeId', replace: 'stored.writeId !== null' },
    ],
    hint: "the answer to the intake's Put is lost and the SDK repeats it: the only POST is marked as a replay",
  },
  {
    id: 'p1',
    name: 'what DynamoDB left unread of a batch is asked for again',
    expects: ['reasons'],
    edits: [
      {
        file: 'lambdas/adapters/batch-get.ts',
        find: 'unread = answer.UnprocessedKeys?.[table]?.Keys ?? [];',
        replace: 'unread = [];',
      },
    ],
    hint: "a throttled catalogue leaves a key unprocessed while an order is placed: 'unknown product', for ever, of one that is sold",
  },
];
