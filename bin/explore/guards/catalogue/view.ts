/** Guards of the read model and of who reads it. */
import type { Guard } from '../guard.ts';
import { withoutTransaction } from './one-by-one.ts';

const store = 'lambdas/adapters/dynamo-view-store.ts';
const read = 'lambdas/shell/read-order.ts';

export const viewGuards: readonly Guard[] = [
  {
    id: 'g37a',
    name: 'a row is replaced by a newer version only',
    expects: ['V22', 'V23'],
    edits: [
      {
        file: 'lambdas/domain/view.ts',
        find: "  if (held && held.version >= row.version) return { outcome: 'stale' };\n",
        replace: '',
      },
    ],
    hint: 'the projector stops before it shows version 1, and goes on when its successor has shown version 3',
  },
  {
    id: 'g37b',
    name: 'a row is written only over the one that was decided on',
    expects: ['V22', 'V23'],
    edits: [
      {
        file: store,
        find: 'ConditionExpression: `#version = :held AND ${',
        replace: 'ConditionExpression: `attribute_exists(id) OR #version = :held AND ${',
      },
      {
        file: store,
        find: "{ ConditionExpression: 'attribute_not_exists(id)' }",
        replace: "{ ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(id)' }",
      },
    ],
    hint: 'the projector crashes after its writes: the repeat goes back, and counts the sale once more',
  },
  {
    id: 'g40',
    name: 'the projector takes a deleted order out of the view',
    expects: ['V22'],
    edits: [
      {
        file: 'lambdas/shell/project-orders.ts',
        find: 'if (!after) return before && tombstone(before);',
        replace: 'if (!after) return undefined;',
      },
    ],
    hint: 'the item of an order is deleted, and the view goes on showing it',
  },
  {
    id: 'g41',
    name: 'a counter moves in the same write as its row',
    expects: ['V23'],
    edits: withoutTransaction(store, {
      transaction: '{ TransactItems }',
      items: 'TransactItems',
      before: "const replaced = { outcome: 'replaced' } as const;",
    }),
    hint: 'a crash between the row and its counter: the sale is never counted',
  },
  {
    id: 'g43a',
    name: 'who has a newer version than the view is not shown an older one',
    expects: ['V25'],
    edits: [
      {
        file: read,
        find: 'return stored !== undefined && stored.version >= known;',
        replace: 'return stored === undefined && known < 0;',
      },
    ],
    hint: 'a cancellation answers version 2, and a reading with it comes before the projector',
  },
  {
    id: 'g43b',
    name: 'until the view has an order, it is shown as it was placed',
    expects: ['V25'],
    edits: [
      {
        file: read,
        find: '? placedRepresentation(order)',
        replace: '? orderRepresentation(order)',
      },
      {
        file: read,
        find: '  placedRepresentation,\n',
        replace: '  orderRepresentation,\n',
      },
    ],
    hint: 'the projector is behind: a reading shows the order confirmed, the next one pending',
  },
  {
    id: 'g43c',
    name: 'an order is there from the moment of its 202',
    expects: ['V25'],
    edits: [
      {
        file: read,
        find: '  const order = await orders.find(id);\n',
        replace: '  const order = await orders.find(id).then(() => undefined);\n',
      },
    ],
    hint: 'a reading right after the 202: 404',
  },
  {
    id: 'p49',
    name: 'a row of the view is read as it is now',
    expects: ['V25'],
    edits: [
      {
        file: 'lambdas/adapters/dynamo-order-view.ts',
        find: '            ConsistentRead: true,\n',
        replace: '',
      },
    ],
    hint: 'two readings of one order, the second of them stale',
  },
];
