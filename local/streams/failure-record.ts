/**
 * What Lambda leaves in S3 when it gives up on stream records: metadata and the whole event.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
import { accountId, region, type StreamMappingModel } from '../template/model.ts';
import type { StreamRecord } from './stream-source.ts';

/** The store behind the table has one shard. */
export const shardId = 'shardId-00000001767225600000-00000001';

export interface Discard {
  readonly model: StreamMappingModel;
  /** At least one. */
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invokeCount: number;
  /** Whether the last invocation ended in an error, and not in a list of failed items. */
  readonly isFunctionError: boolean;
  readonly requestId: string;
  readonly atMs: number;
}

export function failureRecord(discard: Discard): string {
  const { model, records, condition, invokeCount, requestId, atMs } = discard;
  return JSON.stringify({
    requestContext: {
      requestId,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${model.functionName}`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(invokeCount > 0 && { responseContext: responseContext(discard) }),
    version: '1.0',
    timestamp: new Date(atMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(records[0]),
      approximateArrivalOfLastRecord: arrivalOf(records.at(-1)),
      batchSize: records.length,
      streamArn: model.streamArn,
    },
    payload: JSON.stringify({ Records: records }),
  });
}

export function failureKey(mappingId: string, atMs: number, uuid: string): string {
  const time = new Date(atMs).toISOString().slice(0, 19).replaceAll(':', '.');
  const day = time.slice(0, 10);
  return `aws/lambda/${mappingId}/${shardId}/${day.replaceAll('-', '/')}/${time}-${uuid}`;
}

const responseContext = ({ isFunctionError }: Discard): object => ({
  statusCode: 200,
  executedVersion: '$LATEST',
  ...(isFunctionError && { functionError: 'Unhandled' }),
});

function arrivalOf(record: StreamRecord | undefined): string {
  const atMs = (record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
