import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchGet } from '../../../lambdas/adapters/batch-get.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';

const client = new DynamoDBClient({ region: 'eu-central-1' });
const dynamo = mockClient(client);
const keysOf = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `${n}` }));
const stored = (id: string) => ({ id: { S: id }, n: { N: '1' } });

beforeEach(() => {
  dynamo.reset();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a batch of reads', () => {
  it('is strongly consistent', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { T: [stored('0')] } });
    expect(await batchGet(client, 'T', keysOf(1))).toEqual([{ id: '0', n: 1 }]);
    expect(dynamo.commandCalls(BatchGetItemCommand)[0]?.args[0].input).toEqual({
      RequestItems: { T: { Keys: [{ id: { S: '0' } }], ConsistentRead: true } },
    });
  });

  it('asks again for what a throttled table left out', async () => {
    dynamo
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { T: [stored('0')] },
        UnprocessedKeys: { T: { Keys: [{ id: { S: '1' } }] } },
      })
      .resolves({ Responses: { T: [stored('1')] } });
    const read = batchGet(client, 'T', keysOf(2));
    await vi.runAllTimersAsync();
    expect((await read).map(({ id }) => id)).toEqual(['0', '1']);
  });

  it('is transient when the table leaves the same out again and again', async () => {
    const Keys = [{ id: { S: '0' } }];
    dynamo.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { T: { Keys } } });
    const read = expect(batchGet(client, 'T', keysOf(1))).rejects.toThrow(TransientFault);
    await vi.runAllTimersAsync();
    await read;
    expect(dynamo.calls()).toHaveLength(5);
  });

  it('waits before it asks again, longer each time', async () => {
    const Keys = [{ id: { S: '0' } }];
    dynamo.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { T: { Keys } } });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const read = expect(batchGet(client, 'T', keysOf(1))).rejects.toThrow(TransientFault);
    const callsAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return dynamo.calls().length;
    };
    expect([await callsAfter(49), await callsAfter(1)]).toEqual([1, 2]);
    expect([await callsAfter(99), await callsAfter(1)]).toEqual([2, 3]);
    await vi.runAllTimersAsync();
    await read;
  });

  it('has read everything when the table names nothing of its own as left out', async () => {
    dynamo
      .on(BatchGetItemCommand)
      .resolves({ Responses: { T: [stored('0')] }, UnprocessedKeys: {} });
    expect(await batchGet(client, 'T', keysOf(1))).toHaveLength(1);
  });

  it('takes as many keys as one call may ask for', async () => {
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { T: [stored('0')] } });
    expect(await batchGet(client, 'T', keysOf(100))).toHaveLength(1);
  });

  it('refuses more than the 100 keys that one call may ask for', async () => {
    await expect(batchGet(client, 'T', keysOf(101))).rejects.toThrow('at most 100 keys, not 101');
    expect(dynamo.calls()).toEqual([]);
  });

  it('asks for nothing when there is nothing to ask for', async () => {
    expect(await batchGet(client, 'T', [])).toEqual([]);
    expect(dynamo.calls()).toEqual([]);
  });

  it('takes a missing right for permanent', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    dynamo.on(BatchGetItemCommand).rejects(denied);
    await expect(batchGet(client, 'T', keysOf(1))).rejects.toThrow(PermanentFault);
  });
});
