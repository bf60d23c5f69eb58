/**
 * The SQS of the engine: the template's queues and those of clients, the API's door to them, and the
 * side door for the engine's own pollers, which is metered like the front. Standard queues only.
 */
import type { Busy, Caller, Service } from '../gateway/service.ts';
import { AwsError } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import { accountId, type QueueModel } from '../template/model.ts';
import type { ActionRequest } from './action-request.ts';
import type { Delivery } from './delivery.ts';
import { missingParameter } from './errors.ts';
import type { Message, MessageAttributes } from './message.ts';
import { bytesIn, messageActions } from './message-actions.ts';
import type { Queue, QueueDepth } from './queue.ts';
import { queueActions } from './queue-actions.ts';
import { QueueJournal } from './queue-journal.ts';
import { QueueRegistry } from './queue-registry.ts';

export interface SqsMeter {
  /** One billable request; `messages` and `bytes` are what it carried either way. */
  sqsRequest(
    action: string,
    queueName: string,
    bytes: number,
    messages: number,
    callerName: string,
  ): void;
}

export interface SqsOptions {
  readonly kernel: Kernel;
  readonly queues: readonly QueueModel[];
  readonly chaos: DeliveryChaos;
  /** Queues that an event source mapping reads: only their messages keep the engine busy. */
  readonly consumedArns: readonly string[];
  /** Where queues and messages outlive the process. */
  readonly journal: Journal;
  readonly meter?: SqsMeter;
}

export interface Sqs extends Service, Busy {
  /** Throws for an ARN that is no queue of the template. */
  queue(arn: string): Queue;
  depths(): Readonly<Record<string, QueueDepth>>;
  /** What a queue holds, for checks; receives nothing. */
  messages(queueName: string): readonly Readonly<Message>[];
  onAvailable(queueArn: string, listener: () => void): () => void;
  /** SendMessage by another service of the engine. */
  send(queueArn: string, body: string, callerName: string, attributes?: MessageAttributes): void;
  /**
   * ReceiveMessage by a poller: what is there now, up to ten. Only receives that bring something
   * are metered: what Lambda's idle long polls cost on AWS does not depend on the messages.
   */
  receive(queueArn: string, max: number, callerName: string): readonly Delivery[];
  /** DeleteMessageBatch by a poller, in requests of ten. */
  deleteAll(queueArn: string, receiptHandles: readonly string[], callerName: string): void;
  /** An operator's redrive: dead letters go back where they came from, with new ids. */
  redrive(deadLetterQueueArn: string): number;
}

const actions = new Map(Object.entries({ ...messageActions, ...queueActions }));

export function createSqs(options: SqsOptions): Sqs {
  const { kernel, queues: models, chaos, consumedArns, meter } = options;
  const journal = new QueueJournal(options.journal);
  const queues = new QueueRegistry({ kernel, models, chaos, journal });
  const purgedAtMs = new WeakMap<Queue, number>();

  const queue = (arn: string): Queue => {
    const found = queues.withArn(arn);
    if (found) return found;
    const known = queues.all().map((each) => each.queue.model.arn);
    throw new Error(`there is no queue ${arn}; there are: ${known.join(', ')}`);
  };
  const consumed = consumedArns.map(queue);
  const requestOf = (input: Record<string, unknown>, caller: Caller): ActionRequest => {
    const registered = () => {
      if (input.QueueUrl === undefined) throw missingParameter('QueueUrl');
      return queues.named(queueNameOf(input.QueueUrl));
    };
    return {
      input,
      caller,
      kernel,
      queues,
      purgedAtMs,
      registered,
      queue: () => registered().queue,
      isQueue: (arn) => queues.withArn(arn) !== undefined,
      count: (action, { model }, messages = 0, bytes = 0) =>
        meter?.sqsRequest(action, model.name, bytes, messages, caller.name),
    };
  };
  return {
    name: 'sqs',
    async call(action, input, caller) {
      const run = actions.get(action);
      if (run) return run(requestOf(input, caller));
      const known = [...actions.keys()].join(', ');
      throw new AwsError('UnknownOperationException', `SQS here has no ${action}, only ${known}.`);
    },
    pending: () =>
      consumed.filter(({ isBusy }) => isBusy).map(({ model }) => `messages in ${model.name}`),
    queue,
    depths: () =>
      Object.fromEntries(queues.all().map((each) => [each.queue.model.name, each.queue.depth()])),
    messages: (name) => queues.named(name).queue.peek(),
    onAvailable: (arn, listener) => queue(arn).onAvailable(listener),
    send(arn, body, callerName, attributes = {}) {
      const message = { body, attributes, traceHeader: undefined, delayMs: undefined };
      const sent = queue(arn).send([{ ...message, senderId: callerName }]);
      meter?.sqsRequest('SendMessage', queue(arn).model.name, bytesIn(sent), 1, callerName);
    },
    receive(arn, max, callerName) {
      const { model } = queue(arn);
      const got = queue(arn).receive({ max, visibilityMs: model.visibilityTimeoutMs });
      const bytes = bytesIn(got.map(({ message }) => message));
      if (got.length === 0) return got;
      meter?.sqsRequest('ReceiveMessage', model.name, bytes, got.length, callerName);
      return got;
    },
    deleteAll(arn, receiptHandles, callerName) {
      for (let i = 0; i < receiptHandles.length; i += 10) {
        const ten = receiptHandles.slice(i, i + 10);
        for (const handle of ten) queue(arn).delete(handle);
        const { model } = queue(arn);
        meter?.sqsRequest('DeleteMessageBatch', model.name, 0, ten.length, callerName);
      }
    },
    redrive: (arn) =>
      queue(arn).moveAllTo(({ deadLetterSourceArn }) => queue(deadLetterSourceArn ?? arn)),
  };
}

/** The host does not matter: URLs of AWS, of the gateway and bare `/account/name` all work, for this account. */
function queueNameOf(url: unknown): string | undefined {
  const [name, account] = String(url).split('?')[0]?.split('/').reverse() ?? [];
  return account === accountId ? name : undefined;
}
