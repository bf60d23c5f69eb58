/** Queues on virtual time, called as a client of the API calls them. */
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { DeliveryChaos } from '../../../local/lambda/invoker.ts';
import { createSqs, type SqsMeter } from '../../../local/sqs/sqs.ts';
import type { QueueModel } from '../../../local/template/model.ts';

export const kind: DeliveryChaos = { repeat: 0, overtakeMs: 0 };

export const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const urlOf = (name: string) => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;

export const queueModel = (changes: Partial<QueueModel> & { name: string }): QueueModel => ({
  logicalId: changes.name,
  arn: arnOf(changes.name),
  url: urlOf(changes.name),
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 4 * 86_400_000,
  receiveWaitMs: 0,
  maxMessageBytes: 1_048_576,
  redrive: undefined,
  ...changes,
});

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Record<string, string>;
  readonly MessageAttributes?: Record<string, unknown>;
  readonly MD5OfMessageAttributes?: string;
}

/** What survives is in the journal; without one everything ends with the queues. */
export interface SetupOptions {
  readonly queues: readonly QueueModel[];
  readonly chaos?: DeliveryChaos;
  readonly consumed?: readonly string[];
  readonly meter?: SqsMeter;
  readonly seed?: number;
  readonly journal?: Journal;
  readonly kernel?: VirtualKernel;
}

export function setUp({ queues, chaos = kind, consumed = [], meter, ...options }: SetupOptions) {
  const { seed = 1, journal = openJournal(undefined), kernel = new VirtualKernel(seed) } = options;
  const consumedArns = consumed.map(arnOf);
  const sqs = createSqs({ kernel, queues, chaos, consumedArns, journal, ...(meter && { meter }) });
  const call = async <T>(action: string, queueName: string, input: object = {}): Promise<T> => {
    const caller = { name: 'tester', roleArn: undefined };
    const request = { QueueUrl: urlOf(queueName), ...input };
    return (await kernel.drive(sqs.call(action, request, caller))) as T;
  };
  const send = (queueName: string, body: string, more: object = {}) =>
    call<{ MessageId: string; [member: string]: unknown }>('SendMessage', queueName, {
      MessageBody: body,
      ...more,
    });
  const receive = async (queueName: string, more: object = {}): Promise<readonly Received[]> => {
    const input = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more };
    const answer = await call<{ Messages?: Received[] }>('ReceiveMessage', queueName, input);
    return answer.Messages ?? [];
  };
  const deleteOf = (queueName: string, { ReceiptHandle }: Received) =>
    call('DeleteMessage', queueName, { ReceiptHandle });
  const kinds: string[] = [];
  kernel.log.listen((note) => void kinds.push(note.kind));
  return { kernel, sqs, journal, call, send, receive, deleteOf, kinds };
}

export function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`one expected, not ${list.length}`);
  return first;
}
