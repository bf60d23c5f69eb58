/** Guards of consumers: a message has its effect once, and none is lost. */
import type { Guard, TemplateEdit } from '../guard.ts';
import { type Json, resourcesOf } from '../template-edits.ts';

const consume = 'lambdas/adapters/consume-batch.ts';
const notifications = 'lambdas/adapters/dynamo-notification-store.ts';
const notify = 'lambdas/shell/notify-customer.ts';

const inQueues = (change: (properties: Json) => void): TemplateEdit => ({
  template: (body) => {
    for (const { Properties } of resourcesOf(body, 'AWS::SQS::Queue'))
      if ('RedrivePolicy' in Properties) change(Properties);
  },
});

export const inboxGuards: readonly Guard[] = [
  {
    id: 'g12d',
    name: 'a message that could not be handled is handed back to its queue',
    expects: ['V12', 'V13'],
    edits: [
      {
        file: consume,
        find: 'return { batchItemFailures };',
        replace: 'return { batchItemFailures: [] };',
      },
    ],
    hint: 'any fault in a consumer that a retry can cure',
  },
  {
    id: 'g12e',
    name: 'the mapping of a queue listens to which messages failed',
    expects: ['V5', 'V30'],
    edits: [
      {
        template: (body) => {
          for (const { Properties } of resourcesOf(body, 'AWS::Lambda::EventSourceMapping'))
            if (!('StartingPosition' in Properties)) delete Properties.FunctionResponseTypes;
        },
      },
    ],
    hint: 'any fault in a consumer that a retry can cure: the message is deleted',
  },
  {
    id: 'g14',
    name: 'an event is claimed only where it is not',
    expects: ['model'],
    edits: [
      {
        file: notifications,
        find: "ConditionExpression: 'attribute_not_exists(eventId)',\n            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',",
        replace: '',
      },
    ],
    hint: 'a decided order told twice: its mail, long sent, is claimed and asked for again; the provider knows its key',
    pairs: [
      {
        with: 'p18',
        expects: ['V7'],
        hint: 'a decided order told twice, the second time after the mail was marked as sent',
      },
    ],
  },
  {
    id: 'g16',
    name: "a message is known by its event, not by the queue's id",
    expects: ['V7'],
    edits: [
      {
        file: 'lambdas/notify-customer.ts',
        find: 'async ({ body }) => {\n    await notifyCustomer(ports, parseCloudEvent(body));',
        replace:
          'async ({ body, messageId }) => {\n    await notifyCustomer(ports, parseCloudEvent(body), messageId);',
      },
      {
        file: notify,
        find: '  event: CloudEvent,\n): Promise<void> {',
        replace: '  event: CloudEvent,\n  messageId: string,\n): Promise<void> {',
      },
      {
        file: notify,
        find: 'notifications.claim(claimOf(event, now))',
        replace: 'notifications.claim({ ...claimOf(event, now), eventId: messageId })',
      },
    ],
    hint: 'the relay sends an event twice; or the mail goes out, its message dies and is redriven',
  },
  {
    id: 'p18',
    name: 'a mail carries the key of its event',
    expects: ['V7'],
    edits: [
      {
        file: 'lambdas/adapters/mailer.ts',
        find: "'x-message-key': mail.key",
        replace: "'x-message-key': crypto.randomUUID()",
      },
    ],
    hint: 'a crash between the mail and its mark, or the answer of the provider lost',
  },
  {
    id: 'p19',
    name: 'a claim that is found is settled, not left to whoever made it',
    expects: ['V7', 'V5'],
    edits: [
      {
        file: notifications,
        find: 'return parseNotificationItem(result.stored);',
        replace: "return { ...parseNotificationItem(result.stored), status: 'SENT' };",
      },
    ],
    hint: 'a crash between the claim and the mail: nobody sends it',
  },
  {
    id: 'p20',
    name: 'a claim too old to be settled by key is left to a person',
    expects: [],
    edits: [
      {
        file: 'lambdas/domain/notification.ts',
        find: "return epochMs(now) - epochMs(claimedAt) < keyValidityMs ? 'send' : 'give up';",
        replace: "return 'send';",
      },
    ],
    hint: 'No message lives as long as the key, which is valid for 30 days: 14 in a queue and 14 in its dead letters. So no story can come here.',
    defenceInDepth: true,
  },
  {
    id: 'p21',
    name: 'a message that no retry can cure is parked, with its reason',
    expects: ['V30'],
    edits: [
      {
        file: consume,
        find: 'return isParked(record, error, { parking, clock });',
        replace: 'return true;',
      },
    ],
    hint: 'a message that is no event: it vanishes',
  },
  {
    id: 'p22',
    name: 'a message is passed only once it is parked',
    expects: ['V30'],
    edits: [
      {
        file: consume,
        find: 'console.error(JSON.stringify({ messageId: record.messageId, notParked: String(error) }));\n    return false;',
        replace: 'return true;',
      },
    ],
    hint: 'a message that is no event, and the write that parks it fails before its effect',
  },
  {
    id: 'p23',
    name: 'no message is begun without time for it',
    expects: [],
    edits: [
      {
        file: consume,
        find: 'if (context.getRemainingTimeInMillis() < settings.recordBudgetMs) {',
        replace: 'if (settings.recordBudgetMs < 0) {',
      },
    ],
    hint: 'A message that is cut off half-way comes again and finds what it did.',
    defenceInDepth: true,
  },
  {
    id: 'p24',
    name: 'a blip does not kill a message',
    expects: ['V5'],
    edits: [
      inQueues((properties) => {
        properties.RedrivePolicy = { ...(properties.RedrivePolicy as Json), maxReceiveCount: 1 };
      }),
    ],
    hint: 'any fault in a consumer that a retry can cure: the message is dead at once',
  },
  {
    id: 'p25',
    name: 'a queue hides a message for six times as long as its function may run, not just once',
    expects: [],
    edits: [
      inQueues((properties) => {
        properties.VisibilityTimeout = Number(properties.VisibilityTimeout) / 6;
      }),
    ],
    hint: 'A message that is delivered again while its function still runs has its effect once.',
    defenceInDepth: true,
  },
];
