import { describe, expect, it } from 'vitest';
import { arnOf, only, queueModel, setUp } from './queues.ts';

const jobs = queueModel({ name: 'Jobs' });
const urlOf = (name: string) => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;
const policyTo = (name: string, maxReceiveCount: number | string = 2) =>
  JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount });

/** A client outside, with the queues of a template that has one. */
function setUpClient() {
  const engine = setUp({ queues: [jobs], consumed: ['Jobs'] });
  const create = (QueueName: string, Attributes?: Record<string, string>) =>
    engine.call('CreateQueue', QueueName, { QueueName, ...(Attributes && { Attributes }) });
  const attributesOf = async (name: string) => {
    const { Attributes } = await engine.call<{ Attributes: Record<string, string> }>(
      'GetQueueAttributes',
      name,
      { AttributeNames: ['All'] },
    );
    return Attributes;
  };
  return { ...engine, create, attributesOf };
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
describe('CreateQueue', () => {
  it('makes a queue with the defaults of SQS', async () => {
    const { create, attributesOf } = setUpClient();
    expect(await create('Mine')).toEqual({ QueueUrl: urlOf('Mine') });
    expect(await attributesOf('Mine')).toMatchObject({
      QueueArn: arnOf('Mine'),
      VisibilityTimeout: '30',
      DelaySeconds: '0',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      MaximumMessageSize: '1048576',
    });
  });

  it('takes the attributes it is given, and the queue keeps to them', async () => {
    const { kernel, create, send, receive } = setUpClient();
    await create('Dead');
    await create('Mine', {
      VisibilityTimeout: '5',
      DelaySeconds: '10',
      MaximumMessageSize: '1024',
      MessageRetentionPeriod: '60',
      ReceiveMessageWaitTimeSeconds: '20',
      RedrivePolicy: policyTo('Dead', 1),
    });
    await expect(send('Mine', 'x'.repeat(1025))).rejects.toThrow(/shorter than 1024 bytes/);
    await send('Mine', 'a');
    const start = kernel.now();
    expect(await receive('Mine')).toHaveLength(1);
    expect(kernel.now() - start).toBe(10_000);
    await kernel.advance(5000);
    expect(await receive('Mine', { WaitTimeSeconds: 0 })).toEqual([]);
    expect(await receive('Dead')).toHaveLength(1);
  });

  it('answers the queue that exists when nothing else is asked of it', async () => {
    const { create } = setUpClient();
    await create('Mine', { DelaySeconds: '10' });
    expect(await create('Mine', { DelaySeconds: '10' })).toEqual({ QueueUrl: urlOf('Mine') });
    expect(await create('Mine')).toEqual({ QueueUrl: urlOf('Mine') });
    expect(await create('Jobs', { VisibilityTimeout: '30' })).toEqual({ QueueUrl: urlOf('Jobs') });
    const other = create('Mine', { DelaySeconds: '11' });
    await expect(other).rejects.toThrow(/named? Mine and a different value for attribute DelaySe/);
    await expect(other).rejects.toMatchObject({ code: 'QueueNameExists' });
  });

  it.each([
    ['an attribute SQS does not have', { Size: '5' }, 'InvalidAttributeName'],
    ['a timeout above 12 hours', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['a delay above 900 s', { DelaySeconds: '901' }, 'InvalidAttributeValue'],
    ['a delay of parts of a second', { DelaySeconds: '1.5' }, 'InvalidAttributeValue'],
    ['a retention below a minute', { MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
    ['a message size above 1 MiB', { MaximumMessageSize: '1048577' }, 'InvalidAttributeValue'],
    ['a wait above 20 s', { ReceiveMessageWaitTimeSeconds: '21' }, 'InvalidAttributeValue'],
    ['dead letters that are no queue', { RedrivePolicy: policyTo('No') }, 'InvalidParameterValue'],
    ['no receives at all', { RedrivePolicy: policyTo('Jobs', 0) }, 'InvalidParameterValue'],
    ['a redrive policy that is no JSON', { RedrivePolicy: '{' }, 'InvalidParameterValue'],
    ['FIFO', { FifoQueue: 'true' }, 'UnsupportedOperation'],
    ['a policy', { Policy: '{}' }, 'UnsupportedOperation'],
    ['a key', { KmsMasterKeyId: 'k' }, 'UnsupportedOperation'],
  ])('refuses %s', async (_what, attributes, code) => {
    const { create, sqs } = setUpClient();
    await expect(create('Mine', attributes as Record<string, string>)).rejects.toMatchObject({
      code,
    });
    expect(Object.keys(sqs.depths())).toEqual(['Jobs']);
  });

  it('refuses names that SQS does not take, and FIFO queues with the reason', async () => {
    const { create } = setUpClient();
    for (const name of ['', 'a b', 'x'.repeat(81), 'café'])
      await expect(create(name)).rejects.toThrow(/alphanumeric/);
    await expect(create('Mine.fifo')).rejects.toThrow(/FIFO queue; this engine has standard ones/);
  });

  it('keeps no engine busy whose template nobody reads the queue of', async () => {
    const { sqs, create, send } = setUpClient();
    await create('Mine');
    await send('Mine', 'a');
    expect(sqs.pending()).toEqual([]);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
describe('DeleteQueue', () => {
  it('ends the queue, its messages and those who wait for some', async () => {
    const { kernel, sqs, call, create, send } = setUpClient();
    await create('Mine');
    const caller = { name: 'tester', roleArn: undefined };
    const input = { QueueUrl: urlOf('Mine'), WaitTimeSeconds: 20 };
    const waiting = expect(sqs.call('ReceiveMessage', input, caller)).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
    await call('DeleteQueue', 'Mine');
    await waiting;
    await expect(send('Mine', 'a')).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
    await expect(call('DeleteQueue', 'Mine')).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
    const never = kernel.drive(new Promise(() => undefined));
    await expect(never).rejects.toThrow(/nothing is left to happen/);
  });

  it('blocks the name for a minute', async () => {
    const { kernel, call, create } = setUpClient();
    await create('Mine');
    await call('DeleteQueue', 'Mine');
    await kernel.advance(59_000);
    await expect(create('Mine')).rejects.toMatchObject({ code: 'QueueDeletedRecently' });
    await kernel.advance(1000);
    expect(await create('Mine')).toEqual({ QueueUrl: urlOf('Mine') });
  });

  it('leaves exhausted messages in their queue when it was their dead-letter queue', async () => {
    const { kernel, call, create, send, receive } = setUpClient();
    await create('Dead');
    await create('Mine', { RedrivePolicy: policyTo('Dead', 1) });
    await call('DeleteQueue', 'Dead');
    await send('Mine', 'a');
    await receive('Mine');
    await kernel.advance(30_000);
    expect(await receive('Mine')).toHaveLength(1);
  });

  it("refuses the template's queues, as SetQueueAttributes does", async () => {
    const { call } = setUpClient();
    await expect(call('DeleteQueue', 'Jobs')).rejects.toThrow(
      /the template defines the queue Jobs/,
    );
    const change = call('SetQueueAttributes', 'Jobs', { Attributes: { DelaySeconds: '1' } });
    await expect(change).rejects.toThrow(/the template defines the queue Jobs/);
  });
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
describe('SetQueueAttributes', () => {
  it('changes what it names, for what is done from then on', async () => {
    const { kernel, call, create, attributesOf } = setUpClient();
    await create('Mine', { DelaySeconds: '10', RedrivePolicy: policyTo('Jobs') });
    await kernel.advance(5000);
    await call('SetQueueAttributes', 'Mine', { Attributes: { VisibilityTimeout: '7' } });
    const changed = await attributesOf('Mine');
    expect(changed).toMatchObject({ DelaySeconds: '10', VisibilityTimeout: '7' });
    expect(Number(changed.LastModifiedTimestamp) - Number(changed.CreatedTimestamp)).toBe(5);
    await call('SetQueueAttributes', 'Mine', { Attributes: { RedrivePolicy: '' } });
    expect(await attributesOf('Mine')).not.toHaveProperty('RedrivePolicy');
  });

  it('shortens the life of messages that are there', async () => {
    const { kernel, sqs, call, create, send } = setUpClient();
    await create('Mine');
    await send('Mine', 'a');
    await kernel.advance(61_000);
    await call('SetQueueAttributes', 'Mine', { Attributes: { MessageRetentionPeriod: '60' } });
    expect(sqs.messages('Mine')).toEqual([]);
  });
});

describe('lists of queues', () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
  it('come by prefix, and in pages when they are asked for', async () => {
    const { call, create } = setUpClient();
    for (const name of ['a1', 'a2', 'a3', 'b1']) await create(name);
    const list = (input: object) =>
      call<{ QueueUrls?: string[]; NextToken?: string }>('ListQueues', 'Jobs', input);
    expect(await list({ QueueNamePrefix: 'c' })).toEqual({});
    expect(await list({})).toEqual({ QueueUrls: ['Jobs', 'a1', 'a2', 'a3', 'b1'].map(urlOf) });
    const first = await list({ QueueNamePrefix: 'a', MaxResults: 2 });
    expect(first.QueueUrls).toEqual([urlOf('a1'), urlOf('a2')]);
    await call('DeleteQueue', 'a2');
    const second = await list({ QueueNamePrefix: 'a', MaxResults: 2, NextToken: first.NextToken });
    expect(second).toEqual({ QueueUrls: [urlOf('a3')] });
    await expect(list({ NextToken: 'x' })).rejects.toThrow(/no token/);
    await expect(list({ MaxResults: 1001 })).rejects.toThrow(/between 1 and 1000/);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
  it('name the sources of a dead-letter queue', async () => {
    const { call, create } = setUpClient();
    await create('Mine', { RedrivePolicy: policyTo('Jobs') });
    await create('Other');
    expect(await call('ListDeadLetterSourceQueues', 'Jobs')).toEqual({
      queueUrls: [urlOf('Mine')],
    });
    expect(await call('ListDeadLetterSourceQueues', 'Other')).toEqual({ queueUrls: [] });
  });

  it("hold the template's queues beside those of clients", async () => {
    const { call, create, send, receive } = setUpClient();
    await create('Mine');
    await send('Mine', 'a');
    expect(await call('GetQueueUrl', 'Mine', { QueueName: 'Mine' })).toEqual({
      QueueUrl: urlOf('Mine'),
    });
    expect(only(await receive('Mine')).Body).toBe('a');
  });
});
