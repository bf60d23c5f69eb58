import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamoParkingLot } from '../../../lambdas/adapters/dynamo-parking-lot.ts';
import { TransientFault } from '../../../lambdas/contract/faults.ts';
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
  it('raises the alarm also when its write landed and the answer was lost', async () => {
    // The SDK tries the put again and finds its own row.
    const refused = new ConditionalCheckFailedException({ message: 'exists', $metadata: {} });
    dynamo.on(PutItemCommand).rejects(refused);
    await lot.park(entry);
    expect(alarms()).toMatchObject([{ Parked: 1, id: 'order:a' }]);
  });

  it('raises no alarm for what it could not keep: its caller comes again', async () => {
    dynamo.on(PutItemCommand).rejects(new Error('unreachable'));
    await expect(lot.park(entry)).rejects.toThrow(TransientFault);
    expect(alarms()).toEqual([]);
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
