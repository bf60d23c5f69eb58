/** A queue as GetQueueAttributes describes it: every value is text. */
import { AwsError } from '../gateway/service.ts';
import type { RegisteredQueue } from './queue-registry.ts';
import { textsOf } from './shapes.ts';

export function queueAttributes(
  registered: RegisteredQueue,
  names: unknown,
): Record<string, string> {
  const all = allAttributes(registered);
  const asked = textsOf(names, 'AttributeNames');
  const unknown = asked.find((name) => name !== 'All' && !knownNames.has(name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  const isAsked = ([name]: [string, string]) => asked.includes('All') || asked.includes(name);
  return Object.fromEntries(Object.entries(all).filter(isAsked));
}

function allAttributes(registered: RegisteredQueue): Record<string, string> {
  const { queue, createdAtMs, modifiedAtMs } = registered;
  const { model } = queue;
  const { visible, inFlight, delayed } = queue.depth();
  const { redrive } = model;
  return {
    QueueArn: model.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(createdAtMs),
    LastModifiedTimestamp: seconds(modifiedAtMs),
    VisibilityTimeout: seconds(model.visibilityTimeoutMs),
    MaximumMessageSize: String(model.maxMessageBytes),
    MessageRetentionPeriod: seconds(model.retentionMs),
    DelaySeconds: seconds(model.delayMs),
    ReceiveMessageWaitTimeSeconds: seconds(model.receiveWaitMs),
    SqsManagedSseEnabled: 'true',
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}

/** Names that can be asked for; those a queue has no value for are left out of the answer. */
const knownNames: ReadonlySet<string> = new Set([
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'VisibilityTimeout',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'Policy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

const seconds = (ms: number): string => String(Math.floor(ms / 1000));
