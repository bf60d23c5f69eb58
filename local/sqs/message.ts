/** One message as a queue holds it, with the digests that SDKs check. Knows no time and no queue. */
import { createHash } from 'node:crypto';
import type { Timer } from '../kernel/kernel.ts';

/** As on the wire: binary values are base64. */
export interface AttributeValue {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, AttributeValue>>;

/** What a sender hands over. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** The X-Ray header, the only system attribute that can be sent. */
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  /** Undefined = the queue's own delay. */
  readonly delayMs: number | undefined;
}

export interface Message extends Omit<NewMessage, 'delayMs'> {
  readonly id: string;
  readonly md5OfBody: string;
  /** Body, and names, types and values of the attributes: what limits and billing count. */
  readonly bytes: number;
  readonly sentAtMs: number;
  /** What its retention counts from: when it was sent, or a start of the engine that came too late. */
  readonly agesFromMs: number;
  /** Where it was moved from, when it is a dead letter. */
  readonly deadLetterSourceArn: string | undefined;
  state: 'delayed' | 'visible' | 'in flight';
  /** Since it was sent; every delivery has its own, which is what its receipt handle holds. */
  receiveCount: number;
  /** Since it came into this queue; what the redrive policy counts. */
  receivesHere: number;
  firstReceivedAtMs: number | undefined;
  lastReceivedAtMs: number;
  /** A standard queue that forgot the delete delivers again; this one has done so already. */
  isRepeated: boolean;
  timer: Timer | undefined;
}

/** What changes about a message in its life. */
export type MessageState = Pick<
  Message,
  'receiveCount' | 'receivesHere' | 'firstReceivedAtMs' | 'lastReceivedAtMs' | 'isRepeated'
>;

/** As it is right after it was sent, or as it was kept. */
export function createMessage(
  sent: Pick<Message, 'id' | 'sentAtMs' | 'body' | 'attributes' | 'traceHeader' | 'senderId'> &
    Partial<Message>,
): Message {
  return {
    md5OfBody: md5(sent.body),
    bytes: bytesOf(sent),
    agesFromMs: sent.sentAtMs,
    deadLetterSourceArn: undefined,
    state: 'visible',
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAtMs: undefined,
    lastReceivedAtMs: 0,
    isRepeated: false,
    timer: undefined,
    ...sent,
  };
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Of attributes that are none, SQS answers no digest. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (part: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const name of names) {
    const { DataType: type = '', StringValue: text, BinaryValue: binary } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(type));
    hash.update(Buffer.from([binary === undefined ? 1 : 2]));
    add(binary === undefined ? Buffer.from(text ?? '') : Buffer.from(binary, 'base64'));
  }
  return hash.digest('hex');
}

export function bytesOf({ body, attributes }: Pick<NewMessage, 'body' | 'attributes'>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue ?? '') + Buffer.byteLength(BinaryValue ?? '', 'base64');
  }
  return bytes;
}
