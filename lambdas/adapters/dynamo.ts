/**
 * The one DynamoDB client of a function, and the translation of its errors into the two faults.
 * Retries live here and nowhere else in a Lambda: 3 tries of at most 1 s each.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { boundedCalls, lean } from './lean-client.ts';

/** Plain JavaScript attributes of an item. */
export type Attributes = Record<string, unknown>;

/** Longest time, in ms, that one call may take in all: tries × (connect + request) + backoff. */
export const dynamoBudgetMs = 4_000;

export const createDynamo = (): DynamoDBClient =>
  lean(new DynamoDBClient(boundedCalls({ tries: 3, requestMs: 1_000 })));

const permanent = new Set([
  'ValidationException',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'SerializationException',
  'ItemCollectionSizeLimitExceededException',
  'IdempotentParameterMismatchException',
]);

/** Runs a call that has no condition; what goes wrong is a fault. */
export async function dynamoCall<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw dynamoFault(what, cause);
  }
}

export type ConditionalOutcome =
  | { readonly outcome: 'written' }
  /** The item that refused the condition, when the call asked for `ALL_OLD` and there is one. */
  | { readonly outcome: 'refused'; readonly stored: Attributes | undefined };

/** Runs a conditional Put, Update or Delete that asks for `ALL_OLD` on a failed condition. */
export async function conditionalCall(
  what: string,
  call: () => Promise<unknown>,
): Promise<ConditionalOutcome> {
  try {
    await call();
    return { outcome: 'written' };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      return { outcome: 'refused', stored: attributesOf(error.Item) };
    throw dynamoFault(what, error);
  }
}

export type TransactionOutcome =
  | { readonly outcome: 'written' }
  /** Per action, in order: undefined where its own condition held. */
  | {
      readonly outcome: 'refused';
      readonly reasons: readonly ({ readonly stored: Attributes | undefined } | undefined)[];
    };

const conflictTries = 4;

/**
 * Runs a TransactWriteItems whose actions ask for `ALL_OLD`. Conflicts and throttled items are
 * tried again here with jitter (the SDK's list lacks them); what then still conflicts is transient.
 */
export async function transactionCall(
  what: string,
  call: () => Promise<unknown>,
): Promise<TransactionOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call();
      return { outcome: 'written' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw dynamoFault(what, error);
      const reasons = error.CancellationReasons ?? [];
      const codes = reasons.map((reason) => reason.Code);
      if (codes.includes('ConditionalCheckFailed'))
        return {
          outcome: 'refused',
          reasons: reasons.map((reason) =>
            reason.Code === 'ConditionalCheckFailed'
              ? { stored: attributesOf(reason.Item) }
              : undefined,
          ),
        };
      if (codes.includes('ValidationError'))
        throw new PermanentFault(`${what}: ${codes.join(', ')}`, { cause: error });
      if (attempt >= conflictTries)
        throw new TransientFault(`${what}: ${codes.join(', ')}`, { cause: error });
      await new Promise((wake) => setTimeout(wake, Math.random() * 50 * 2 ** attempt));
    }
  }
}

export function dynamoFault(what: string, cause: unknown): TransientFault | PermanentFault {
  const name = cause instanceof Error ? cause.name : String(cause);
  const message = `${what}: ${name}`;
  return permanent.has(name)
    ? new PermanentFault(message, { cause })
    : new TransientFault(message, { cause });
}

const attributesOf = (item: Record<string, AttributeValue> | undefined): Attributes | undefined =>
  item && unmarshall(item);
