/**
 * The SQS of the engine: the template's queues, the API's door to them, and the side door for the
 * engine's own pollers, which is metered like the front. Standard queues only.
 */
import type { Busy, Caller, Service } from '../gateway/service.ts';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeliveryChaos } from '../lambda/invoker.ts';
import type { QueueModel } from '../template/model.ts';
import { type ActionRequest, bytesIn, sqsActions } from './actions.ts';
import { missingParameter, queueDoesNotExist } from './errors.ts';
import type { Message } from './message.ts';
import { type Delivery, Queue, type QueueDepth } from './queue.ts';

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
  send(queueArn: string, body: string, callerName: string): void;
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

export function createSqs({ kernel, queues: models, chaos, consumedArns, meter }: SqsOptions): Sqs {
  const queues = createQueues({ kernel, models, chaos });
  const createdAtMs = kernel.now();
  const purgedAtMs = new Map<Queue, number>();
  const byName = new Map([...queues.values()].map((queue) => [queue.model.name, queue]));
  const consumed = [...queues.values()].filter(({ model }) => consumedArns.includes(model.arn));

  const queue = (arn: string): Queue => {
    const found = queues.get(arn);
    if (found) return found;
    throw new Error(`there is no queue ${arn}; there are: ${[...queues.keys()].join(', ')}`);
  };
  const named = (name: unknown): Queue => {
    const found = typeof name === 'string' ? byName.get(name) : undefined;
    if (found) return found;
    throw queueDoesNotExist();
  };
  const requestOf = (input: Record<string, unknown>, caller: Caller): ActionRequest => ({
    input,
    caller,
    kernel,
    createdAtMs,
    purgedAtMs,
    allQueues: [...queues.values()],
    named,
    count: (action, { model }, messages = 0, bytes = 0) =>
      meter?.sqsRequest(action, model.name, bytes, messages, caller.name),
    queue: () => {
      if (input.QueueUrl === undefined) throw missingParameter('QueueUrl');
      return named(queueNameOf(input.QueueUrl));
    },
  });
  return {
    name: 'sqs',
    async call(action, input, caller) {
      const run = sqsActions[action];
      if (run) return run(requestOf(input, caller));
      const known = Object.keys(sqsActions).join(', ');
      throw new AwsError('UnknownOperationException', `SQS here has no ${action}, only ${known}.`);
    },
    pending: () =>
      consumed.filter(({ isBusy }) => isBusy).map(({ model }) => `messages in ${model.name}`),
    queue,
    depths: () => Object.fromEntries([...byName].map(([name, one]) => [name, one.depth()])),
    messages: (name) => named(name).peek(),
    onAvailable: (arn, listener) => queue(arn).onAvailable(listener),
    send(arn, body, callerName) {
      const message = { body, attributes: {}, traceHeader: undefined, delayMs: undefined };
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

type QueuesOptions = Pick<SqsOptions, 'kernel' | 'chaos'> & {
  readonly models: readonly QueueModel[];
};

function createQueues({ kernel, models, chaos }: QueuesOptions): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  for (const model of models) {
    if (model.name.endsWith('.fifo')) {
      throw new Error(
        `the queue ${model.name} is a FIFO queue; this engine has standard ones only`,
      );
    }
    const deadLetterArn = model.redrive?.deadLetterArn;
    if (deadLetterArn && !models.some(({ arn }) => arn === deadLetterArn)) {
      throw new Error(`${model.name} redrives to ${deadLetterArn}, which is no queue here`);
    }
    const deadLetters = () => queues.get(deadLetterArn ?? '');
    queues.set(model.arn, new Queue({ kernel, model, chaos, deadLetters }));
  }
  return queues;
}

/** The host does not matter: URLs of AWS, of the gateway and bare `/account/name` all work. */
function queueNameOf(url: unknown): string | undefined {
  const [name, account] = String(url).split('?')[0]?.split('/').reverse() ?? [];
  return account ? name : undefined;
}
