/** Queues and batches of SQS. */
import assert from 'node:assert/strict';
import type { QueueAttributeName, SQS } from '@aws-sdk/client-sqs';
import type { Case } from '../case.ts';
import { eventually, refusal } from '../expect.ts';

const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference';

const entries = (count: number, size = 1) =>
  Array.from({ length: count }, (_, i) => ({ Id: `${i}`, MessageBody: 'x'.repeat(size) }));

async function attributesOf(sqs: SQS, QueueUrl: string, names: QueueAttributeName[]) {
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: names });
  return Attributes ?? {};
}

export const queueCases: readonly Case[] = [
  {
    id: 'sqs.queue-defaults',
    rule: 'A queue hides for 30 s, keeps for 4 days, takes 1 MiB, and neither delays nor waits.',
    source: `${api}/API_CreateQueue.html`,
    async run({ sqs }, scratch) {
      const found = await attributesOf(sqs, await scratch.queue(), [
        'VisibilityTimeout',
        'MessageRetentionPeriod',
        'MaximumMessageSize',
        'DelaySeconds',
        'ReceiveMessageWaitTimeSeconds',
      ]);
      assert.deepEqual(found, {
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '345600',
        MaximumMessageSize: '1048576',
        DelaySeconds: '0',
        ReceiveMessageWaitTimeSeconds: '0',
      });
    },
  },
  {
    id: 'sqs.queue-found',
    rule: 'A queue is found by its name, and its ARN ends with it.',
    source: `${api}/API_GetQueueUrl.html`,
    async run({ sqs }, scratch) {
      const QueueName = scratch.name();
      const url = await scratch.queue({}, QueueName);
      const found = await sqs.getQueueUrl({ QueueName });
      assert.equal(found.QueueUrl, url);
      const { QueueArn } = await attributesOf(sqs, url, ['QueueArn']);
      assert.match(`${QueueArn}`, new RegExp(`^arn:aws:sqs:[^:]+:\\d{12}:${QueueName}$`));
    },
  },
  {
    id: 'sqs.queue-unknown',
    rule: 'A queue that is not there is refused with QueueDoesNotExist.',
    source: `${api}/API_GetQueueUrl.html`,
    async run({ sqs }, scratch) {
      await refusal(sqs.getQueueUrl({ QueueName: scratch.name() }), 'QueueDoesNotExist');
    },
  },
  {
    id: 'sqs.queue-created-again',
    rule: 'Creating a queue again answers the same URL, with other attributes an error.',
    source: `${api}/API_CreateQueue.html`,
    async run({ sqs }, scratch) {
      const QueueName = scratch.name();
      const url = await scratch.queue({ DelaySeconds: '1' }, QueueName);
      const again = await sqs.createQueue({ QueueName, Attributes: { DelaySeconds: '1' } });
      assert.equal(again.QueueUrl, url);
      const other = sqs.createQueue({ QueueName, Attributes: { DelaySeconds: '2' } });
      await refusal(other, 'QueueNameExists', 'QueueAlreadyExists');
    },
  },
  {
    id: 'sqs.queue-name-rules',
    rule: 'A queue’s name has at most 80 letters, digits, hyphens and underscores.',
    source: `${api}/API_CreateQueue.html`,
    async run({ sqs }, scratch) {
      for (const QueueName of [`${scratch.name()} x`, 'x'.repeat(81)]) {
        const creating = scratch.create(
          () => sqs.createQueue({ QueueName }),
          ({ QueueUrl }) => sqs.deleteQueue({ QueueUrl }),
        );
        await refusal(creating, 'InvalidParameterValue');
      }
    },
  },
  {
    id: 'sqs.attributes-set',
    rule: 'Attributes of a queue can be set within their ranges.',
    source: `${api}/API_SetQueueAttributes.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const set = (VisibilityTimeout: string) =>
        sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout } });
      await set('77');
      await eventually(
        'VisibilityTimeout 77',
        () => attributesOf(sqs, QueueUrl, ['VisibilityTimeout']),
        ({ VisibilityTimeout }) => VisibilityTimeout === '77',
        60_000,
      );
      await refusal(set('43201'), 'InvalidAttributeValue', 'InvalidParameterValue');
    },
  },
  {
    id: 'sqs.queue-counts',
    rule: 'A queue counts messages that are visible, in flight and delayed.',
    source: `${api}/API_GetQueueAttributes.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      for (const DelaySeconds of [0, 0, 900])
        await sqs.sendMessage({ QueueUrl, MessageBody: 'm', DelaySeconds });
      await eventually(
        'a received message',
        () => sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 }),
        ({ Messages }) => Messages !== undefined,
      );
      const names: QueueAttributeName[] = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ];
      await eventually(
        '1 visible, 1 in flight, 1 delayed',
        () => attributesOf(sqs, QueueUrl, names),
        (counts) => names.every((name) => counts[name] === '1'),
        90_000,
      );
    },
  },
  {
    id: 'sqs.message-size-of-queue',
    rule: 'A queue refuses messages above its own MaximumMessageSize.',
    source: `${api}/API_CreateQueue.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ MaximumMessageSize: '1024' });
      const send = (bytes: number) => sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(bytes) });
      await send(1024);
      await refusal(send(1025), 'InvalidParameterValue', 'InvalidMessageContents');
    },
  },
  {
    id: 'sqs.batch-in-parts',
    rule: 'One bad entry of a batch fails by itself; the others happen.',
    source: `${api}/API_DeleteMessageBatch.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessageBatch({ QueueUrl, Entries: entries(2) });
      const { Messages = [] } = await eventually(
        'a message',
        () => sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 2 }),
        (answer) => answer.Messages !== undefined,
      );
      const answer = await sqs.deleteMessageBatch({
        QueueUrl,
        Entries: [
          { Id: 'good', ReceiptHandle: Messages[0]?.ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'no handle' },
        ],
      });
      assert.deepEqual(
        answer.Successful?.map(({ Id }) => Id),
        ['good'],
      );
      const failed = answer.Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]);
      assert.deepEqual(failed, [['bad', 'ReceiptHandleIsInvalid', true]]);
    },
  },
  {
    id: 'sqs.batch-of-ten',
    rule: 'A batch has 1 to 10 entries.',
    source: `${api}/API_SendMessageBatch.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = (count: number) => sqs.sendMessageBatch({ QueueUrl, Entries: entries(count) });
      assert.equal((await send(10)).Successful?.length, 10);
      await refusal(send(11), 'TooManyEntriesInBatchRequest');
      await refusal(send(0), 'EmptyBatchRequest');
    },
  },
  {
    id: 'sqs.batch-ids',
    rule: 'The ids of a batch are distinct, of letters, digits, hyphens and underscores.',
    source: `${api}/API_SendMessageBatch.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = (...ids: string[]) =>
        sqs.sendMessageBatch({
          QueueUrl,
          Entries: ids.map((Id) => ({ Id, MessageBody: 'm' })),
        });
      await refusal(send('a', 'a'), 'BatchEntryIdsNotDistinct');
      await refusal(send('a b'), 'InvalidBatchEntryId');
    },
  },
  {
    id: 'sqs.batch-limit',
    rule: 'The messages of a batch have at most 1 MiB together.',
    source: `${api}/API_SendMessageBatch.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = (size: number) => sqs.sendMessageBatch({ QueueUrl, Entries: entries(2, size) });
      await send(524_288);
      await refusal(send(524_289), 'BatchRequestTooLong');
    },
  },
  {
    id: 'sqs.purged-once-a-minute',
    rule: 'A queue is purged at most once in 60 seconds.',
    source: `${api}/API_PurgeQueue.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      await sqs.purgeQueue({ QueueUrl });
      await refusal(sqs.purgeQueue({ QueueUrl }), 'PurgeQueueInProgress');
    },
  },
  {
    id: 'sqs.queue-deleted',
    rule: 'A deleted queue is gone in time.',
    source: `${api}/API_DeleteQueue.html`,
    async run({ sqs }, scratch) {
      const QueueName = scratch.name();
      const QueueUrl = await scratch.queue({}, QueueName);
      await sqs.deleteQueue({ QueueUrl });
      await eventually(
        'QueueDoesNotExist',
        () =>
          sqs.getQueueUrl({ QueueName }).then(
            () => '',
            ({ name }: Error) => name,
          ),
        (name) => name === 'QueueDoesNotExist',
        90_000,
      );
    },
  },
];
