/** What CreateQueue and SetQueueAttributes may say about a queue, checked as SQS checks it. */
import { AwsError } from '../gateway/service.ts';
import { accountId, type QueueModel, region } from '../template/model.ts';
import { isStructure, type Structure, structureOf } from './shapes.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Settings = Pick<
  QueueModel,
  | 'visibilityTimeoutMs'
  | 'delayMs'
  | 'retentionMs'
  | 'receiveWaitMs'
  | 'maxMessageBytes'
  | 'redrive'
>;
type NumberSetting = {
  readonly member: Exclude<keyof Settings, 'redrive'>;
  readonly min: number;
  readonly max: number;
  /** Of the member, in one of the attribute. */
  readonly unit: number;
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const numberSettings: Readonly<Record<string, NumberSetting>> = {
  VisibilityTimeout: { member: 'visibilityTimeoutMs', min: 0, max: 43_200, unit: 1000 },
  DelaySeconds: { member: 'delayMs', min: 0, max: 900, unit: 1000 },
  MessageRetentionPeriod: { member: 'retentionMs', min: 60, max: 1_209_600, unit: 1000 },
  ReceiveMessageWaitTimeSeconds: { member: 'receiveWaitMs', min: 0, max: 20, unit: 1000 },
  MaximumMessageSize: { member: 'maxMessageBytes', min: 1024, max: 1_048_576, unit: 1 },
};

const defaults: Settings = {
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  receiveWaitMs: 0,
  maxMessageBytes: 1_048_576,
  redrive: undefined,
};

/** A queue nobody has asked anything special of. */
export function newQueue(name: unknown): QueueModel {
  if (typeof name === 'string' && name.endsWith('.fifo'))
    throw unsupported(`${name} would be a FIFO queue; this engine has standard ones only.`);
  if (typeof name !== 'string' || !/^[\w-]{1,80}$/.test(name))
    throw new AwsError(
      'InvalidParameterValue',
      `The queue name ${JSON.stringify(name)} is invalid. Can only include alphanumeric ` +
        'characters, hyphens, or underscores. 1 to 80 in length.',
    );
  const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  return { logicalId: name, name, arn, url, ...defaults };
}

/** What the attributes say, and nothing of what they leave out. */
export function readSettings(given: unknown, isQueue: (arn: string) => boolean): Partial<Settings> {
  const settings: Partial<Writable<Settings>> = {};
  for (const [name, value] of Object.entries(structureOf(given, 'Attributes'))) {
    const setting = Object.hasOwn(numberSettings, name) ? numberSettings[name] : undefined;
    if (setting) settings[setting.member] = setting.unit * numberOf(name, value, setting);
    else if (name === 'RedrivePolicy') settings.redrive = redriveOf(value, isQueue);
    else refuse(name, value);
  }
  return settings;
}

function numberOf(name: string, value: unknown, { min, max }: NumberSetting): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw invalidAttribute(name, value, `Must be an integer from ${min} to ${max}.`);
}

/** What SQS calls a setting. */
export const attributeOf = (member: string): string =>
  Object.keys(numberSettings).find((name) => numberSettings[name]?.member === member) ??
  'RedrivePolicy';

/** Text, as SQS takes it; empty takes the policy away. */
function redriveOf(value: unknown, isQueue: (arn: string) => boolean): QueueModel['redrive'] {
  if (value === '') return undefined;
  const policy = parsed(value);
  const { deadLetterTargetArn: deadLetterArn, maxReceiveCount, ...others } = policy;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalidRedrive(value, `Unknown member ${other}.`);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw invalidRedrive(value, 'maxReceiveCount must be an integer from 1 to 1000.');
  if (typeof deadLetterArn !== 'string' || !isQueue(deadLetterArn))
    throw invalidRedrive(value, 'Dead letter target does not exist.');
  return { deadLetterArn, maxReceiveCount: count };
}

function parsed(value: unknown): Structure {
  try {
    const policy: unknown = JSON.parse(String(value));
    if (isStructure(policy)) return policy;
  } catch (cause) {
    throw invalidRedrive(value, `It is not JSON: ${String(cause)}.`);
  }
  throw invalidRedrive(value, 'It is not a JSON map.');
}

const knownToSqs = [
  'Policy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'RedriveAllowPolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

function refuse(name: string, value: unknown): void {
  // Queues here are neither more nor less encrypted than that.
  if (name === 'SqsManagedSseEnabled' && String(value) === 'true') return;
  if (knownToSqs.includes(name) || name === 'SqsManagedSseEnabled')
    throw unsupported(`This engine does not know the attribute ${name}: ${String(value)}.`);
  throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

export const unsupported = (message: string): AwsError =>
  new AwsError('UnsupportedOperation', message);

const invalidRedrive = (value: unknown, reason: string): AwsError =>
  new AwsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  );

const invalidAttribute = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}: ${JSON.stringify(value)}. ${reason}`,
  );
