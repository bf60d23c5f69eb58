/** Guards between a committed event and its queues. */
import type { Guard, TemplateEdit } from '../guard.ts';
import { type Json, resourcesOf } from '../template-edits.ts';

const relay = 'lambdas/shell/relay-outbox.ts';
const publisher = 'lambdas/adapters/sqs-publisher.ts';
const batch = 'lambdas/adapters/stream-batch.ts';

const inStreamMappings = (change: (properties: Json) => void): TemplateEdit => ({
  template: (body) => {
    for (const { Properties } of resourcesOf(body, 'AWS::Lambda::EventSourceMapping'))
      if ('StartingPosition' in Properties) change(Properties);
  },
});

export const outboxGuards: readonly Guard[] = [
  {
    id: 'g9',
    name: 'an event has the same id whenever it is published',
    expects: ['V7', 'V6'],
    edits: [
      {
        file: 'lambdas/contract/order-events.ts',
        find: '    id: `',
        replace: '    id: crypto.randomUUID() || `',
      },
    ],
    hint: 'the relay crashes between its sends and its answer: the repeat tells the customer twice',
  },
  {
    id: 'g10a',
    name: 'the relay publishes only what the old image lacks',
    expects: ['V6', 'V21'],
    edits: [
      {
        file: relay,
        find: '    .filter(({ version }) => version > (before?.version ?? 0))\n',
        replace: '',
      },
    ],
    hint: 'one order: every transition publishes all events before it once more',
  },
  {
    id: 'g10b',
    name: 'the mapping of the relay leaves deletions out',
    expects: [],
    edits: [inStreamMappings((properties) => delete properties.FilterCriteria)],
    hint: 'The relay publishes nothing for a change without a new image.',
    defenceInDepth: true,
    pairs: [{ with: 'g10c', expects: ['V6'], hint: 'the item of an order is deleted' }],
  },
  {
    id: 'g10c',
    name: 'the relay publishes nothing for a deletion',
    expects: [],
    edits: [
      {
        file: relay,
        find: 'newEvents({ before, after }: OrderChange)',
        replace: 'newEvents({ before: old, after: now }: OrderChange)',
      },
      {
        file: relay,
        find: '  if (!after) return [];\n',
        replace: '  const after = now ?? old;\n  const before = now ? old : undefined;\n',
      },
    ],
    hint: 'The mapping leaves deletions out.',
    defenceInDepth: true,
  },
  {
    id: 'g11a',
    name: 'an entry that the queue did not take is a failure',
    expects: ['V5', 'V30'],
    edits: [
      {
        file: publisher,
        find: 'return Math.min(...Failed.map(({ Id }) => Number(Id)));',
        replace: 'return undefined;',
      },
    ],
    hint: 'SendMessageBatch answers 200 with an entry in Failed',
  },
  {
    id: 'g11b',
    name: 'a request that the queue did not answer is a failure',
    expects: ['V5', 'V30'],
    edits: [{ file: publisher, find: '    return 0;\n', replace: '    return undefined;\n' }],
    hint: 'SendMessageBatch fails before its effect, as often as the SDK tries',
  },
  {
    id: 'g12a',
    name: 'a change that could not be handled is handed back to the stream',
    expects: ['V5', 'V22'],
    edits: [
      {
        file: batch,
        find: 'return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] };',
        replace: 'return { batchItemFailures: lowest === undefined ? [] : [] };',
      },
    ],
    hint: 'SendMessageBatch fails before its effect; or a throttled read model',
  },
  {
    id: 'g12b',
    name: 'the stream repeats from the first change that could not be handled, not from the last',
    expects: ['V5', 'V22'],
    edits: [
      {
        file: batch,
        find: '.find((number) => failed.has(number))',
        replace: '.findLast((number) => failed.has(number))',
      },
    ],
    hint: 'the view is out of reach for a batch with changes of two orders',
  },
  {
    id: 'g12c',
    name: 'the mapping of a stream listens to which changes failed',
    expects: ['V5', 'V22'],
    edits: [inStreamMappings((properties) => delete properties.FunctionResponseTypes)],
    hint: 'SendMessageBatch fails before its effect: the batch counts as handled',
  },
  {
    id: 'g13',
    name: 'a rescue tells both readers what the stream has forgotten',
    expects: ['V5', 'V20', 'V22'],
    edits: [
      {
        file: 'lambdas/shell/rescue-outbox.ts',
        find: 'const forgotten = changesSince(page.since, items);',
        replace: 'const forgotten: OrderChange[] = [];',
      },
    ],
    hint: 'the stream is out for 30 hours, and then an operator starts a rescue',
  },
  {
    id: 'p14',
    name: 'poison in the stream is parked and passed',
    expects: ['V5', 'V20'],
    edits: [
      {
        file: batch,
        find: "else if ('poison' in read && !(await isParked(record, read.poison, settings)))",
        replace: "else if ('poison' in read)",
      },
    ],
    hint: 'one unreadable image: nothing behind it is published or shown',
  },
  {
    id: 'p15',
    name: 'poison in the stream is passed only once it is parked',
    expects: ['V30'],
    edits: [
      {
        file: batch,
        find: 'console.error(JSON.stringify({ id, notParked: String(error) }));\n    return false;',
        replace: 'return true;',
      },
    ],
    hint: 'one unreadable image, and the write that parks it fails before its effect',
  },
  {
    id: 'p16',
    name: 'a refused request is no poison',
    expects: ['V5'],
    edits: [
      {
        file: batch,
        find: "if (before === 'refused' || after === 'refused') return { none: true };",
        replace: "if (before === 'refused' || after === 'refused') return { poison: 'no order' };",
      },
    ],
    hint: 'an order for a product that is not sold',
  },
  {
    id: 'p17',
    name: 'a stream is tried until its changes are old, not a few times',
    expects: ['V5', 'V20'],
    edits: [
      inStreamMappings((properties) => {
        properties.MaximumRetryAttempts = 2;
      }),
    ],
    hint: 'a queue is out for a minute: healthy changes end in the failure store',
  },
  {
    id: 'p50',
    name: 'of twins of a page of a rescue one goes on',
    expects: ['V21'],
    edits: [
      {
        file: 'lambdas/shell/rescue-outbox.ts',
        find: 'if (!(await ports.runs.claim(page)))',
        replace: 'if (!(await ports.runs.claim(page)) && page.page < 0)',
      },
    ],
    hint: 'a rescue of several pages whose messages are all delivered twice: every page doubles the run',
  },
];
