/** A DynamoDB that the engine did not start: dynoxide, made to behave as DynamoDB Local does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDb, type DynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../../local/dynamodb/dynoxide.ts';
import { Meter } from '../../../local/gateway/meter.ts';
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { RealKernel } from '../../../local/kernel/real-kernel.ts';
import { type Interposed, interpose } from '../../support/interposed.ts';
import { ordersTable } from './sample-table.ts';

const outside = { name: 'outside', roleArn: undefined };
/** DynamoDB Local's sequence numbers have as many digits, and it takes no shorter ones. */
const digits = 21;
const withZeros = (text: string) =>
  text.replaceAll(/"SequenceNumber":"(\d+)"/g, (_, n: string) => sequence(n));
const sequence = (n: string) => `"SequenceNumber":"${n.padStart(digits, '0')}"`;

let dynoxide: Dynoxide;
let other: Interposed;
let journal: Journal;
let dynamo: DynamoDb;
let kernel: RealKernel;
const tooShort: string[] = [];

beforeAll(async () => {
  dynoxide = await startDynoxide();
  other = await interpose(dynoxide.endpoint, {
    asked(target, body) {
      const [, given] = /"SequenceNumber":"(\d+)"/.exec(body) ?? [];
      if (given && given.length < digits) tooShort.push(`${target} ${given}`);
      return body.replace(/"SequenceNumber":"0*(\d+)"/, '"SequenceNumber":"$1"');
    },
    answered: (_, body) => withZeros(body),
  });
  journal = openJournal(undefined);
  kernel = new RealKernel();
  const { endpoint } = other;
  const tables = [ordersTable];
  dynamo = await createDynamoDb({ kernel, endpoint, tables, meter: new Meter(), journal });
});
afterAll(async () => {
  await dynamo.close();
  kernel.stop();
  other.close();
  journal.close();
  await dynoxide.stop();
});

const call = (action: string, input: object) =>
  dynamo.call(action, { ...input }, outside) as Promise<Record<string, unknown>>;

describe('another DynamoDB', () => {
  it('has its streams looked at again and again, since they tell of a write later', async () => {
    let looks = 0;
    const stop = dynamo.onWrite('Orders', () => {
      looks++;
    });
    await call('PutItem', { TableName: 'Orders', Item: { id: { S: '1' } } });
    await expect.poll(() => looks, { timeout: 5000 }).toBeGreaterThan(2);
    stop();
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
  it('gets sequence numbers as it has given them, leading zeros included', async () => {
    for (const S of ['2', '3']) await call('PutItem', { TableName: 'Orders', Item: { id: { S } } });
    const StreamArn = ordersTable.stream?.arn;
    const { StreamDescription } = await call('DescribeStream', { StreamArn });
    const [shard] = (StreamDescription as { Shards: { ShardId: string }[] }).Shards;
    const SequenceNumber = '2'.padStart(digits, '0');
    const idsFrom = async (ShardIteratorType: string) => {
      const where = { StreamArn, ShardId: shard?.ShardId, ShardIteratorType, SequenceNumber };
      const { ShardIterator } = await call('GetShardIterator', where);
      const { Records } = await call('GetRecords', { ShardIterator });
      const records = Records as { dynamodb: { Keys: { id: { S: string } } } }[];
      return records.map(({ dynamodb }) => dynamodb.Keys.id.S);
    };
    expect(await idsFrom('AFTER_SEQUENCE_NUMBER')).toEqual(['3']);
    expect(await idsFrom('AT_SEQUENCE_NUMBER')).toEqual(['2', '3']);
    expect(tooShort).toEqual([]);
  });
});
