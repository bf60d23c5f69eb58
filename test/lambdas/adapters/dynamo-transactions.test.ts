import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  conditionalCall,
  dynamoCall,
  dynamoFault,
  transactionCall,
} from '../../../lambdas/adapters/dynamo.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

const cancelled = (...reasons: { Code: string; Item?: Record<string, { S: string }> }[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    CancellationReasons: reasons,
    $metadata: {},
  });

const named = (name: string) => Object.assign(new Error('x'), { name });

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
    expect(outcome).toMatchObject({ cause: error });
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
    const error = cancelled({ Code: 'ValidationError' });
    const { outcome, tries } = await outcomeOf(error);
    expect(outcome).toBeInstanceOf(PermanentFault);
    expect(outcome).toMatchObject({ cause: error });
    expect(tries).toBe(1);
  });

  it('that is cancelled without reasons is tried again like a conflict', async () => {
    const error = new TransactionCanceledException({ message: 'cancelled', $metadata: {} });
    expect(await outcomeOf(error)).toEqual({ outcome: { outcome: 'written' }, tries: 2 });
  });

  it('waits at random before a further try, up to twice as long each time', async () => {
    const waits = async (chance: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(chance);
      const waiting = vi.spyOn(globalThis, 'setTimeout');
      const conflict = cancelled({ Code: 'TransactionConflict' });
      await outcomeOf(conflict, conflict, conflict);
      const asked = waiting.mock.calls.map(([, ms]) => ms);
      vi.restoreAllMocks();
      return asked;
    };
    expect(await waits(0)).toEqual([0, 0, 0]);
    expect(await waits(1)).toEqual([100, 200, 400]);
  });

  it('with a lost answer leaves the outcome unknown', async () => {
    const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    expect((await outcomeOf(lost)).outcome).toBeInstanceOf(TransientFault);
  });
});

describe('an error of DynamoDB', () => {
  it.each([
    'ValidationException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'SerializationException',
    'ItemCollectionSizeLimitExceededException',
    'IdempotentParameterMismatchException',
  ])('named %s is permanent, and says which call it was', (name) => {
    const cause = named(name);
    const fault = dynamoFault('read order 1', cause);
    expect(fault).toBeInstanceOf(PermanentFault);
    expect(fault.cause).toBe(cause);
    expect(fault.message).toBe(`read order 1: ${name}`);
  });

  it.each([
    named('ThrottlingException'),
    named('ProvisionedThroughputExceededException'),
    named('InternalServerError'),
    named('TimeoutError'),
    'not even an error',
  ])('like %s can be cured by a retry, and keeps its cause', (cause) => {
    const fault = dynamoFault('read order 1', cause);
    expect(fault).toBeInstanceOf(TransientFault);
    expect(fault.cause).toBe(cause);
  });
});

describe('a call', () => {
  const refused = (Item?: Record<string, { S: string }>) =>
    new ConditionalCheckFailedException({ message: 'no', $metadata: {}, ...(Item && { Item }) });

  it('answers what DynamoDB answers', async () => {
    expect(await dynamoCall('read', async () => 'an item')).toBe('an item');
    expect(await conditionalCall('write', async () => 'whatever')).toEqual({ outcome: 'written' });
  });

  it('with a condition tells a refusal, and which item refused', async () => {
    const write = (error: Error) => conditionalCall('write', () => Promise.reject(error));
    const stored = { id: 'a' };
    expect(await write(refused({ id: { S: 'a' } }))).toEqual({ outcome: 'refused', stored });
    expect(await write(refused())).toEqual({ outcome: 'refused', stored: undefined });
  });

  it('that fails in any other way is a fault, with a condition or without', async () => {
    const failing = () => Promise.reject(named('TimeoutError'));
    await expect(dynamoCall('read', failing)).rejects.toBeInstanceOf(TransientFault);
    await expect(conditionalCall('write', failing)).rejects.toBeInstanceOf(TransientFault);
  });
});
