/** The API's actions, one function each: checked input in, the JSON protocol's answer out. */
import type { Caller } from '../gateway/service.ts';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { eachEntry, readBatch } from './batch.ts';
import { missingParameter } from './errors.ts';
import { bytesOf, type Message, md5OfAttributes, type NewMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { queueAttributes } from './queue-attributes.ts';
import { receivedMessage } from './received.ts';
import { integerOf, secondsOf } from './seconds.ts';
import { readNewMessage } from './send-request.ts';

export interface ActionRequest {
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly kernel: Kernel;
  readonly createdAtMs: number;
  readonly purgedAtMs: Map<Queue, number>;
  readonly allQueues: readonly Queue[];
  named(name: unknown): Queue;
  /** The queue of `QueueUrl`. */
  queue(): Queue;
  /** Meters the request; `messages` are those it sent, received or deleted. */
  count(action: string, queue: Queue, messages?: number, bytes?: number): void;
}

type Action = (request: ActionRequest) => object | Promise<object>;

/** Of a whole SendMessageBatch. */
const maxBatchBytes = 1_048_576;
const maxVisibilitySeconds = 43_200;
const purgePauseMs = 60_000;

export const sqsActions: Readonly<Record<string, Action>> = {
  SendMessage: (request) => {
    const queue = request.queue();
    const [sent] = queue.send([newMessage(request, request.input)]);
    request.count('SendMessage', queue, 1, sent?.bytes);
    return sent ? sentAnswer(sent) : {};
  },

  SendMessageBatch: (request) => {
    const queue = request.queue();
    const { done, failed } = eachEntry(readBatch(request.input.Entries), (entry) =>
      newMessage(request, entry),
    );
    const sent = sendWithinLimit(
      queue,
      done.map(({ result }) => result),
    );
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

  GetQueueAttributes: (request) => {
    const queue = request.queue();
    request.count('GetQueueAttributes', queue);
    const attributes = queueAttributes(queue, request.input.AttributeNames, request.createdAtMs);
    return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
  },

  GetQueueUrl: (request) => {
    if (request.input.QueueName === undefined) throw missingParameter('QueueName');
    const queue = request.named(request.input.QueueName);
    request.count('GetQueueUrl', queue);
    return { QueueUrl: queue.model.url };
  },

  ListQueues: ({ allQueues, input }) => {
    const prefix = String(input.QueueNamePrefix ?? '');
    const listed = allQueues.filter(({ model }) => model.name.startsWith(prefix));
    return listed.length > 0 ? { QueueUrls: listed.map(({ model }) => model.url) } : {};
  },

  PurgeQueue: (request) => {
    const queue = request.queue();
    const { kernel, purgedAtMs } = request;
    if (kernel.now() - (purgedAtMs.get(queue) ?? Number.NEGATIVE_INFINITY) < purgePauseMs) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.model.name} is allowed every 60 seconds.`,
        { status: 403 },
      );
    }
    purgedAtMs.set(queue, kernel.now());
    queue.purge();
    request.count('PurgeQueue', queue);
    return {};
  },
};

const newMessage = (request: ActionRequest, input: Readonly<Record<string, unknown>>): NewMessage =>
  readNewMessage(input, {
    senderId: request.caller.name,
    maxBytes: request.queue().model.maxMessageBytes,
  });

function sendWithinLimit(queue: Queue, batch: readonly NewMessage[]): readonly Message[] {
  const bytes = batch.reduce((sum, message) => sum + bytesOf(message), 0);
  if (bytes > maxBatchBytes) {
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${maxBatchBytes} bytes. You have sent ${bytes} bytes.`,
    );
  }
  return batch.length > 0 ? queue.send(batch) : [];
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
