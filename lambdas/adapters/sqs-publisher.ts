/**
 * Events onto queues, in CloudEvents' structured mode: the body is the event, its content type a
 * message attribute. A request is filled up to SQS's limits, and an entry that failed is a failure.
 */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type CloudEvent, eventContentType } from '../contract/order-events.ts';
import type { EventPublisher } from '../shell/relay-outbox.ts';
import { sqsFault } from './sqs.ts';

/** SQS: at most 10 entries and 1 MiB in one SendMessageBatch. */
const entriesPerRequest = 10;
const bytesPerRequest = 1024 * 1024;

const attributes = { contentType: { DataType: 'String', StringValue: eventContentType } };
/** Names, types and values of the attributes count like the body. */
const attributeBytes = 'contentTypeString'.length + eventContentType.length;

type Batch = { readonly first: number; readonly bodies: string[]; bytes: number };

export function sqsPublisher(client: SQSClient): EventPublisher {
  return {
    async publish(queue, events) {
      for (const { first, bodies } of batches(events.map(body))) {
        const failed = await send(client, queue, bodies);
        if (failed !== undefined) return first + failed;
      }
      return undefined;
    },
  };
}

/** Position of the first body that is not known to be accepted. */
async function send(
  client: SQSClient,
  queue: string,
  bodies: readonly string[],
): Promise<number | undefined> {
  const Entries = bodies.map((MessageBody, position) => ({
    Id: String(position),
    MessageBody,
    MessageAttributes: attributes,
  }));
  try {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue, Entries }),
    );
    if (Failed.length === 0) return undefined;
    console.warn(JSON.stringify({ queue, failed: Failed.map(({ Id, Code }) => [Id, Code]) }));
    return Math.min(...Failed.map(({ Id }) => Number(Id)));
  } catch (cause) {
    console.warn(JSON.stringify({ queue, notSent: sqsFault('send events', cause).message }));
    return 0;
  }
}

function batches(bodies: readonly string[]): Batch[] {
  const all: Batch[] = [];
  bodies.forEach((text, position) => {
    const bytes = Buffer.byteLength(text) + attributeBytes;
    const open = all.at(-1);
    const hasRoom =
      open && open.bodies.length < entriesPerRequest && open.bytes + bytes <= bytesPerRequest;
    if (hasRoom) {
      open.bodies.push(text);
      open.bytes += bytes;
    } else all.push({ first: position, bodies: [text], bytes });
  });
  return all;
}

/** SQS refuses the two non-characters that JSON leaves as they are. */
const body = (event: CloudEvent): string =>
  JSON.stringify(event).replace(
    /[\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16)}`,
  );
