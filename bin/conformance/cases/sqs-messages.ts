/** Messages of SQS: sent, received, hidden, counted, deleted, moved to dead letters. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ReceiveMessageCommandInput, SQS } from '@aws-sdk/client-sqs';
import type { Case } from '../case.ts';
import { eventually, refusal } from '../expect.ts';

const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference';
const guide = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** The first message that comes, by short looks: none of them waits when something is there. */
async function receive(sqs: SQS, input: ReceiveMessageCommandInput) {
  const { Messages } = await eventually(
    'a message',
    () => sqs.receiveMessage({ WaitTimeSeconds: 2, ...input }),
    (answer) => (answer.Messages ?? []).length > 0,
  );
  const [message] = Messages ?? [];
  assert.match(`${message?.ReceiptHandle}`, /./);
  return { ...message, ReceiptHandle: `${message?.ReceiptHandle}` };
}

const bodiesNow = async (sqs: SQS, QueueUrl: string): Promise<(string | undefined)[]> => {
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 });
  return Messages.map(({ Body }) => Body);
};

export const messageCases: readonly Case[] = [
  {
    id: 'sqs.digests',
    rule: 'Sending answers an id and the MD5 of the body, as receiving does.',
    source: `${api}/API_SendMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const MessageBody = 'naïve ✓';
      const sent = await sqs.sendMessage({ QueueUrl, MessageBody });
      const got = await receive(sqs, { QueueUrl });
      assert.equal(sent.MD5OfMessageBody, md5(MessageBody));
      assert.deepEqual(
        [got.MessageId, got.MD5OfBody, got.Body],
        [sent.MessageId, sent.MD5OfMessageBody, MessageBody],
      );
    },
  },
  {
    id: 'sqs.attributes-on-request',
    rule: 'Message attributes come with a message only if they are asked for.',
    source: `${api}/API_ReceiveMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const MessageAttributes = {
        kind: { DataType: 'String', StringValue: 'x' },
        count: { DataType: 'Number', StringValue: '3' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      };
      const send = () => sqs.sendMessage({ QueueUrl, MessageBody: 'm', MessageAttributes });
      const sent = await send();
      const bare = await receive(sqs, { QueueUrl });
      assert.equal(bare.MessageAttributes, undefined);
      await send();
      const full = await receive(sqs, { QueueUrl, MessageAttributeNames: ['All'] });
      assert.deepEqual(full.MessageAttributes, MessageAttributes);
      assert.equal(full.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    },
  },
  {
    id: 'sqs.system-attributes',
    rule: 'A message tells when it was sent and first received, and how often, if asked.',
    source: `${api}/API_ReceiveMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const got = await receive(sqs, { QueueUrl, MessageSystemAttributeNames: ['All'] });
      const { ApproximateReceiveCount, SentTimestamp, ApproximateFirstReceiveTimestamp, SenderId } =
        got.Attributes ?? {};
      assert.equal(ApproximateReceiveCount, '1');
      assert.match(`${SentTimestamp} ${ApproximateFirstReceiveTimestamp}`, /^\d{13} \d{13}$/);
      assert.match(`${SenderId}`, /./);
    },
  },
  {
    id: 'sqs.hidden-while-in-flight',
    rule: 'A received message is hidden until its visibility timeout is over, then counted again.',
    source: `${guide}/sqs-visibility-timeout.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ VisibilityTimeout: '3' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      await receive(sqs, { QueueUrl });
      assert.deepEqual(await bodiesNow(sqs, QueueUrl), []);
      const again = await receive(sqs, { QueueUrl, MessageSystemAttributeNames: ['All'] });
      assert.equal(again.Attributes?.ApproximateReceiveCount, '2');
    },
  },
  {
    id: 'sqs.visibility-of-one-receive',
    rule: 'A receive can set its own visibility timeout.',
    source: `${api}/API_ReceiveMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ VisibilityTimeout: '600' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      await receive(sqs, { QueueUrl, VisibilityTimeout: 1 });
      const { Body } = await receive(sqs, { QueueUrl });
      assert.equal(Body, 'm');
    },
  },
  {
    id: 'sqs.visible-at-once',
    rule: 'ChangeMessageVisibility to 0 makes a message visible at once.',
    source: `${guide}/sqs-visibility-timeout.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ VisibilityTimeout: '600' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const { ReceiptHandle } = await receive(sqs, { QueueUrl });
      await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      const again = await receive(sqs, { QueueUrl });
      assert.equal(again.Body, 'm');
      assert.notEqual(again.ReceiptHandle, ReceiptHandle);
    },
  },
  {
    id: 'sqs.visibility-limit',
    rule: 'A visibility timeout is at most 12 hours.',
    source: `${api}/API_ChangeMessageVisibility.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const { ReceiptHandle } = await receive(sqs, { QueueUrl });
      const change = { QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 };
      await refusal(sqs.changeMessageVisibility(change), 'InvalidParameterValue');
    },
  },
  {
    id: 'sqs.deleted',
    rule: 'A deleted message does not come back; deleting it again succeeds.',
    source: `${api}/API_DeleteMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ VisibilityTimeout: '1' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const { ReceiptHandle } = await receive(sqs, { QueueUrl });
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 2 });
      assert.equal(Messages, undefined);
    },
  },
  {
    id: 'sqs.deleted-by-old-handle',
    rule: 'Deleting by the handle of an earlier receive is no error.',
    source: `${api}/API_DeleteMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const first = await receive(sqs, { QueueUrl, VisibilityTimeout: 0 });
      const second = await receive(sqs, { QueueUrl });
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first.ReceiptHandle });
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle: second.ReceiptHandle });
    },
  },
  {
    id: 'sqs.bad-handle',
    rule: 'What is no receipt handle is refused with ReceiptHandleIsInvalid.',
    source: `${api}/API_DeleteMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const call = sqs.deleteMessage({ QueueUrl, ReceiptHandle: 'no handle' });
      await refusal(call, 'ReceiptHandleIsInvalid');
    },
  },
  {
    id: 'sqs.long-poll-wakes',
    rule: 'A long poll answers as soon as a message is there.',
    source: `${guide}/sqs-short-and-long-polling.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const startMs = performance.now();
      const polled = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm' });
      const { Messages } = await polled;
      assert.deepEqual(
        Messages?.map(({ Body }) => Body),
        ['m'],
      );
      assert.equal(
        performance.now() - startMs < 15_000 ? 'before the end' : 'late',
        'before the end',
      );
    },
  },
  {
    id: 'sqs.long-poll-ends',
    rule: 'A long poll of an empty queue answers nothing when its time is over.',
    source: `${guide}/sqs-short-and-long-polling.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const startMs = performance.now();
      const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 });
      assert.equal(Messages, undefined);
      assert.equal(
        performance.now() - startMs > 900 ? 'after a second' : 'early',
        'after a second',
      );
    },
  },
  {
    id: 'sqs.message-delay',
    rule: 'A delayed message cannot be received before its delay is over.',
    source: `${guide}/sqs-message-timers.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      await sqs.sendMessage({ QueueUrl, MessageBody: 'm', DelaySeconds: 3 });
      assert.deepEqual(await bodiesNow(sqs, QueueUrl), []);
      assert.equal((await receive(sqs, { QueueUrl })).Body, 'm');
    },
  },
  {
    id: 'sqs.queue-delay',
    rule: 'A queue delays its messages, unless a message has a delay of its own.',
    source: `${guide}/sqs-delay-queues.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ DelaySeconds: '600' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'late' });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'early', DelaySeconds: 0 });
      assert.equal((await receive(sqs, { QueueUrl })).Body, 'early');
      assert.deepEqual(await bodiesNow(sqs, QueueUrl), []);
    },
  },
  {
    id: 'sqs.delay-limit',
    rule: 'A delay is at most 15 minutes.',
    source: `${api}/API_SendMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = sqs.sendMessage({ QueueUrl, MessageBody: 'm', DelaySeconds: 901 });
      await refusal(send, 'InvalidParameterValue');
    },
  },
  {
    id: 'sqs.receive-limit',
    rule: 'A receive asks for 1 to 10 messages.',
    source: `${api}/API_ReceiveMessage.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      for (const MaxNumberOfMessages of [0, 11])
        await refusal(
          sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages }),
          'InvalidParameterValue',
        );
    },
  },
  {
    id: 'sqs.dead-letters',
    rule: 'A message received more often than maxReceiveCount moves to the dead-letter queue.',
    source: `${guide}/sqs-dead-letter-queues.html`,
    async run({ sqs }, scratch) {
      const dead = await scratch.queue();
      const asked = { QueueUrl: dead, AttributeNames: ['QueueArn' as const] };
      const { Attributes } = await sqs.getQueueAttributes(asked);
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: Attributes?.QueueArn,
        maxReceiveCount: 2,
      });
      const QueueUrl = await scratch.queue({ RedrivePolicy });
      await sqs.sendMessage({ QueueUrl, MessageBody: 'poison' });
      for (let i = 0; i < 2; i++) await receive(sqs, { QueueUrl, VisibilityTimeout: 0 });
      // It is moved when it would be received once more.
      assert.deepEqual(await bodiesNow(sqs, QueueUrl), []);
      assert.equal((await receive(sqs, { QueueUrl: dead })).Body, 'poison');
    },
  },
  {
    id: 'sqs.forbidden-characters',
    rule: 'A body has only the characters that XML allows, and at least one.',
    source: `${guide}/quotas-messages.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = (MessageBody: string) => sqs.sendMessage({ QueueUrl, MessageBody });
      await refusal(send('\u0000'), 'InvalidMessageContents');
      await refusal(send(''), 'MissingParameter', 'InvalidParameterValue');
    },
  },
  {
    id: 'sqs.message-limit',
    rule: 'A message has at most 1 MiB.',
    source: `${guide}/quotas-messages.html`,
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue();
      const send = (bytes: number) => sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(bytes) });
      await send(1_048_576);
      await refusal(send(1_048_577), 'InvalidParameterValue', 'InvalidMessageContents');
    },
  },
];
