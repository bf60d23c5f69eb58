import {
  IdempotencyConfig,
  IdempotencyItemNotFoundError,
  IdempotencyKeyError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FencedPersistence } from '../../../lambdas/adapters/fenced-persistence.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { createFakeTables, type FakeTables } from '../../support/fakes/dynamo-tables.ts';

const table = 'Idempotency';
const leaseMs = 10_000;
const event = { key: 'k', payload: 'p' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 14) });
});
afterEach(() => {
  vi.useRealTimers();
});

type LayerOf = (tables: FakeTables, owner: string) => BasePersistenceLayer;
const fenced: LayerOf = ({ client }, owner) => new FencedPersistence({ client, table, owner });
const unfenced: LayerOf = ({ client }) =>
  new DynamoDBPersistenceLayer({ tableName: table, awsSdkV3Client: client });

/** Calls that share a key and a table; each invocation has an owner of its own. */
function stage(layerOf: LayerOf) {
  const tables = createFakeTables({ [table]: 'id' });
  let effects = 0;
  const call = <Answer>(
    owner: string,
    effect: () => Promise<Answer>,
    data: Record<string, string> = event,
  ): Promise<Answer> => {
    const config = new IdempotencyConfig({
      eventKeyJmesPath: 'key',
      payloadValidationJmesPath: 'payload',
      throwOnNoIdempotencyKey: true,
      hashFunction: 'sha256',
    });
    config.registerLambdaContext({ getRemainingTimeInMillis: () => leaseMs } as Context);
    return makeIdempotent(
      async (_data: Record<string, string>) => {
        effects++;
        return effect();
      },
      { config, persistenceStore: layerOf(tables, owner), keyPrefix: 'test' },
    )(data);
  };
  return { tables, call, effects: () => effects };
}

/** A runs beyond its lease while B completes; then A ends as `ending` says. */
async function outliveLease(layerOf: LayerOf, ending: () => string) {
  const { call, effects } = stage(layerOf);
  const { promise: gate, resolve: release } = Promise.withResolvers<void>();
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const a = call('a', async () => {
    start();
    await gate;
    return ending();
  }).then(
    (answer) => answer,
    () => 'no answer',
  );
  await Promise.race([started, a]);
  vi.setSystemTime(Date.now() + leaseMs + 1);
  const b = await call('b', async () => 'B');
  release();
  return { a: await a, b, replay: await call('c', async () => 'C'), effects: effects() };
}

/** A condition that fails on nothing. */
const refuse = () => {
  throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
};
const throws = (): string => {
  throw new Error('late');
};

describe('fenced persistence', () => {
  it('keeps the record of the winner when a zombie fails (X1)', async () => {
    expect(await outliveLease(fenced, throws)).toEqual({
      a: 'no answer',
      b: 'B',
      replay: 'B',
      effects: 2,
    });
  });

  it('keeps the answer of the winner when a zombie succeeds (X2), and gives no other', async () => {
    expect(await outliveLease(fenced, () => 'A')).toEqual({
      a: 'no answer',
      b: 'B',
      replay: 'B',
      effects: 2,
    });
  });

  it('takes its own lease for success when the put was sent twice (X3)', async () => {
    const { tables, call, effects } = stage(fenced);
    tables.repeatNext('PutItemCommand');
    expect(await call('a', async () => 'A')).toBe('A');
    expect(effects()).toBe(1);
  });

  it('takes its own answer for kept when the update was sent twice', async () => {
    const { tables, call } = stage(fenced);
    tables.repeatNext('UpdateItemCommand');
    expect(await call('a', async () => 'A')).toBe('A');
    expect(await call('b', async () => 'B')).toBe('A');
  });

  it('replays the first answer without the effect', async () => {
    const { call, effects } = stage(fenced);
    const answer = { list: [1, { deep: 'x' }], none: null };
    expect(await call('a', async () => answer)).toEqual(answer);
    expect(await call('b', async () => ({ list: [], none: null }))).toEqual(answer);
    expect(effects()).toBe(1);
  });

  it('keeps an answer that holds undefined, instead of failing after the effect (X4)', async () => {
    const { call, effects } = stage(fenced);
    await call('a', async () => ({ n: { missing: undefined } }));
    expect(await call('b', async () => ({}))).toEqual({ n: {} });
    expect(effects()).toBe(1);
  });

  it('runs a second time when the first failed within its lease', async () => {
    const { call, effects } = stage(fenced);
    await expect(call('a', async () => throws())).rejects.toThrow('late');
    expect(await call('b', async () => 'B')).toBe('B');
    expect(effects()).toBe(2);
  });

  it('keeps others out while its lease lasts', async () => {
    const { call, effects } = stage(fenced);
    await call('a', async () => {
      vi.setSystemTime(Date.now() + leaseMs - 1);
      await expect(call('b', async () => 'B')).rejects.toThrow('already an execution in progress');
    });
    expect(effects()).toBe(1);
  });

  it('lets a key be used again once its record has expired, deleted or not', async () => {
    const { tables, call, effects } = stage(fenced);
    await call('a', async () => 'A');
    vi.setSystemTime(Date.now() + 3_602_000);
    expect(tables.items(table)).toHaveLength(1);
    expect(await call('b', async () => 'B')).toBe('B');
    expect(effects()).toBe(2);
  });

  it('refuses the same key with another payload', async () => {
    const { call, effects } = stage(fenced);
    await call('a', async () => 'A');
    const other = call('b', async () => 'B', { ...event, payload: 'q' });
    await expect(other).rejects.toThrow('Payload does not match');
    expect(effects()).toBe(1);
  });

  it('refuses a request without a key, before the effect (X5)', async () => {
    const { call, effects } = stage(fenced);
    const keyless = call('a', async () => 'A', { payload: 'p' });
    await expect(keyless).rejects.toMatchObject({ cause: expect.any(IdempotencyKeyError) });
    expect(effects()).toBe(0);
  });

  it('takes no lease without an end, which would keep everyone out for ever', async () => {
    // The context that tells when the invocation is cut off was never registered.
    vi.spyOn(console, 'warn').mockReturnValueOnce();
    const { client } = createFakeTables({ [table]: 'id' });
    const layer = new FencedPersistence({ client, table, owner: 'a' });
    const config = new IdempotencyConfig({ eventKeyJmesPath: 'key' });
    const run = makeIdempotent(async (_data: typeof event) => 'A', {
      config,
      persistenceStore: layer,
      keyPrefix: 'test',
    });
    await expect(run(event)).rejects.toMatchObject({ cause: expect.any(PermanentFault) });
  });

  it('reads the record, consistently, when a refusal brings none', async () => {
    const { tables, call, effects } = stage(fenced);
    await call('a', async () => 'A');
    tables.beforeNext('PutItemCommand', refuse);
    expect(await call('b', async () => 'B')).toBe('A');
    expect(effects()).toBe(1);
    const [record] = tables.items(table);
    expect(tables.calls.at(-1)).toEqual({
      command: 'GetItemCommand',
      input: { TableName: table, Key: { id: { S: record?.id } }, ConsistentRead: true },
    });
  });

  it('takes a key for nobody’s when its record is gone by then', async () => {
    // The refusal brings no record, and then there is none: the caller may come again.
    const { tables, call, effects } = stage(fenced);
    tables.beforeNext('PutItemCommand', refuse);
    const gone = call('a', async () => 'A');
    await expect(gone).rejects.toBeInstanceOf(IdempotencyItemNotFoundError);
    expect(effects()).toBe(0);
  });

  it('gives no answer when its record is gone before it is kept', async () => {
    const { tables, call } = stage(fenced);
    const lost = call('a', async () => {
      tables.beforeNext('UpdateItemCommand', refuse);
      return 'A';
    });
    await expect(lost).rejects.toMatchObject({ cause: expect.any(TransientFault) });
  });

  it('frees the key for answers that it is told not to keep', async () => {
    const { call, effects } = stage(
      ({ client }, owner) =>
        new FencedPersistence({ client, table, owner, keeps: (answer) => answer !== 'no' }),
    );
    expect(await call('a', async () => 'no')).toBe('no');
    expect(await call('b', async () => 'yes')).toBe('yes');
    expect(effects()).toBe(2);
  });
});

describe('these scenarios', () => {
  it('find X1 in a layer without fences', async () => {
    const { replay, effects } = await outliveLease(unfenced, throws);
    expect({ replay, effects }).toEqual({ replay: 'C', effects: 3 });
  });

  it('find X2 in a layer without fences', async () => {
    const { b, replay } = await outliveLease(unfenced, () => 'A');
    expect({ b, replay }).toEqual({ b: 'B', replay: 'A' });
  });

  it('find X3 in a layer without own-write recognition', async () => {
    const { tables, call, effects } = stage(unfenced);
    tables.repeatNext('PutItemCommand');
    await expect(call('a', async () => 'A')).rejects.toThrow('in progress');
    expect(effects()).toBe(0);
  });
});
