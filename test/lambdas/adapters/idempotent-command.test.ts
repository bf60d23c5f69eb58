import { IdempotencyPersistenceLayerError } from '@aws-lambda-powertools/idempotency';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runIdempotently } from '../../../lambdas/adapters/idempotent-command.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';

const table = 'Idempotency';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 14) });
});
afterEach(() => {
  vi.useRealTimers();
});

function stage() {
  const tables = createFakeTables({ [table]: 'id' });
  let invocations = 0;
  const run = (effect: () => Promise<string>, payload = 'p', remainingMs = 10_000) =>
    runIdempotently(
      {
        client: tables.client,
        table,
        owner: `invocation ${++invocations}`,
        keyPrefix: 'test',
        remainingMs: () => remainingMs,
      },
      { key: 'k', payload },
      effect,
    );
  return { tables, run };
}

describe('an idempotent command', () => {
  it('answers, and says when an answer is a replay', async () => {
    const { run } = stage();
    expect(await run(async () => 'A')).toEqual({
      outcome: 'answered',
      answer: 'A',
      isReplay: false,
    });
    expect(await run(async () => 'B')).toEqual({
      outcome: 'answered',
      answer: 'A',
      isReplay: true,
    });
  });

  it('says that its first twin is still running', async () => {
    const { run } = stage();
    await run(async () => {
      expect(await run(async () => 'B')).toEqual({ outcome: 'in progress' });
      return 'A';
    });
  });

  it('says that the key was used for something else', async () => {
    const { run } = stage();
    await run(async () => 'A');
    expect(await run(async () => 'B', 'q')).toEqual({ outcome: 'key reused' });
  });

  it('replays for 24 hours and not longer', async () => {
    const { run } = stage();
    await run(async () => 'A');
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(await run(async () => 'B')).toMatchObject({ answer: 'A' });
    vi.setSystemTime(Date.now() + 2_000);
    expect(await run(async () => 'C')).toMatchObject({ answer: 'C' });
  });

  it('takes a lease that ends even when no time is left', async () => {
    const { tables, run } = stage();
    await run(
      async () => {
        const [record] = tables.items(table);
        expect(record?.in_progress_expiration).toBe(Date.now() + 1);
        return 'A';
      },
      'p',
      0,
    );
  });

  it('passes on the fault of its table, transient and permanent', async () => {
    const { tables, run } = stage();
    tables.beforeNext('PutItemCommand', () => {
      throw new Error('socket hang up');
    });
    await expect(run(async () => 'A')).rejects.toThrow(TransientFault);
    tables.beforeNext('PutItemCommand', () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    });
    await expect(run(async () => 'A')).rejects.toThrow(PermanentFault);
  });

  it('passes on the fault of the effect, and frees the key', async () => {
    const { run } = stage();
    const fault = new TransientFault('throttled');
    await expect(run(() => Promise.reject(fault))).rejects.toBe(fault);
    expect(await run(async () => 'B')).toMatchObject({ answer: 'B', isReplay: false });
  });

  it('passes on the fault of the effect itself, not what caused it', async () => {
    const { run } = stage();
    const fault = new TransientFault('throttled', { cause: new PermanentFault('gone') });
    await expect(run(() => Promise.reject(fault))).rejects.toBe(fault);
  });

  it('is not run without a key: a defect, which no retry can cure', async () => {
    const { tables } = stage();
    const where = { client: tables.client, table, owner: 'a', keyPrefix: 'test' };
    let effects = 0;
    const effect = async () => `effect ${++effects}`;
    const command = { key: '', payload: 'p' };
    const failed = runIdempotently({ ...where, remainingMs: () => 10_000 }, command, effect);
    await expect(failed).rejects.toBeInstanceOf(IdempotencyPersistenceLayerError);
    expect(effects).toBe(0);
  });

  it('gives no answer when its lease was lost meanwhile', async () => {
    const { run } = stage();
    const late = run(async () => {
      vi.setSystemTime(Date.now() + 10_001);
      await run(async () => 'B');
      return 'A';
    });
    await expect(late).rejects.toThrow(TransientFault);
  });
});
