import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoFault, transactionCall } from '../../../lambdas/adapters/dynamo.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

const cancelled = (...reasons: { Code: string; Item?: Record<string, { S: string }> }[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    CancellationReasons: reasons,
    $metadata: {},
  });

/** A transaction that fails as told, one error a try, and succeeds afterwards. */
async function outcomeOf(...errors: Error[]) {
  let tries = 0;
  const outcome = transactionCall('write both', async () => {
    const error = errors[tries++];
    if (error) throw error;
  }).catch((fault: unknown) => fault);
  await vi.runAllTimersAsync();
  return { outcome: await outcome, tries };
}

describe('a transaction', () => {
  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is tried again after %s, which the SDK does not do',
    async (Code) => {
      const error = cancelled({ Code: 'None' }, { Code });
      expect(await outcomeOf(error, error)).toEqual({ outcome: { outcome: 'written' }, tries: 3 });
    },
  );

  it('that goes on conflicting is a fault that a later retry can cure', async () => {
    const error = cancelled({ Code: 'TransactionConflict' });
    const { outcome, tries } = await outcomeOf(error, error, error, error, error);
    expect(outcome).toBeInstanceOf(TransientFault);
    expect(tries).toBe(4);
  });

  it('says of each action whether its condition failed, and what is stored there', async () => {
    const refused = { Code: 'ConditionalCheckFailed', Item: { id: { S: 'a' } } };
    const error = cancelled({ Code: 'None' }, refused, { Code: 'TransactionConflict' });
    expect(await outcomeOf(error)).toEqual({
      outcome: { outcome: 'refused', reasons: [undefined, { stored: { id: 'a' } }, undefined] },
      tries: 1,
    });
  });

  it('that is not valid is never tried again', async () => {
    const { outcome, tries } = await outcomeOf(cancelled({ Code: 'ValidationError' }));
    expect(outcome).toBeInstanceOf(PermanentFault);
    expect(tries).toBe(1);
  });

  it('with a lost answer leaves the outcome unknown', async () => {
    const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    expect((await outcomeOf(lost)).outcome).toBeInstanceOf(TransientFault);
  });
});

describe('an error of DynamoDB', () => {
  it.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'])(
    'named %s is permanent, and says which call it was',
    (name) => {
      const fault = dynamoFault('read order 1', Object.assign(new Error('x'), { name }));
      expect(fault).toBeInstanceOf(PermanentFault);
      expect(fault.message).toBe(`read order 1: ${name}`);
    },
  );
});
