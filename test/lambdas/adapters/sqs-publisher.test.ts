import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sqsPublisher } from '../../../lambdas/adapters/sqs-publisher.ts';
import { sqsReminders } from '../../../lambdas/adapters/sqs-reminders.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { type CloudEvent, parseCloudEvent } from '../../../lambdas/contract/order-events.ts';
import { newEvents } from '../../../lambdas/shell/relay-outbox.ts';
import { placedOrder, sampleOrderId } from '../../support/sample-orders.ts';

const sqs = mockClient(SQSClient);
const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/saga';
const publisher = sqsPublisher(new SQSClient({}));

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue();
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

const events = (count: number, change: (event: CloudEvent) => CloudEvent = (event) => event) =>
  Array.from({ length: count }, (_, index) =>
    newEvents({ sequenceNumber: '1', after: placedOrder(sampleOrderId(`${index}`)) }),
  )
    .flat()
    .map(change);

const requests = () =>
  sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);
const entries = () => requests().flatMap(({ Entries = [] }) => Entries);
const named = (name: string) => Object.assign(new Error(name), { name });

describe('the publisher', () => {
  it('answers the position of the first entry that failed, whatever order they are told in', async () => {
    const failed = { Code: 'InternalError', SenderFault: false };
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({})
      .resolves({
        Failed: [
          { Id: '7', ...failed },
          { Id: '3', ...failed },
        ],
      });
    expect(await publisher.publish(queue, events(30))).toBe(13);
    expect(requests()).toHaveLength(2);
    const told = [7, 3].map((position) => `["${position}","InternalError"]`);
    expect(console.warn).toHaveBeenCalledWith(`{"queue":"${queue}","failed":[${told}]}`);
  });

  it('answers the first position of a request whose outcome is unknown, and sends no further one', async () => {
    sqs.on(SendMessageBatchCommand).resolvesOnce({}).rejects(named('TimeoutError'));
    expect(await publisher.publish(queue, events(30))).toBe(10);
    expect(requests()).toHaveLength(2);
    const told = 'send events: TimeoutError';
    expect(console.warn).toHaveBeenCalledWith(`{"queue":"${queue}","notSent":"${told}"}`);
  });

  it('sends at most ten entries in one request, in order', async () => {
    const all = events(23);
    expect(await publisher.publish(queue, all)).toBeUndefined();
    expect(requests().map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
    expect(entries().map(({ MessageBody }) => parseCloudEvent(MessageBody ?? ''))).toEqual(all);
  });

  it('counts bodies and attributes against the 1 MiB of a request, to the byte', async () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
    const [small] = events(1, (event) => ({ ...event, data: { ...event.data, customer: '' } }));
    const attribute = 'contentType' + 'String' + 'application/cloudevents+json';
    const overhead = JSON.stringify(small).length + attribute.length;
    const filling = (bytes: number) =>
      events(2, (event) => ({ ...event, data: { ...event.data, customer: 'x'.repeat(bytes) } }));
    const half = 512 * 1024 - overhead;
    await publisher.publish(queue, filling(half));
    expect(requests().map(({ Entries }) => Entries?.length)).toEqual([2]);
    sqs.resetHistory();
    await publisher.publish(queue, filling(half + 1));
    expect(requests().map(({ Entries }) => Entries?.length)).toEqual([1, 1]);
  });

  it('sends at most 1 MiB in one request, whatever the alphabet', async () => {
    const wide = '€'.repeat(60_000);
    const large = events(10, (event) => ({ ...event, data: { ...event.data, customer: wide } }));
    expect(await publisher.publish(queue, large)).toBeUndefined();
    expect(requests().map(({ Entries }) => Entries?.length)).toEqual([5, 5]);
  });

  it('names the content type in an attribute', async () => {
    await publisher.publish(queue, events(1));
    expect(requests()[0]?.QueueUrl).toBe(queue);
    expect(entries()[0]?.MessageAttributes).toEqual({
      contentType: { DataType: 'String', StringValue: 'application/cloudevents+json' },
    });
  });

  it('escapes what JSON allows and SQS refuses', async () => {
    const customer = 'a\ufffe\uffffb';
    await publisher.publish(
      queue,
      events(1, (event) => ({ ...event, data: { ...event.data, customer } })),
    );
    const body = entries()[0]?.MessageBody ?? '';
    expect(body).not.toMatch(/[\ufffe\uffff]/);
    expect(parseCloudEvent(body).data.customer).toBe(customer);
  });
});

describe('a reminder', () => {
  const reminders = sqsReminders(new SQSClient({}), queue);
  const id = sampleOrderId();

  it('tells a fault that a retry can cure from one that it cannot', async () => {
    sqs.on(SendMessageCommand).rejects(named('ThrottlingException'));
    await expect(reminders.remind(id, 1)).rejects.toThrow(TransientFault);
    sqs.on(SendMessageCommand).rejects(named('QueueDoesNotExist'));
    await expect(reminders.remind(id, 1)).rejects.toThrow(PermanentFault);
  });

  it('is a delayed message with the order’s id', async () => {
    sqs.on(SendMessageCommand).resolves({});
    await reminders.remind(id, 120);
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
      QueueUrl: queue,
      MessageBody: JSON.stringify({ orderId: id }),
      DelaySeconds: 120,
    });
  });
});
