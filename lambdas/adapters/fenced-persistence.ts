/**
 * Powertools' idempotency records with a fence: whoever holds a key's lease is named in the record,
 * and only the holder writes or deletes it. A holder that outlived its lease changes nothing any more.
 * Still a cache of answers with a lease: the effect behind it has to be idempotent by itself.
 */
import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  IdempotencyRecordStatus,
} from '@aws-lambda-powertools/idempotency';
import {
  BasePersistenceLayer,
  IdempotencyRecord,
} from '@aws-lambda-powertools/idempotency/persistence';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { type Attributes, conditionalCall, dynamoCall } from './dynamo.ts';

type Json = IdempotencyRecord['responseData'];

export type FencedPersistenceSettings = {
  readonly client: DynamoDBClient;
  /** Key `id`, TTL attribute `expiration` in epoch seconds. */
  readonly table: string;
  /** Fresh for every invocation: two invocations with one owner would share their lease. */
  readonly owner: string;
  /** Answers for which this is false do not consume the key. @default every answer is kept */
  readonly keeps?: (answer: Json) => boolean;
};

const { INPROGRESS, COMPLETED } = IdempotencyRecordStatus;

/** The record is still this invocation's. */
const mine = {
  ConditionExpression: '#owner = :owner AND #status = :inprogress',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
};
/** Nobody's key: never used, past its life (deletion by TTL comes days late), or its lease is over. */
const free =
  'attribute_not_exists(id) OR expiration < :now OR (#status = :inprogress AND in_progress_expiration < :nowMs)';

export class FencedPersistence extends BasePersistenceLayer {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #owner: string;
  readonly #keeps: (answer: Json) => boolean;

  constructor({ client, table, owner, keeps = () => true }: FencedPersistenceSettings) {
    super();
    this.#client = client;
    this.#table = table;
    this.#owner = owner;
    this.#keeps = keeps;
  }

  /** Takes the lease. Finding one's own lease is success: the write was repeated after a lost answer. */
  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    const lease = this.#lease(record);
    const result = await conditionalCall('take idempotency lease', () =>
      this.#client.send(new PutItemCommand(lease)),
    );
    if (result.outcome === 'written' || result.stored?.owner === this.#owner) return;
    throw new IdempotencyItemAlreadyExistsError(
      `idempotency key ${record.idempotencyKey} is taken`,
      result.stored && recordOf(result.stored),
    );
  }

  #lease(record: IdempotencyRecord) {
    const { idempotencyKey, expiryTimestamp, inProgressExpiryTimestamp, payloadHash } = record;
    if (inProgressExpiryTimestamp === undefined)
      throw new PermanentFault('a lease needs an end: register the Lambda context');
    const now = Date.now();
    return {
      TableName: this.#table,
      Item: marshall({
        id: idempotencyKey,
        owner: this.#owner,
        status: INPROGRESS,
        expiration: expiryTimestamp,
        in_progress_expiration: inProgressExpiryTimestamp,
        validation: payloadHash,
      }),
      ConditionExpression: free,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: marshall({
        ':now': Math.floor(now / 1000),
        ':nowMs': now,
        ':inprogress': INPROGRESS,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
  }

  /**
   * Keeps the answer. Without the lease this invocation's answer may differ from the one that stands,
   * so it is not given: the outcome is unknown here, and a repeat of the request gets the winner's.
   */
  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    if (!this.#keeps(record.responseData)) return this._deleteRecord(record);
    const result = await conditionalCall('keep idempotent answer', () =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { id: { S: record.idempotencyKey } },
          UpdateExpression: 'SET #status = :completed, expiration = :expiration, #data = :data',
          ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner', '#data': 'data' },
          ExpressionAttributeValues: marshall({
            ':owner': this.#owner,
            ':inprogress': INPROGRESS,
            ':completed': COMPLETED,
            ':expiration': record.expiryTimestamp,
            // JSON, not attributes: no answer can fail to be kept after its effect has happened.
            ':data': JSON.stringify(record.responseData ?? null),
          }),
          ...mine,
        }),
      ),
    );
    if (result.outcome === 'written' || result.stored?.owner === this.#owner) return;
    throw new TransientFault(`lease of idempotency key ${record.idempotencyKey} was lost`);
  }

  /** Gives the lease back. One that was lost is somebody else's, and stays. */
  protected override async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await conditionalCall('give idempotency lease back', () =>
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: { id: { S: record.idempotencyKey } },
          ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
          ExpressionAttributeValues: marshall({ ':owner': this.#owner, ':inprogress': INPROGRESS }),
          ...mine,
        }),
      ),
    );
  }

  protected override async _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    const Key = { id: { S: idempotencyKey } };
    const { Item } = await dynamoCall('read idempotency record', () =>
      this.#client.send(new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    if (!Item) throw new IdempotencyItemNotFoundError(`no record of ${idempotencyKey}`);
    return recordOf(unmarshall(Item));
  }
}

function recordOf(item: Attributes): IdempotencyRecord {
  const stored = item as {
    id: string;
    status: IdempotencyRecord['status'];
    expiration: number;
    in_progress_expiration: number;
    validation: string;
    data?: string;
  };
  return new IdempotencyRecord({
    idempotencyKey: stored.id,
    status: stored.status,
    expiryTimestamp: stored.expiration,
    inProgressExpiryTimestamp: stored.in_progress_expiration,
    payloadHash: stored.validation,
    ...(stored.data !== undefined && { responseData: JSON.parse(stored.data) as Json }),
  });
}
