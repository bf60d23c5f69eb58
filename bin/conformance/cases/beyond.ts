/** What AWS has and no pattern here needs: the engine refuses it, another endpoint may have it. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { eventually } from '../expect.ts';
import { endOf, runOnce } from './executions.ts';

const guide = 'https://docs.aws.amazon.com/step-functions/latest/dg';

const double = {
  StartAt: 'Double',
  States: { Double: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } },
};

export const beyondCases: readonly Case[] = [
  {
    id: 'dynamodb.partiql',
    rule: 'A PartiQL statement reads items.',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html',
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.putItem({ TableName, Item: { pk: { S: 'a' } } });
      const Statement = `SELECT * FROM "${TableName}" WHERE pk = ?`;
      const { Items } = await dynamodb.executeStatement({ Statement, Parameters: [{ S: 'a' }] });
      assert.deepEqual(Items, [{ pk: { S: 'a' } }]);
    },
  },
  {
    id: 'dynamodb.index-added-later',
    rule: 'UpdateTable adds an index to a table that is there.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html',
    async run({ dynamodb }, scratch) {
      const TableName = await scratch.table();
      await dynamodb.updateTable({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'o', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'by-o',
              KeySchema: [{ AttributeName: 'o', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      });
      await eventually(
        'an ACTIVE index',
        async () => {
          const { Table } = await dynamodb.describeTable({ TableName });
          return Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus;
        },
        (status) => status === 'ACTIVE',
        280_000,
      );
    },
  },
  {
    id: 'sqs.fifo',
    rule: 'A FIFO queue delivers the messages of a group in order, and a repeated one once.',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues.html',
    async run({ sqs }, scratch) {
      const QueueUrl = await scratch.queue({ FifoQueue: 'true' }, `${scratch.name()}.fifo`);
      for (const MessageBody of ['a', 'b', 'b'])
        await sqs.sendMessage({
          QueueUrl,
          MessageBody,
          MessageGroupId: 'g',
          MessageDeduplicationId: MessageBody,
        });
      const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      assert.deepEqual(
        Messages?.map(({ Body }) => Body),
        ['a', 'b'],
      );
    },
  },
  {
    id: 'states.parallel',
    rule: 'A Parallel state runs its branches and answers a list of their outputs.',
    source: `${guide}/state-parallel.html`,
    async run(clients, scratch) {
      const states = { Start: { Type: 'Parallel', Branches: [double, double], End: true } };
      const done = await runOnce(clients, scratch, { states, input: 2 });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: [4, 4] });
    },
  },
  {
    id: 'states.map',
    rule: 'A Map state runs its processor for each item and answers a list of the outputs.',
    source: `${guide}/state-map.html`,
    async run(clients, scratch) {
      const Items = '{% $states.input %}';
      const states = { Start: { Type: 'Map', Items, ItemProcessor: double, End: true } };
      const done = await runOnce(clients, scratch, { states, input: [1, 2] });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: [2, 4] });
    },
  },
  {
    id: 'states.json-path',
    rule: 'A machine can be written in JSONPath.',
    source: `${guide}/concepts-input-output-filtering.html`,
    async run(clients, scratch) {
      const states = { Start: { Type: 'Pass', OutputPath: '$.a', End: true } };
      const rest = { QueryLanguage: 'JSONPath' };
      const done = await runOnce(clients, scratch, { states, input: { a: 1 }, rest });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: 1 });
    },
  },
];
