import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoParkingLot } from '../../../lambdas/adapters/dynamo-parking-lot.ts';
import { TransientFault } from '../../../lambdas/contract/faults.ts';
import { metrics } from '../../../lambdas/contract/names.ts';
import { sampleInstant } from '../../support/sample-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const lot = dynamoParkingLot(new DynamoDBClient({}), { table: 'Parked', service: 'test' });
const entry = { id: 'order:a', reason: 'gave up', at: sampleInstant, payload: '{}' };
const lines: string[] = [];

beforeEach(() => {
  dynamo.reset();
  lines.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
});

const alarms = () => lines.map((line) => JSON.parse(line) as { Parked: number; id: string });

describe('the parking lot', () => {
  it('keeps the first entry of an id, and counts it where an alarm looks', async () => {
    dynamo.on(PutItemCommand).resolves({});
    await lot.park(entry);
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Parked',
      Item: marshall(entry),
      ConditionExpression: 'attribute_not_exists(id)',
    });
    const metric = { Name: 'Parked', Unit: 'Count' };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        _aws: {
          Timestamp: Date.parse(sampleInstant),
          CloudWatchMetrics: [
            { Namespace: metrics.namespace, Dimensions: [['service']], Metrics: [metric] },
          ],
        },
        service: 'test',
        Parked: 1,
        id: 'order:a',
        reason: 'gave up',
      },
    ]);
  });

  it('knows what is parked, and reads it consistently', async () => {
    dynamo
      .on(GetItemCommand)
      .resolvesOnce({ Item: marshall(entry) })
      .resolves({});
    expect(await lot.isParked('order:a')).toBe(true);
    expect(await lot.isParked('order:a')).toBe(false);
    expect(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({
      TableName: 'Parked',
      Key: { id: { S: 'order:a' } },
      ConsistentRead: true,
    });
  });

  it('keeps a payload whole that just fits', async () => {
    dynamo.on(PutItemCommand).resolves({});
    const payload = 'x'.repeat(256 * 1024);
    await lot.park({ ...entry, payload });
    const kept = dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.payload?.S;
    expect(kept === payload).toBe(true);
  });

  it('raises the alarm before it writes: whatever happens then, no row stands there unseen', async () => {
    const seen: unknown[] = [];
    dynamo.on(PutItemCommand).callsFake(() => {
      seen.push(...alarms());
      throw new Error('unreachable');
    });
    await expect(lot.park(entry)).rejects.toThrow(TransientFault);
    expect(seen[0]).toMatchObject({ Parked: 1, id: 'order:a' });
  });

  it('raises the alarm also for a row that is there', async () => {
    const refused = new ConditionalCheckFailedException({ message: 'exists', $metadata: {} });
    dynamo.on(PutItemCommand).rejects(refused);
    await lot.park(entry);
    expect(alarms()).toMatchObject([{ Parked: 1, id: 'order:a' }]);
  });

  it('cuts off half a character at the end, and leaves its like elsewhere alone', async () => {
    dynamo.on(PutItemCommand).resolves({});
    await lot.park({ ...entry, payload: `\ufffd${'é'.repeat(300_000)}` });
    const payload = dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.payload?.S ?? '';
    expect(payload).toMatch(/^\ufffdé+… /);
  });

  it.each(['x', 'é', '語', '💥'])(
    'cuts a payload of %s that is too long for an item, and says so',
    async (char) => {
      dynamo.on(PutItemCommand).resolves({});
      await lot.park({ ...entry, payload: char.repeat(300_000) });
      const payload = dynamo.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.payload?.S ?? '';
      const bytes = Buffer.byteLength(char.repeat(300_000));
      expect(Buffer.byteLength(payload)).toBeLessThan(263_000);
      expect(payload).toMatch(new RegExp(`^(${char})+… \\(${bytes} bytes\\)$`));
    },
  );
});
