/**
 * A batch from the Orders table's stream: images become orders, poison is parked with its reason, and
 * the answer is the lowest sequence number that has to come again, in the shape Lambda expects.
 */
import type { AttributeValue as Attribute } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { OrderChange } from '../shell/order-change.ts';
import type { Clock, ParkingLot } from '../shell/ports.ts';
import { parseImage, poisonReason } from './order-image.ts';

export type StreamSettings = { readonly parking: ParkingLot; readonly clock: Clock };

/** `handle` answers the changes it could not handle; Lambda repeats everything from the lowest on. */
export async function consumeStream(
  event: DynamoDBStreamEvent,
  settings: StreamSettings,
  handle: (changes: readonly OrderChange[]) => Promise<readonly OrderChange[]>,
): Promise<DynamoDBBatchResponse> {
  const { changes, unparked } = await readRecords(event.Records, settings);
  const failed = new Set((await handle(changes)).map(({ sequenceNumber }) => sequenceNumber));
  if (unparked) failed.add(sequenceNumberOf(unparked));
  // Records come in stream order, so the first one that failed has the lowest number.
  const lowest = event.Records.map(sequenceNumberOf).find((number) => failed.has(number));
  return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] };
}

/** Stops at poison that could not be parked: what comes after it comes again anyway. */
async function readRecords(records: readonly DynamoDBRecord[], settings: StreamSettings) {
  const changes: OrderChange[] = [];
  for (const record of records) {
    const read = readRecord(record);
    if ('change' in read) changes.push(read.change);
    else if ('poison' in read && !(await isParked(record, read.poison, settings)))
      return { changes, unparked: record };
  }
  return { changes, unparked: undefined };
}

type Reading = { change: OrderChange } | { poison: string } | { none: true };

function readRecord(record: DynamoDBRecord): Reading {
  try {
    const before = readImage(record.dynamodb?.OldImage);
    const after = readImage(record.dynamodb?.NewImage);
    if (before === 'refused' || after === 'refused') return { none: true };
    if (!before && !after) return { poison: 'a stream record without images' };
    return {
      change: {
        sequenceNumber: sequenceNumberOf(record),
        ...(before && { before }),
        ...(after && { after }),
      },
    };
  } catch (error) {
    return { poison: poisonReason(error, 'stream record') };
  }
}

const readImage = (image: Image | undefined) =>
  image && parseImage(image as Record<string, Attribute>);

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

async function isParked(
  record: DynamoDBRecord,
  reason: string,
  { parking, clock }: StreamSettings,
): Promise<boolean> {
  const id = `stream:${record.eventID ?? sequenceNumberOf(record)}`;
  try {
    await parking.park({ id, reason, at: clock(), payload: JSON.stringify(record) });
    return true;
  } catch (error) {
    console.error(JSON.stringify({ id, notParked: String(error) }));
    return false;
  }
}

/** Every record of a DynamoDB stream has one; an empty one would have the whole batch repeated. */
const sequenceNumberOf = (record: DynamoDBRecord): string => record.dynamodb?.SequenceNumber ?? '';
