/** A delivery as ReceiveMessage answers it: only the attributes that were asked for. */

import { AwsError } from '../gateway/service.ts';
import type { Delivery } from './delivery.ts';
import { invalidParameter } from './errors.ts';
import { type MessageAttributes, md5OfAttributes } from './message.ts';
import { textsOf } from './shapes.ts';

type Input = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const knownNames: ReadonlySet<string> = new Set([
  ...['All', 'SenderId', 'SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader'],
  ...['ApproximateFirstReceiveTimestamp', 'DeadLetterQueueSourceArn', 'SequenceNumber'],
  ...['MessageDeduplicationId', 'MessageGroupId'],
]);

/** Before anything is received: what is refused here hides no message. */
export function checkReceive(input: Input): void {
  const attempt = input.ReceiveRequestAttemptId;
  if (attempt !== undefined && attempt !== null) {
    const reason = 'This engine has standard queues only, without deduplication.';
    throw invalidParameter('ReceiveRequestAttemptId', attempt, reason);
  }
  const names = ['AttributeNames', 'MessageSystemAttributeNames'];
  const unknown = names.flatMap((name) => textsOf(input[name], name)).find(isUnknown);
  if (unknown !== undefined)
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

const isUnknown = (name: string): boolean => !knownNames.has(name);

export function receivedMessage(delivery: Delivery, input: Input): object {
  const { message, receiptHandle } = delivery;
  const attributes = chosen(systemAttributes(delivery), [
    ...textsOf(input.AttributeNames, 'AttributeNames'),
    ...textsOf(input.MessageSystemAttributeNames, 'MessageSystemAttributeNames'),
  ]);
  const messageAttributes = chosen(
    message.attributes,
    textsOf(input.MessageAttributeNames, 'MessageAttributeNames'),
  );
  const hasAttributes = Object.keys(messageAttributes).length > 0;
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(hasAttributes && {
      MessageAttributes: messageAttributes,
      MD5OfMessageAttributes: md5OfAttributes(messageAttributes as MessageAttributes),
    }),
  };
}

/** Text all of them, as SQS and Lambda spell them. */
export function systemAttributes({ message, receiveCount }: Delivery): Record<string, string> {
  const { traceHeader, deadLetterSourceArn } = message;
  return {
    ApproximateReceiveCount: String(receiveCount),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    SentTimestamp: String(Math.floor(message.sentAtMs)),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAtMs ?? 0)),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
}

/** `All` and `.*` choose everything, `prefix.*` what begins so. */
function chosen<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const isChosen = (attribute: string) =>
    names.some(
      (name) =>
        name === 'All' ||
        name === '.*' ||
        name === attribute ||
        (name.endsWith('.*') && attribute.startsWith(name.slice(0, -1))),
    );
  return Object.fromEntries(Object.entries(all).filter(([name]) => isChosen(name)));
}
