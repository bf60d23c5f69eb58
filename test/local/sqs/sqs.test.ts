import { describe, expect, it } from 'vitest';
import { arnOf, only, queueModel, setUp } from './queues.ts';

const jobs = queueModel({ name: 'Jobs' });
const entries = (count: number, body = 'x') =>
  Array.from({ length: count }, (_, i) => ({ Id: `e${i}`, MessageBody: body }));
type BatchAnswer = { Successful: { Id: string }[]; Failed: { Id: string; Code: string }[] };

describe('the SQS API', () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
  it('answers the digests that SDKs check', async () => {
    const { send, receive } = setUp({ queues: [jobs] });
    const MessageAttributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } };
    expect(await send('Jobs', 'hello', { MessageAttributes })).toMatchObject({
      MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
      MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
    });
    expect(only(await receive('Jobs', { MessageAttributeNames: ['time.*', 'All'] }))).toMatchObject(
      {
        MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
        MessageAttributes,
        MD5OfMessageAttributes: '235c5c510d26fb653d073faed50ae77c',
      },
    );
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
  it('answers only the attributes that were asked for', async () => {
    const { send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a', {
      MessageAttributes: { note: { DataType: 'String', StringValue: 'n' } },
    });
    const got = only(await receive('Jobs', { MessageSystemAttributeNames: [] }));
    expect(Object.keys(got).sort()).toEqual(['Body', 'MD5OfBody', 'MessageId', 'ReceiptHandle']);
  });

  // Not documented as a UUID, only as up to 100 characters:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
  it('makes message ids that look like UUIDs', async () => {
    const { send } = setUp({ queues: [jobs] });
    const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    expect((await send('Jobs', 'a')).MessageId).toMatch(uuid);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  it.each([
    ['no body', {}, 'MissingParameter'],
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['characters XML cannot carry', { MessageBody: '\u0000' }, 'InvalidMessageContents'],
    ['one byte too many', { MessageBody: 'x'.repeat(1025) }, 'InvalidParameterValue'],
    ['a delay above 900 s', { MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['a FIFO group', { MessageBody: 'x', MessageGroupId: 'g' }, 'InvalidParameterValue'],
    [
      'an empty attribute',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'InvalidParameterValue',
    ],
  ])('refuses a message with %s', async (_what, input, code) => {
    const { call } = setUp({ queues: [queueModel({ name: 'Small', maxMessageBytes: 1024 })] });
    await expect(call('SendMessage', 'Small', input)).rejects.toMatchObject({ code });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
  it('refuses what names no queue of the template', async () => {
    const { call } = setUp({ queues: [jobs] });
    await expect(call('SendMessage', 'Other', { MessageBody: 'x' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
    await expect(call('GetQueueUrl', 'Jobs', { QueueName: 'Other' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
    expect(await call('GetQueueUrl', 'Jobs', { QueueName: 'Jobs' })).toEqual({
      QueueUrl: jobs.url,
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
  it('has no queues of other accounts', async () => {
    const { call } = setUp({ queues: [jobs] });
    const code = 'QueueDoesNotExist';
    const QueueUrl = jobs.url.replace('000000000000', '111111111111');
    await expect(call('PurgeQueue', 'Jobs', { QueueUrl })).rejects.toMatchObject({ code });
    const asked = { QueueName: 'Jobs', QueueOwnerAWSAccountId: '111111111111' };
    await expect(call('GetQueueUrl', 'Jobs', asked)).rejects.toMatchObject({ code });
    const own = { ...asked, QueueOwnerAWSAccountId: '000000000000' };
    expect(await call('GetQueueUrl', 'Jobs', own)).toEqual({ QueueUrl: jobs.url });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
  it.each([
    ['MessageSystemAttributeNames', { MessageSystemAttributeNames: ['Sender'] }],
    ['AttributeNames', { AttributeNames: ['VisibilityTimeout'] }],
    ['ReceiveRequestAttemptId', { ReceiveRequestAttemptId: 'a' }],
  ])('hides no message when it refuses %s of a receive', async (_what, input) => {
    const { call, send, sqs } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    await expect(call('ReceiveMessage', 'Jobs', input)).rejects.toMatchObject({ name: 'AwsError' });
    expect(sqs.depths().Jobs).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it('names the action it does not know', async () => {
    const { call } = setUp({ queues: [jobs] });
    for (const action of ['StartMessageMoveTask', 'AddPermission', 'constructor'])
      await expect(call(action, 'Jobs')).rejects.toThrow(`SQS here has no ${action}, only Send`);
  });

  it.each([
    ['SendMessage', { MessageBody: 5 }],
    ['SendMessage', { MessageBody: 'x', MessageAttributes: [] }],
    ['SendMessage', { MessageBody: 'x', MessageAttributes: { a: null, b: 'x' } }],
    ['SendMessage', { MessageBody: 'x', MessageAttributes: { a: { DataType: 5 } } }],
    ['SendMessage', { MessageBody: 'x', MessageSystemAttributes: 'x' }],
    ['SendMessageBatch', { Entries: [null] }],
    ['SendMessageBatch', { Entries: 'x' }],
    ['DeleteMessageBatch', { Entries: {} }],
    ['ReceiveMessage', { AttributeNames: 'All' }],
    ['GetQueueAttributes', { AttributeNames: [5] }],
  ])('refuses a shape that %s does not have (%#)', async (action, input) => {
    const { call, send } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    await expect(call(action, 'Jobs', input)).rejects.toMatchObject({ name: 'AwsError' });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  it('takes a message, and a batch as a whole, of 1 MiB with its attributes, and not a byte more', async () => {
    const { call, send, sqs } = setUp({ queues: [jobs] });
    const MessageAttributes = { name: { DataType: 'String', StringValue: 'value' } };
    const room = 1_048_576 - 'name'.length - 'String'.length - 'value'.length;
    await send('Jobs', 'x'.repeat(room), { MessageAttributes });
    await expect(send('Jobs', 'x'.repeat(room + 1), { MessageAttributes })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    await send('Jobs', 'é'.repeat(1_048_576 / 2));
    await expect(send('Jobs', `${'é'.repeat(1_048_576 / 2)}x`)).rejects.toThrow(/has 1048577/);
    await call('SendMessageBatch', 'Jobs', { Entries: entries(2, 'x'.repeat(1_048_576 / 2)) });
    expect(sqs.messages('Jobs')).toHaveLength(4);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
  it.each([
    [[], 'EmptyBatchRequest'],
    [entries(11), 'TooManyEntriesInBatchRequest'],
    [[...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
    [[{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    [entries(2, 'x'.repeat(600_000)), 'BatchRequestTooLong'],
    [entries(1, 'x'.repeat(1_048_577)), 'BatchRequestTooLong'],
  ])('refuses a whole batch that breaks a batch rule (%#)', async (Entries, code) => {
    const { call, sqs } = setUp({ queues: [jobs] });
    await expect(call('SendMessageBatch', 'Jobs', { Entries })).rejects.toMatchObject({ code });
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
  it('fails only the refused entries of a batch', async () => {
    const { call, sqs } = setUp({ queues: [jobs] });
    const Entries = [...entries(1), { Id: 'bad', MessageBody: 'x', DelaySeconds: -1 }];
    const answer = await call<BatchAnswer>('SendMessageBatch', 'Jobs', { Entries });
    expect(answer.Successful.map(({ Id }) => Id)).toEqual(['e0']);
    expect(answer.Failed).toMatchObject([
      { Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true },
    ]);
    expect(sqs.messages('Jobs')).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
  it('deletes and shows again in batches, entry by entry', async () => {
    const { kernel, call, receive, sqs } = setUp({ queues: [jobs] });
    await call('SendMessageBatch', 'Jobs', { Entries: entries(3) });
    const [a, b, c] = (await receive('Jobs')).map(({ ReceiptHandle }) => ReceiptHandle);
    const deleted = await call<BatchAnswer>('DeleteMessageBatch', 'Jobs', {
      Entries: [
        { Id: 'a', ReceiptHandle: a },
        { Id: 'no', ReceiptHandle: 'no' },
      ],
    });
    expect(deleted).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'no', Code: 'ReceiptHandleIsInvalid' }],
    });
    await call('ChangeMessageVisibilityBatch', 'Jobs', {
      Entries: [
        { Id: 'b', ReceiptHandle: b, VisibilityTimeout: 0 },
        { Id: 'c', ReceiptHandle: c, VisibilityTimeout: 9 },
      ],
    });
    await kernel.advance(0);
    expect(sqs.depths()).toEqual({ Jobs: { visible: 1, inFlight: 1, delayed: 0 } });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
  it('receives at most what was asked, between one and ten', async () => {
    const { call, receive } = setUp({ queues: [jobs] });
    await call('SendMessageBatch', 'Jobs', { Entries: entries(3) });
    expect(await receive('Jobs', { MaxNumberOfMessages: 2 })).toHaveLength(2);
    await expect(receive('Jobs', { MaxNumberOfMessages: 11 })).rejects.toThrow(/between 1 and 10/);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
  it('describes a queue in text', async () => {
    const redrive = { deadLetterArn: arnOf('Jobs'), maxReceiveCount: 5 };
    const { call } = setUp({ queues: [jobs, queueModel({ name: 'Work', redrive })] });
    await call('SendMessage', 'Work', { MessageBody: 'x' });
    const names = ['ApproximateNumberOfMessages', 'RedrivePolicy', 'VisibilityTimeout'];
    expect(await call('GetQueueAttributes', 'Work', { AttributeNames: names })).toEqual({
      Attributes: {
        ApproximateNumberOfMessages: '1',
        VisibilityTimeout: '30',
        RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('Jobs')}","maxReceiveCount":5}`,
      },
    });
    await expect(
      call('GetQueueAttributes', 'Work', { AttributeNames: ['Size'] }),
    ).rejects.toMatchObject({ code: 'InvalidAttributeName' });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
  it('purges at most once a minute', async () => {
    const { kernel, call, send, sqs } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    await call('PurgeQueue', 'Jobs');
    expect(sqs.messages('Jobs')).toEqual([]);
    await expect(call('PurgeQueue', 'Jobs')).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
    });
    await kernel.advance(60_000);
    await expect(call('PurgeQueue', 'Jobs')).resolves.toEqual({});
  });

  it('meters every request with the messages and bytes it carried', async () => {
    const requests: unknown[][] = [];
    const meter = { sqsRequest: (...request: unknown[]) => void requests.push(request) };
    const { sqs, send, receive, deleteOf } = setUp({ queues: [jobs], meter });
    await send('Jobs', 'four');
    await deleteOf('Jobs', only(await receive('Jobs')));
    sqs.receive(arnOf('Jobs'), 10, 'poller');
    expect(requests).toEqual([
      ['SendMessage', 'Jobs', 4, 1, 'tester'],
      ['ReceiveMessage', 'Jobs', 4, 1, 'tester'],
      ['DeleteMessage', 'Jobs', 0, 1, 'tester'],
    ]);
  });
});
