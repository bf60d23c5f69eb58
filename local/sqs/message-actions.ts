/** The API's actions on messages: checked input in, the JSON protocol's answer out. */
import { AwsError } from '../gateway/service.ts';
import type { Action, ActionRequest } from './action-request.ts';
import { type BatchEntry, eachEntry, readBatch } from './batch.ts';
import { missingParameter } from './errors.ts';
import { bytesOf, type Message, md5OfAttributes, type NewMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { checkReceive, receivedMessage } from './received.ts';
import { integerOf, secondsOf } from './seconds.ts';
import { readNewMessage } from './send-request.ts';

/** Of a whole SendMessageBatch. */
const maxBatchBytes = 1_048_576;
const maxVisibilitySeconds = 43_200;

export const messageActions: Readonly<Record<string, Action>> = {
  SendMessage: (request) => {
    const queue = request.queue();
    const [sent] = queue.send([newMessage(request, request.input)]);
    request.count('SendMessage', queue, 1, sent?.bytes);
    return sent ? sentAnswer(sent) : {};
  },

  SendMessageBatch: (request) => {
    const queue = request.queue();
    const entries = readBatch(request.input.Entries);
    const { done, failed } = eachEntry(entries, (entry) => newMessage(request, entry));
    const messages = done.map(({ result }) => result);
    checkBatchSize(messages, entries);
    const sent = messages.length > 0 ? queue.send(messages) : [];
    request.count('SendMessageBatch', queue, sent.length, bytesIn(sent));
    const successful = sent.map((message, i) => ({
      Id: done[i]?.entry.Id,
      ...sentAnswer(message),
    }));
    return batchAnswer(successful, failed);
  },

  ReceiveMessage: async (request) => {
    const queue = request.queue();
    const { input } = request;
    checkReceive(input);
    const max = integerOf(input, 'MaxNumberOfMessages', { min: 1, max: 10 }) ?? 1;
    const visibilityMs =
      secondsOf(input, 'VisibilityTimeout', maxVisibilitySeconds) ??
      queue.model.visibilityTimeoutMs;
    const waitMs = secondsOf(input, 'WaitTimeSeconds', 20) ?? queue.model.receiveWaitMs;
    const got = await queue.receiveWithin({ max, visibilityMs }, waitMs);
    request.count('ReceiveMessage', queue, got.length, bytesIn(got.map(({ message }) => message)));
    if (got.length === 0) return {};
    return { Messages: got.map((delivery) => receivedMessage(delivery, input)) };
  },

  DeleteMessage: (request) => {
    const queue = request.queue();
    queue.delete(handleOf(request.input));
    request.count('DeleteMessage', queue, 1);
    return {};
  },

  DeleteMessageBatch: (request) => {
    const queue = request.queue();
    const { done, failed } = eachEntry(readBatch(request.input.Entries), (entry) =>
      queue.delete(handleOf(entry)),
    );
    request.count('DeleteMessageBatch', queue, done.length);
    return batchAnswer(
      done.map(({ entry }) => ({ Id: entry.Id })),
      failed,
    );
  },

  ChangeMessageVisibility: (request) => {
    const queue = request.queue();
    changeVisibility(queue, request.input);
    request.count('ChangeMessageVisibility', queue);
    return {};
  },

  ChangeMessageVisibilityBatch: (request) => {
    const queue = request.queue();
    const { done, failed } = eachEntry(readBatch(request.input.Entries), (entry) =>
      changeVisibility(queue, entry),
    );
    request.count('ChangeMessageVisibilityBatch', queue);
    return batchAnswer(
      done.map(({ entry }) => ({ Id: entry.Id })),
      failed,
    );
  },
};

const newMessage = (request: ActionRequest, input: Readonly<Record<string, unknown>>): NewMessage =>
  readNewMessage(input, {
    senderId: request.caller.name,
    maxBytes: request.queue().model.maxMessageBytes,
  });

/** Of refused entries the bodies count too: SQS weighs a batch before it looks at the entries. */
function checkBatchSize(messages: readonly NewMessage[], entries: readonly BatchEntry[]): void {
  const bodies = entries.map(({ MessageBody }) => Buffer.byteLength(String(MessageBody ?? '')));
  const attributes = messages.map((message) => bytesOf({ ...message, body: '' }));
  const bytes = [...bodies, ...attributes].reduce((sum, size) => sum + size, 0);
  if (bytes <= maxBatchBytes) return;
  throw new AwsError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${maxBatchBytes} bytes. You have sent ${bytes} bytes.`,
  );
}

function sentAnswer(message: Message): object {
  const attributesMd5 = md5OfAttributes(message.attributes);
  const { traceHeader } = message;
  return {
    MessageId: message.id,
    MD5OfMessageBody: message.md5OfBody,
    ...(attributesMd5 && { MD5OfMessageAttributes: attributesMd5 }),
    ...(traceHeader !== undefined && {
      MD5OfMessageSystemAttributes: md5OfAttributes({
        AWSTraceHeader: { DataType: 'String', StringValue: traceHeader },
      }),
    }),
  };
}

export const bytesIn = (messages: readonly Pick<Message, 'bytes'>[]): number =>
  messages.reduce((sum, { bytes }) => sum + bytes, 0);

const batchAnswer = (successful: readonly object[], failed: readonly object[]): object => ({
  Successful: successful,
  Failed: failed,
});

function handleOf(input: Readonly<Record<string, unknown>>): unknown {
  if (input.ReceiptHandle === undefined) throw missingParameter('ReceiptHandle');
  return input.ReceiptHandle;
}

function changeVisibility(queue: Queue, input: Readonly<Record<string, unknown>>): void {
  const visibilityMs = secondsOf(input, 'VisibilityTimeout', maxVisibilitySeconds);
  if (visibilityMs === undefined) throw missingParameter('VisibilityTimeout');
  queue.changeVisibility(handleOf(input), visibilityMs);
}
