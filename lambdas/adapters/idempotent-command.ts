/**
 * Powertools idempotency around a command, with the settings under which it keeps its promises. Its
 * errors stop here: they become outcomes, or the faults that caused them.
 */
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyPersistenceLayerError,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { Context } from 'aws-lambda';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { FencedPersistence, type FencedPersistenceSettings } from './fenced-persistence.ts';

/** Plain JSON below 4 KB. */
export type KeptAnswer = Exclude<IdempotencyRecord['responseData'], undefined>;

export type IdempotentCommand = {
  /** Principal, route and client's key, hashed. */
  readonly key: string;
  /** What the request says: the same key with another payload is refused. */
  readonly payload: string;
};

export type IdempotentInvocation<Answer> = Omit<FencedPersistenceSettings, 'keeps'> & {
  /** Names the command in the record's key; stays the same when the function is renamed. */
  readonly keyPrefix: string;
  /** The lease ends when this invocation is cut off. */
  readonly remainingMs: () => number;
  /** Answers for which this is false do not consume the key. @default every answer is kept */
  readonly keeps?: (answer: Answer) => boolean;
};

export type CommandOutcome<Answer> =
  | { readonly outcome: 'answered'; readonly answer: Answer; readonly isReplay: boolean }
  | { readonly outcome: 'in progress' }
  | { readonly outcome: 'key reused' };

/** How long an answer is replayed out of its record. */
const expiresAfterSeconds = 24 * 60 * 60;

export async function runIdempotently<Answer extends KeptAnswer>(
  { keyPrefix, remainingMs, keeps = () => true, ...where }: IdempotentInvocation<Answer>,
  command: IdempotentCommand,
  effect: () => Promise<Answer>,
): Promise<CommandOutcome<Answer>> {
  let isReplay = true;
  const run = makeIdempotent(
    async (_command: IdempotentCommand): Promise<Answer> => {
      isReplay = false;
      return effect();
    },
    {
      persistenceStore: new FencedPersistence({
        ...where,
        keeps: (answer) => keeps(answer as Answer),
      }),
      config: configFor(remainingMs),
      keyPrefix,
    },
  );
  try {
    return { outcome: 'answered', answer: await run(command), isReplay };
  } catch (error) {
    return outcomeOf(error);
  }
}

function configFor(remainingMs: () => number): IdempotencyConfig {
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'payload',
    throwOnNoIdempotencyKey: true,
    hashFunction: 'sha256',
    expiresAfterSeconds,
    useLocalCache: false,
  });
  // Powertools takes no time left for no lease at all; it reads nothing else of the context.
  const getRemainingTimeInMillis = () => Math.max(1, remainingMs());
  config.registerLambdaContext({ getRemainingTimeInMillis } as Context);
  return config;
}

function outcomeOf(error: unknown): { outcome: 'in progress' | 'key reused' } {
  if (error instanceof IdempotencyAlreadyInProgressError) return { outcome: 'in progress' };
  if (error instanceof IdempotencyValidationError) return { outcome: 'key reused' };
  if (!(error instanceof IdempotencyPersistenceLayerError)) throw error;
  const { cause } = error;
  if (cause instanceof TransientFault || cause instanceof PermanentFault) throw cause;
  throw error;
}
