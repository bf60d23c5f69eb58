/** A delivery as Lambda hands it to a function, and as event filters see it. */
import { region } from '../template/model.ts';
import type { Delivery } from './delivery.ts';
import { type AttributeValue, md5OfAttributes } from './message.ts';
import { systemAttributes } from './received.ts';

export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly [member: string]: unknown;
}

export function queueRecord(delivery: Delivery, queueArn: string): QueueRecord {
  const { message, receiptHandle } = delivery;
  const digest = md5OfAttributes(message.attributes);
  const attributes = Object.entries(message.attributes).map(([name, value]) => [
    name,
    recordAttribute(value),
  ]);
  return {
    messageId: message.id,
    receiptHandle,
    body: message.body,
    attributes: systemAttributes(delivery),
    messageAttributes: Object.fromEntries(attributes),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

const recordAttribute = ({ DataType, StringValue, BinaryValue }: AttributeValue): object => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

/** The body as JSON where it is JSON: a filter on plain text and one on JSON never match the other. */
export function filterable(record: QueueRecord): object {
  try {
    return { ...record, body: JSON.parse(record.body) };
  } catch {
    return record;
  }
}
