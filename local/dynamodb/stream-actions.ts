/**
 * The DynamoDB Streams API for clients, with AWS's ARNs: one shard per stream, which never closes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 */
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { StreamRecord } from '../streams/stream-source.ts';
import type { Output } from './client.ts';
import type { Actions } from './table-actions.ts';
import type { Stream, Table, TableRegistry } from './table-registry.ts';
import { labelOf } from './tables.ts';

type Input = Record<string, unknown>;
/** Where a reader stands: behind this sequence number, or before everything. */
type Position = { readonly arn: string; readonly after?: string; readonly issuedMs: number };
type Streamed = { readonly table: Table; readonly stream: Stream; readonly arn: string };

const shardId = 'shardId-00000000000000000001-00000001';
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const iteratorLifetimeMs = 15 * 60_000;
const mostRecords = 1000;
const mostBytes = 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html */
const mostListed = 100;

export interface StreamActionsSettings {
  readonly kernel: Kernel;
  readonly tables: TableRegistry;
  readonly newestSequence: (table: string) => Promise<string>;
}

export function streamActions(settings: StreamActionsSettings): Actions {
  const { kernel, tables, newestSequence } = settings;
  const streams = (): Streamed[] =>
    tables.all().flatMap((table) => {
      const { stream, model } = table;
      return stream && model.stream ? [{ table, stream, arn: model.stream.arn }] : [];
    });
  const find = (arn: unknown): Streamed => {
    const found = streams().find((each) => each.arn === arn);
    if (found) return found;
    const what = `Requested resource not found: Stream: ${String(arn)} not found`;
    throw new AwsError('ResourceNotFoundException', what);
  };
  const behind: Record<string, (input: Input, found: Streamed) => Promise<string | undefined>> = {
    TRIM_HORIZON: async () => undefined,
    LATEST: async (_, { table }) => {
      const newest = await newestSequence(table.model.name);
      return newest === '0' ? undefined : newest;
    },
    AFTER_SEQUENCE_NUMBER: async (input) => inDigitsOf(input, sequenceOf(input)),
    AT_SEQUENCE_NUMBER: async (input) => inDigitsOf(input, sequenceOf(input) - 1n),
  };
  return {
    ListStreams({ TableName, ExclusiveStartStreamArn: after = '', Limit = mostListed }) {
      const limit = expectLimit(Limit, mostListed);
      const rest = streams()
        .filter(({ table, arn }) => arn > String(after) && isOf(table, TableName))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1));
      const page = rest.slice(0, limit);
      return {
        Streams: page.map(({ table, arn }) => ({
          StreamArn: arn,
          TableName: table.model.name,
          StreamLabel: labelOf(arn),
        })),
        ...(page.length < rest.length && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
      };
    },

    DescribeStream({ StreamArn, ExclusiveStartShardId, ShardFilter }) {
      if (ShardFilter !== undefined) throw unfiltered();
      const found = find(StreamArn);
      return { StreamDescription: description(found, ExclusiveStartShardId === shardId) };
    },

    async GetShardIterator(input) {
      const found = find(input.StreamArn);
      if (input.ShardId !== shardId) throw unknownShard(input);
      const start = behind[String(input.ShardIteratorType)];
      if (!start) throw invalid(input.ShardIteratorType, 'shardIteratorType', Object.keys(behind));
      const after = await start(input, found);
      const position = { arn: found.arn, issuedMs: kernel.now(), ...(after && { after }) };
      return { ShardIterator: written(position) };
    },

    async GetRecords(input) {
      const limit = expectLimit(input.Limit ?? mostRecords, mostRecords);
      const position = parsed(input.ShardIterator);
      if (kernel.now() - position.issuedMs > iteratorLifetimeMs) throw expired();
      const { stream } = find(position.arn);
      if (isTrimmed(position, stream.reader.horizon())) throw trimmed();
      const records = upToBytes(await stream.reader.read(position.after, limit));
      const after = records.at(-1)?.dynamodb.SequenceNumber ?? position.after;
      const next = { arn: position.arn, issuedMs: kernel.now(), ...(after && { after }) };
      return { Records: records.map(asApiRecord), NextShardIterator: written(next) };
    },
  };
}

const unfiltered = (): AwsError =>
  new AwsError(
    'ValidationException',
    'ShardFilter is not emulated by the local engine: a stream has one shard, without children',
  );

const isOf = ({ model }: Table, wanted: unknown): boolean =>
  wanted === undefined || wanted === model.name || wanted === model.arn;

function description({ table, arn }: Streamed, isBeyond: boolean): Output {
  const { model, createdMs } = table;
  const keys = [model.partitionKey, ...(model.sortKey === undefined ? [] : [model.sortKey])];
  return {
    StreamArn: arn,
    StreamLabel: labelOf(arn),
    StreamStatus: 'ENABLED',
    StreamViewType: model.stream?.viewType,
    CreationRequestDateTime: Math.floor(createdMs / 1000),
    TableName: model.name,
    KeySchema: keys.map((AttributeName, i) => ({
      AttributeName,
      KeyType: i === 0 ? 'HASH' : 'RANGE',
    })),
    Shards: isBeyond
      ? []
      : [{ ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: '1' } }],
  };
}

/** Lambda's shape is the API's but for two things. */
function asApiRecord({ eventSourceARN: _, userIdentity, ...record }: StreamRecord): Output {
  if (!userIdentity) return record;
  const { type: Type, principalId: PrincipalId } = userIdentity;
  return { ...record, userIdentity: { Type, PrincipalId } };
}

function upToBytes(records: readonly StreamRecord[]): StreamRecord[] {
  let bytes = 0;
  return records.filter(({ dynamodb }, i) => {
    bytes += dynamodb.SizeBytes;
    return i === 0 || bytes <= mostBytes;
  });
}

function sequenceOf({ SequenceNumber, ShardIteratorType }: Input): bigint {
  if (typeof SequenceNumber === 'string' && /^\d{1,40}$/.test(SequenceNumber))
    return BigInt(SequenceNumber);
  throw new AwsError(
    'ValidationException',
    `${String(ShardIteratorType)} needs a SequenceNumber, a string of up to 40 digits, and has ${JSON.stringify(SequenceNumber)}`,
  );
}

/** DynamoDB Local wants its leading zeros back. */
const inDigitsOf = ({ SequenceNumber }: Input, sequence: bigint): string =>
  String(sequence).padStart(String(SequenceNumber).length, '0');

const isTrimmed = ({ after }: Position, horizon: string | undefined): boolean =>
  after !== undefined && horizon !== undefined && BigInt(after) < BigInt(horizon);

/** As on AWS, opaque to clients. */
const written = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** ARN of the stream that an iterator reads. */
export const streamOf = (iterator: unknown): string => parsed(iterator).arn;

function parsed(iterator: unknown): Position {
  try {
    const text = Buffer.from(String(iterator), 'base64url').toString();
    const { arn, after, issuedMs } = JSON.parse(text) as Position;
    if (typeof arn === 'string' && typeof issuedMs === 'number' && /^\d*$/.test(after ?? ''))
      return { arn, issuedMs, ...(after && { after }) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new AwsError('ValidationException', 'Invalid ShardIterator');
}

function expectLimit(limit: unknown, most: number): number {
  if (typeof limit === 'number' && limit >= 1 && limit <= most) return limit;
  throw invalid(limit, 'limit', [`a value from 1 to ${most}`]);
}

const invalid = (value: unknown, member: string, allowed: readonly string[]): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must be ${allowed.join(', ')}`,
  );

const unknownShard = ({ ShardId, StreamArn }: Input): AwsError =>
  new AwsError(
    'ResourceNotFoundException',
    `Requested resource not found: Shard: ${String(ShardId)} in Stream: ${String(StreamArn)} not found`,
  );

const expired = (): AwsError =>
  new AwsError(
    'ExpiredIteratorException',
    'The shard iterator has expired: it is valid for 15 minutes.',
  );

const trimmed = (): AwsError =>
  new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  );
