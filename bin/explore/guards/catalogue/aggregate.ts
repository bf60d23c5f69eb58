/** Guards of the order itself: one conditional write a transition, and what may follow what. */
import type { Guard } from '../guard.ts';

const store = 'lambdas/adapters/dynamo-order-store.ts';
const decide = 'lambdas/shell/decide-order.ts';
const order = 'lambdas/domain/order.ts';

const isFree = 'attribute_exists(id) OR #version = :expected';
const versionGuard = {
  file: store,
  find: "ConditionExpression: '#version = :expected',",
} as const;
const unguarded = (status: string) => ({
  ...versionGuard,
  replace: `ConditionExpression: order.status === 'PENDING' && next.status === '${status}' ? '${isFree}' : '#version = :expected',`,
});

/** Stands for a commit that writes its events first, and then the state. */
const eventsFirst = `
async function eventsFirst(client, input) {
  const { ':events': events, ...values } = input.ExpressionAttributeValues;
  const { '#outbox': outbox, ...names } = input.ExpressionAttributeNames;
  const append = 'list_append(#outbox, :events)';
  await client.send(
    new UpdateItemCommand({
      ...input,
      UpdateExpression: 'SET #outbox = ' + append,
      ExpressionAttributeNames: { '#outbox': outbox, '#version': 'version' },
      ExpressionAttributeValues: { ':events': events, ':expected': values[':expected'] },
    }),
  );
  return client.send(
    new UpdateItemCommand({
      ...input,
      UpdateExpression: input.UpdateExpression.replace(' #outbox = ' + append + ',', ''),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }),
  );
}
`;

export const aggregateGuards: readonly Guard[] = [
  {
    id: 'g6d',
    name: 'a refused commit is decided again on the order that is there, also when it is the own one',
    expects: ['V5', 'V13'],
    edits: [
      {
        file: decide,
        find: 'order = result.stored;',
        replace: "throw new PermanentFault('order ' + found.id + ' is another one');",
      },
    ],
    hint: 'the answer to the write of a capture is lost and the SDK repeats it: the message parks without need',
  },
  {
    id: 'g7',
    name: 'a transition starts from the version that was decided on',
    expects: ['V8', 'V18', 'V19'],
    edits: [{ ...versionGuard, replace: `ConditionExpression: '${isFree}',` }],
    hint: 'cancel racing with confirm, both having read version 1',
  },
  {
    id: 'g8',
    name: 'an event is in the same write as the state',
    expects: ['V4', 'V5', 'V8'],
    edits: [
      {
        file: store,
        find: 'client.send(new UpdateItemCommand(input)),',
        replace: 'eventsFirst(client, input),',
      },
      {
        file: store,
        find: 'function commitInput(',
        replace: `${eventsFirst}function commitInput(`,
      },
    ],
    hint: 'one order; a crash between the two writes',
  },
  {
    id: 'g19a',
    name: 'only a pending order is confirmed',
    expects: ['V19', 'V13', 'V8'],
    edits: [
      {
        file: order,
        find: "if (order.status !== 'PENDING') return { outcome: 'refused', reason: 'ORDER_NOT_PENDING', order };",
        replace: '',
      },
    ],
    hint: 'cancel between the reading and the writing of confirm; or confirm times out and its zombie goes on after the abort',
  },
  {
    id: 'g19b',
    name: 'a confirmed order is not rejected',
    expects: ['V19', 'V10', 'V13', 'V16'],
    edits: [
      {
        file: order,
        find: "  if (order.status === 'CONFIRMED') return { outcome: 'refused', reason: 'ORDER_CONFIRMED', order };\n  if (order.status !== 'PENDING') return { outcome: 'unchanged', order };",
        replace:
          "  if (order.status === 'REJECTED' || order.status === 'CANCELLED') return { outcome: 'unchanged', order };",
      },
    ],
    hint: "confirm happens and its answer is lost until the task's tries are used up: the abort decision follows",
  },
  {
    id: 'g29a',
    name: 'a cancellation is one conditional write, not a look and then a write',
    expects: ['V18', 'V8', 'V19'],
    edits: [unguarded('CANCELLED')],
    hint: 'confirm commits between the reading and the writing of a cancellation',
  },
  {
    id: 'g29b',
    name: 'a confirmation is one conditional write, not a look and then a write',
    expects: ['V18', 'V8', 'V19'],
    edits: [unguarded('CONFIRMED')],
    hint: 'a cancellation commits between the reading and the writing of confirm',
  },
  {
    id: 'g29c',
    name: 'a decided order is not cancelled',
    expects: ['V18', 'V19', 'V8'],
    edits: [
      {
        file: order,
        find: "  if (order.status !== 'PENDING') return { outcome: 'refused', reason: 'ORDER_DECIDED', order };\n",
        replace: '',
      },
    ],
    hint: 'a cancellation with the current ETag of a confirmed order',
  },
  {
    id: 'p6',
    name: 'a repeated cancellation is the first one',
    expects: ['V18'],
    edits: [
      {
        file: order,
        find: "if (order.cancelledFrom === ifVersion) return { outcome: 'unchanged', order };",
        replace: '',
      },
    ],
    hint: 'the answer to a cancellation is lost and the client repeats it: stale, although it was accepted',
  },
  {
    id: 'p7',
    name: 'a cancellation names the version that the order has',
    expects: ['V8'],
    edits: [
      {
        file: order,
        find: "if (order.version !== ifVersion) return { outcome: 'refused', reason: 'STALE_VERSION', order };",
        replace: '',
      },
    ],
    hint: 'a cancellation with another If-Match than the current version is accepted, and answers a version that it did not make',
  },
  {
    id: 'p8',
    name: 'a capture is recorded once',
    expects: ['V8'],
    edits: [
      {
        file: order,
        find: "if (order.payment === 'CAPTURED') return { outcome: 'unchanged', order };",
        replace: '',
      },
    ],
    hint: 'OrderConfirmed delivered twice',
  },
  {
    id: 'p9',
    name: 'a step that gave up is recorded once',
    expects: ['V8'],
    edits: [
      {
        file: order,
        find: "if (order.parked.includes(step)) return { outcome: 'unchanged', order };",
        replace: '',
      },
    ],
    hint: 'a compensation that fails in every recovery parks again and again',
  },
  {
    id: 'p10',
    name: 'an order is read as it is now',
    expects: ['reasons', 'V5'],
    edits: [{ file: store, find: ', ConsistentRead: true }', replace: ' }' }],
    hint: 'a stale read of an order just placed: the step finds none, and fails for good',
  },
  {
    id: 'p11',
    name: 'a transaction that met a conflict is not taken for one whose condition failed',
    expects: ['reasons'],
    edits: [
      {
        file: 'lambdas/adapters/dynamo.ts',
        find: "if (codes.includes('ConditionalCheckFailed'))",
        replace: 'if (codes.length > 0)',
      },
    ],
    hint: 'a conflict while stock is reserved: out of stock, with enough of it',
  },
  {
    id: 'p12',
    name: 'effects that DynamoDB left unread are asked for again',
    expects: ['reasons', 'V5'],
    edits: [
      {
        file: 'lambdas/adapters/dynamo-effects-reader.ts',
        find: 'if (Object.keys(UnprocessedKeys).length === 0) return items;',
        replace: 'if (UnprocessedKeys) return items;',
      },
    ],
    hint: 'one throttled table of the three that confirm reads: it finds no payment, and fails for good',
  },
  {
    id: 'p13',
    name: 'an order is confirmed only with money and parcel secured',
    expects: [],
    edits: [
      {
        file: 'lambdas/shell/confirm-order.ts',
        find: "const trackingNumber = may === 'yes' ? secured(order.id, effects) : '';",
        replace: "const trackingNumber = effects.shipment?.trackingNumber ?? '';",
      },
    ],
    hint: 'Every step before it has answered, nothing is undone before an abort decision, and no second execution runs beside the first.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'g18+p39',
        expects: ['V13'],
        hint: 'two executions of one order, of which one fails and undoes without a decision while the other confirms',
      },
    ],
  },
];
