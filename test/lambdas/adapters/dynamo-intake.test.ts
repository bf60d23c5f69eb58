import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { dynamoIntake } from '../../../lambdas/adapters/dynamo-intake.ts';
import { answerItem, parseAnswerItem } from '../../../lambdas/adapters/order-answer-item.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { problem } from '../../../lambdas/contract/problems.ts';
import type { RecordedAnswer } from '../../../lambdas/shell/order-intake.ts';
import { alice, largestOrder, orderId, placedOrder } from '../../support/customer-orders.ts';

const dynamo = mockClient(DynamoDBClient);
const intake = dynamoIntake(new DynamoDBClient({ region: 'eu-central-1' }), 'Orders');
beforeEach(() => void dynamo.reset());

const attempt = { fingerprint: 'f1', writeId: 'w1' };
const placed: RecordedAnswer = { answer: { kind: 'order', order: placedOrder() }, ...attempt };
const refused: RecordedAnswer = {
  answer: {
    kind: 'refusal',
    id: orderId,
    principal: alice,
    problem: problem('unknown-product', 'x', [{ pointer: '#/lines/0/sku', detail: 'y' }]),
  },
  ...attempt,
};
const refusingWith = (item: Record<string, unknown>) =>
  dynamo.on(PutItemCommand).rejects(
    new ConditionalCheckFailedException({
      message: 'refused',
      $metadata: {},
      Item: marshall(item, { removeUndefinedValues: true }),
    }),
  );

describe('the intake', () => {
  it.each([
    ['an order', placed],
    ['a refusal', refused],
  ])('writes %s once, under its id', async (_what, recorded) => {
    dynamo.on(PutItemCommand).resolves({});
    expect(await intake.record(recorded)).toEqual({ outcome: 'recorded' });
    expect(dynamo.commandCalls(PutItemCommand)).toHaveLength(1);
    expect(dynamo.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'Orders',
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      Item: { id: { S: orderId }, writeId: { S: 'w1' }, fingerprint: { S: 'f1' } },
    });
  });

  it.each([
    ['an order', placed],
    ['a refusal', refused],
  ])('brings back %s that was there first', async (_what, recorded) => {
    refusingWith(answerItem(recorded));
    const result = await intake.record({ ...placed, writeId: 'w2' });
    expect(result).toEqual({ outcome: 'found', stored: recorded });
  });

  it('leaves an unknown outcome unknown', async () => {
    dynamo.on(PutItemCommand).rejects(Object.assign(new Error('x'), { name: 'TimeoutError' }));
    await expect(intake.record(placed)).rejects.toThrow(TransientFault);
  });

  it('does not take anything else for an answer', async () => {
    refusingWith({ id: orderId, status: 'PENDING' });
    await expect(intake.record(placed)).rejects.toThrow(PermanentFault);
  });
});

describe('the item of an answer', () => {
  it('keeps the bytes of a refusal', () => {
    const { answer } = parseAnswerItem(answerItem(refused));
    expect(JSON.stringify(answer.kind === 'refusal' && answer.problem)).toBe(
      JSON.stringify(refused.answer.kind === 'refusal' && refused.answer.problem),
    );
  });

  it('fits a tenth of what DynamoDB stores in one, for the largest legal order', () => {
    const order: RecordedAnswer = { answer: { kind: 'order', order: largestOrder() }, ...attempt };
    const stored = answerItem(order);
    const bytes = Buffer.byteLength(
      JSON.stringify(marshall(stored, { removeUndefinedValues: true })),
    );
    expect(bytes).toBeGreaterThan(10 * 1024);
    expect(bytes).toBeLessThan(40 * 1024);
    expect(parseAnswerItem(stored)).toEqual(order);
  });
});
