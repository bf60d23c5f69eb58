/**
 * The sandbox providers' own truth, in a table of their own (keys `pk`, `sk`), apart from the
 * pipeline's records. One conditional write is one operation of a provider.
 *
 * Every row carries plain attributes by which anyone can read the truth without knowing a provider:
 * - `kind` `payment`: one row per authorisation asked for, so a double charge shows as two rows;
 *   `orderId`, `amount`, `currency` (ISO 4217), and in minor units what was ever `authorized`,
 *   `captured`, `voided` and `refunded`: what is still held is authorized − captured − voided.
 * - `kind` `shipment`: one row per booking; `orderId`, `status` BOOKED or CANCELLED.
 * - `kind` `email`: one row per message sent; `orderId`, `eventId`, `to`, `template`.
 * - `kind` `answer`: an answer that a provider repeats and that had no effect.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { timeouts } from '../../contract/timeouts.ts';
import type { Attributes } from '../dynamo.ts';
import { boundedCalls, lean } from '../lean-client.ts';
import type { ProviderResponse } from '../provider-transport.ts';

/** Partition (provider and order) and row (the provider's id) of one thing a provider knows. */
export type SandboxKey = { readonly pk: string; readonly sk: string };

export type SandboxChange = {
  /** Written with `#name` for attributes and `:name` for values. */
  readonly update: string;
  readonly condition: string;
  readonly names: readonly string[];
  readonly values: Readonly<Record<string, string | number>>;
};

export interface SandboxTable {
  /** Returns undefined when the row is new, else the one that was there. */
  insert(row: SandboxKey & Attributes): Promise<Attributes | undefined>;
  /** On a failed condition the row comes back as it is; undefined when there is none. */
  change(
    key: SandboxKey,
    change: SandboxChange,
  ): Promise<{ outcome: 'changed' | 'refused'; row: Attributes | undefined }>;
  list(pk: string): Promise<readonly Attributes[]>;
}

/** A client for the sandboxes alone: as for a real provider, one try, bounded in time. */
export const createSandboxDynamo = (): DynamoDBClient =>
  lean(
    new DynamoDBClient(
      boundedCalls({ tries: timeouts.providerTries, requestMs: timeouts.providerCallMs - 300 }),
    ),
  );

export function createSandboxTable(client: DynamoDBClient, TableName: string): SandboxTable {
  return {
    async insert(row) {
      const put = new PutItemCommand({
        TableName,
        Item: marshall(row, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const found = await refusedBy(() => client.send(put));
      return found && unmarshall(found.Item ?? {});
    },

    async change(key, { update, condition, names, values }) {
      let row: Attributes | undefined;
      const command = new UpdateItemCommand({
        TableName,
        Key: marshall(key),
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: marshall(
          Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
        ),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const refusal = await refusedBy(async () => {
        const { Attributes: changed } = await client.send(command);
        row = changed && unmarshall(changed);
      });
      if (!refusal) return { outcome: 'changed', row };
      return { outcome: 'refused', row: refusal.Item && unmarshall(refusal.Item) };
    },

    /** A partition is one order's: far below the megabyte of one page. */
    async list(pk) {
      const query = new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      });
      const { Items = [] } = await client.send(query);
      return Items.map((item) => unmarshall(item));
    },
  };
}

async function refusedBy(
  call: () => Promise<unknown>,
): Promise<ConditionalCheckFailedException | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error;
    throw error;
  }
}

const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/** A throttled table is a provider that asks to come later: it has done nothing. */
export async function answering(
  answer: () => Promise<ProviderResponse>,
  tooMany: ProviderResponse,
): Promise<ProviderResponse> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Error && throttles.has(error.name)) return tooMany;
    throw error;
  }
}

export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ProviderResponse => ({ status, headers, body: JSON.stringify(body) });
