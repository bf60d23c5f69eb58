/** Guards of the operator's stock adjustment: an idempotent command in front of a recorded effect. */
import type { Guard } from '../guard.ts';
import { withoutTransaction } from './one-by-one.ts';

const lease = 'lambdas/adapters/fenced-persistence.ts';
const command = 'lambdas/adapters/idempotent-command.ts';
const shell = 'lambdas/shell/adjust-stock.ts';
const store = 'lambdas/adapters/dynamo-adjustment-store.ts';

export const commandGuards: readonly Guard[] = [
  {
    id: 'g3b',
    name: 'an adjustment found by its key is answered only to the request that made it',
    expects: ['V2'],
    edits: [
      {
        file: shell,
        find: "if (made.fingerprint !== fingerprint) return { outcome: 'refused', reason: 'KEY_REUSED' };",
        replace: '',
      },
    ],
    hint: 'a day later, when no answer is kept any more, the key comes with another delta',
  },
  {
    id: 'g3c',
    name: 'a kept answer is given only to the request that got it first',
    expects: ['V2'],
    edits: [{ file: command, find: "    payloadValidationJmesPath: 'payload',\n", replace: '' }],
    hint: 'the same key twice within a day, with another delta',
  },
  {
    id: 'g5',
    name: 'only the holder of a lease keeps an answer or gives the lease back',
    expects: [],
    edits: [
      {
        file: lease,
        find: "ConditionExpression: '#owner = :owner AND #status = :inprogress',",
        replace:
          "ConditionExpression: '#owner = :owner AND #status = :inprogress OR attribute_exists(id) OR attribute_not_exists(id)',",
      },
    ],
    hint: 'The recorded adjustment answers a repeat the same, whatever becomes of the lease.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'p4',
        expects: ['V2'],
        hint: 'a zombie past its lease finds nothing left, and deletes the answer of its successor; a third request is refused',
      },
    ],
  },
  {
    id: 'g6b',
    name: 'who takes a lease knows the own one',
    expects: ['V2', 'V20'],
    edits: [
      {
        file: lease,
        find: "if (result.outcome === 'written' || result.stored?.owner === this.#owner) return;\n    throw new IdempotencyItemAlreadyExistsError(",
        replace:
          "if (result.outcome === 'written') return;\n    throw new IdempotencyItemAlreadyExistsError(",
      },
    ],
    hint: 'the answer to the taking of the lease is lost: the only request is told that its twin is running',
  },
  {
    id: 'g6c',
    name: 'who keeps an answer knows the own one',
    expects: [],
    edits: [
      {
        file: lease,
        find: "if (result.outcome === 'written' || result.stored?.owner === this.#owner) return;\n    throw new TransientFault(",
        replace: "if (result.outcome === 'written') return;\n    throw new TransientFault(",
      },
    ],
    hint: 'The client is told 503 and repeats, which finds the answer: nothing but the wait is lost.',
    defenceInDepth: true,
  },
  {
    id: 'g15a',
    name: 'an adjustment and its record are one write',
    expects: ['V9', 'V2'],
    edits: withoutTransaction(store, {
      transaction: 'input',
      items: 'input.TransactItems',
      before: 'function commitInput(',
    }),
    hint: 'a crash between the two: the adjustment is answered, and the stock has not moved',
  },
  {
    id: 'p2',
    name: "a command's twin waits until its lease is over",
    expects: [],
    edits: [
      {
        file: lease,
        find: 'ConditionExpression: free,',
        replace: "ConditionExpression: free + ' OR attribute_exists(id)',",
      },
    ],
    hint: 'The recorded adjustment recognises a twin by itself.',
    defenceInDepth: true,
    pairs: [
      { with: 'p3', expects: ['V9', 'V2'], hint: 'two adjustments with the same key at once' },
    ],
  },
  {
    id: 'p3',
    name: 'an adjustment is recorded only where there is none',
    expects: [],
    edits: [
      {
        file: store,
        find: "    ConditionExpression: 'attribute_not_exists(id)',\n",
        replace: '',
      },
      {
        file: store,
        find: "    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,\n",
        replace: '',
      },
    ],
    hint: 'The lease keeps twins apart, and a later repeat finds the record by reading.',
    defenceInDepth: true,
    pairs: [
      {
        with: 'p4',
        expects: ['V9', 'V2'],
        hint: 'an adjustment commits and crashes before its answer is kept; repeated when its lease is over',
      },
    ],
  },
  {
    id: 'p4',
    name: 'a recorded adjustment is found before anything is decided anew',
    expects: ['V2'],
    edits: [
      {
        file: shell,
        find: 'if (made) return answerOf(made, adjustment, { isRepeat: true });',
        replace: '',
      },
    ],
    hint: 'an adjustment takes the last units and crashes before its answer is kept: the repeat is told that they are missing',
  },
  {
    id: 'p5',
    name: 'an adjustment starts from the stock that there is',
    expects: ['V9'],
    edits: [
      {
        file: store,
        find: 'available = :from`,',
        replace: 'available = :from OR attribute_exists(available)`,',
      },
    ],
    hint: 'an order reserves between the reading of the stock and the adjustment',
  },
];
