/**
 * A batch from a queue, record by record: a fault that a retry can cure returns the message, one that
 * it cannot parks it with its reason, and no record fails its neighbours.
 */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PermanentFault } from '../contract/faults.ts';
import type { Clock, ParkingLot } from '../shell/ports.ts';

export type BatchSettings = {
  readonly parking: ParkingLot;
  readonly clock: Clock;
  /** What one record may take, in ms; with less time left the rest goes back to the queue. */
  readonly recordBudgetMs: number;
};

export async function consumeBatch(
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  settings: BatchSettings,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const [index, record] of event.Records.entries()) {
    if (context.getRemainingTimeInMillis() < settings.recordBudgetMs) {
      const late = event.Records.slice(index).map(({ messageId }) => messageId);
      console.warn(JSON.stringify({ returnedForLackOfTime: late }));
      batchItemFailures.push(...late.map((itemIdentifier) => ({ itemIdentifier })));
      break;
    }
    if (!(await isHandled(record, settings, handle)))
      batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
}

async function isHandled(
  record: SQSRecord,
  { parking, clock }: BatchSettings,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<boolean> {
  try {
    await handle(record);
    return true;
  } catch (error) {
    if (!(error instanceof PermanentFault)) {
      console.warn(JSON.stringify({ messageId: record.messageId, retry: String(error) }));
      return false;
    }
    return isParked(record, error, { parking, clock });
  }
}

/** A message that cannot even be parked goes back: the dead-letter queue is the last resort. */
async function isParked(
  record: SQSRecord,
  fault: PermanentFault,
  { parking, clock }: Pick<BatchSettings, 'parking' | 'clock'>,
): Promise<boolean> {
  try {
    await parking.park({
      id: `message:${record.eventSourceARN}:${record.messageId}`,
      reason: fault.message,
      at: clock(),
      payload: record.body,
    });
    return true;
  } catch (error) {
    console.error(JSON.stringify({ messageId: record.messageId, notParked: String(error) }));
    return false;
  }
}
