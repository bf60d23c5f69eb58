/** What SendMessage and each entry of its batch may contain, checked as SQS checks it. */
import { AwsError } from '../gateway/service.ts';
import { invalidParameter, missingParameter } from './errors.ts';
import {
  type AttributeValue,
  bytesOf,
  type MessageAttributes,
  type NewMessage,
} from './message.ts';
import { secondsOf } from './seconds.ts';
import { structureOf, wrongShape } from './shapes.ts';

type Input = Readonly<Record<string, unknown>>;
type Sender = { readonly senderId: string; readonly maxBytes: number };

const maxAttributes = 10;
/** What XML 1.0 can carry, plus everything beyond the basic plane. */
const allowedText = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const attributeName = /^(?!aws\.|amazon\.)(?!.*\.\.)(?!\.)[\w.-]{1,256}(?<!\.)$/i;
const attributeType = /^(String|Number|Binary)(\..+)?$/;

export function readNewMessage(input: Input, { senderId, maxBytes }: Sender): NewMessage {
  refuseFifo(input);
  const body = bodyOf(input.MessageBody);
  const attributes = attributesOf(input.MessageAttributes);
  const bytes = bytesOf({ body, attributes });
  if (bytes > maxBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes, ` +
        `and this one has ${bytes}.`,
    );
  }
  const delayMs = secondsOf(input, 'DelaySeconds', 900);
  const traceHeader = traceHeaderOf(input.MessageSystemAttributes);
  return { body, attributes, traceHeader, senderId, delayMs };
}

/** Every queue here is a standard queue: order and deduplication asked for are not given silently. */
function refuseFifo(input: Input): void {
  for (const name of ['MessageGroupId', 'MessageDeduplicationId']) {
    if (input[name] === undefined) continue;
    const reason = 'This engine has standard queues only, without groups and deduplication.';
    throw invalidParameter(name, input[name], reason);
  }
}

function bodyOf(body: unknown): string {
  if (body === undefined || body === null || body === '') throw missingParameter('MessageBody');
  if (typeof body !== 'string') throw wrongShape('MessageBody', body, 'a string');
  if (allowedText.test(body)) return body;
  throw new AwsError(
    'InvalidMessageContents',
    'The message body contains characters outside of #x9, #xA, #xD, #x20 to #xD7FF, ' +
      '#xE000 to #xFFFD and #x10000 to #x10FFFF.',
  );
}

function attributesOf(given: unknown): MessageAttributes {
  const entries = Object.entries(structureOf(given, 'MessageAttributes'));
  if (entries.length > maxAttributes) {
    const reason = `Number of message attributes must be at most ${maxAttributes}.`;
    throw invalidParameter('MessageAttributes', entries.length, reason);
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, attributeOf(name, value)]));
}

function attributeOf(name: string, given: unknown): AttributeValue {
  const parameter = `MessageAttributes.${name}`;
  const value = structureOf(given, parameter);
  for (const member of ['DataType', 'StringValue', 'BinaryValue'])
    if (!['undefined', 'string'].includes(typeof value[member]))
      throw wrongShape(`${parameter}.${member}`, value[member], 'a string');
  for (const member of ['StringListValues', 'BinaryListValues'])
    if (value[member] !== undefined)
      throw invalidParameter(`${parameter}.${member}`, value[member], 'Lists are not implemented.');
  const attribute = { ...value, DataType: String(value.DataType ?? '') } as AttributeValue;
  checkAttribute(name, attribute);
  return attribute;
}

function checkAttribute(name: string, value: AttributeValue): void {
  const { DataType: type, StringValue: text, BinaryValue: binary } = value;
  const parameter = `MessageAttributes.${name}`;
  if (!attributeName.test(name)) {
    throw invalidParameter(parameter, name, 'The name has a reserved prefix or characters.');
  }
  const base = attributeType.exec(type)?.[1];
  if (!base) {
    throw invalidParameter(parameter, type, 'The type must be String, Number or Binary.');
  }
  const [expected, other] = base === 'Binary' ? [binary, text] : [text, binary];
  if (!expected || other !== undefined) {
    throw invalidParameter(parameter, value, `One value of type ${base} is expected, not empty.`);
  }
  if (base === 'Number' && !Number.isFinite(Number(text))) {
    throw invalidParameter(parameter, text, "Can't cast the value to a number.");
  }
  if (base !== 'Binary' && !allowedText.test(expected)) {
    throw invalidParameter(parameter, text, 'The value contains characters that are not allowed.');
  }
}

function traceHeaderOf(given: unknown): string | undefined {
  const { AWSTraceHeader: header, ...others } = structureOf(given, 'MessageSystemAttributes');
  const unknown = Object.keys(others)[0];
  if (unknown === undefined && header === undefined) return undefined;
  if (unknown === undefined) {
    const { StringValue: text } = structureOf(header, 'MessageSystemAttributes.AWSTraceHeader');
    if (typeof text === 'string' && text !== '') return text;
    throw invalidParameter(
      'MessageSystemAttributes.AWSTraceHeader',
      header,
      'A String is expected.',
    );
  }
  const reason = 'The only system attribute that can be sent is AWSTraceHeader.';
  throw invalidParameter('MessageSystemAttributes', unknown, reason);
}
