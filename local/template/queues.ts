/** AWS::SQS::Queue, standard queues only, with the defaults and limits of SQS. */
import type { QueueModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

const daySeconds = 86_400;

export function readQueue(resource: Resource): QueueModel {
  const properties = resource.properties();
  properties.ignore('QueueName', 'SqsManagedSseEnabled', 'Tags');
  properties.only('FifoQueue', false);
  const secondsOf = (name: string, min: number, max: number, otherwise: number) =>
    1000 * properties.number(name, { min, max, otherwise });
  const queue: QueueModel = {
    logicalId: resource.logicalId,
    name: resource.name,
    arn: resource.identity.attributes.Arn ?? '',
    url: resource.identity.ref,
    visibilityTimeoutMs: secondsOf('VisibilityTimeout', 0, 43_200, 30),
    delayMs: secondsOf('DelaySeconds', 0, 900, 0),
    retentionMs: secondsOf('MessageRetentionPeriod', 60, 14 * daySeconds, 4 * daySeconds),
    receiveWaitMs: secondsOf('ReceiveMessageWaitTimeSeconds', 0, 20, 0),
    maxMessageBytes: properties.number('MaximumMessageSize', {
      min: 1024,
      max: 1_048_576,
      otherwise: 1_048_576,
    }),
    redrive: redriveOf(properties),
  };
  properties.finish();
  return queue;
}

function redriveOf(properties: Properties): QueueModel['redrive'] {
  const policy = properties.optionalObject('RedrivePolicy');
  if (!policy) return undefined;
  return {
    deadLetterArn: policy.text('deadLetterTargetArn'),
    maxReceiveCount: policy.number('maxReceiveCount', { min: 1, max: 1000, otherwise: 10 }),
  };
}
