import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { Queue } from '../../../local/sqs/queue.ts';
import { QueueJournal } from '../../../local/sqs/queue-journal.ts';
import { arnOf, kind, only, queueModel, setUp } from './queues.ts';

const minute = 60_000;
const day = 86_400_000;
const jobs = queueModel({ name: 'Jobs' });

describe('a standard queue', () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
  it('hides a received message for the visibility timeout and then delivers it again', async () => {
    const { kernel, send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    expect(await receive('Jobs')).toHaveLength(1);
    await kernel.advance(29_999);
    expect(await receive('Jobs')).toHaveLength(0);
    await kernel.advance(1);
    const again = only(await receive('Jobs'));
    expect(again.Attributes).toMatchObject({ ApproximateReceiveCount: '2', SenderId: 'tester' });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
  it('hides it for as long as the receive asks, also not at all', async () => {
    const { kernel, send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    await receive('Jobs', { VisibilityTimeout: 100 });
    await kernel.advance(99_999);
    expect(await receive('Jobs')).toHaveLength(0);
    await kernel.advance(1);
    expect(await receive('Jobs', { VisibilityTimeout: 0 })).toHaveLength(1);
    await kernel.advance(0);
    expect(await receive('Jobs')).toHaveLength(1);
    const tooLong = receive('Jobs', { VisibilityTimeout: 43_201 });
    await expect(tooLong).rejects.toThrow(/between 0 and 43200/);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
  it('tells when a message was sent and first received, whatever delivery this is', async () => {
    const { kernel, send, receive } = setUp({ queues: [jobs] });
    const sentAt = kernel.now();
    await send('Jobs', 'a');
    await kernel.advance(1000);
    await receive('Jobs');
    await kernel.advance(minute);
    expect(only(await receive('Jobs')).Attributes).toMatchObject({
      SentTimestamp: String(sentAt),
      ApproximateFirstReceiveTimestamp: String(sentAt + 1000),
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
  it('delays by the message, or else by the queue', async () => {
    const slow = queueModel({ name: 'Slow', delayMs: 900_000 });
    const { kernel, sqs, send, receive } = setUp({ queues: [slow], consumed: ['Slow'] });
    await send('Slow', 'by the queue');
    await send('Slow', 'by itself', { DelaySeconds: 10 });
    expect(sqs.depths()).toEqual({ Slow: { visible: 0, inFlight: 0, delayed: 2 } });
    expect(sqs.pending()).toEqual([]);
    await kernel.advance(10_000);
    expect(only(await receive('Slow')).Body).toBe('by itself');
    await kernel.advance(890_000);
    expect((await receive('Slow')).map(({ Body }) => Body)).toContain('by the queue');
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
  it('deletes by the latest handle, also when the visibility timeout is over', async () => {
    const { kernel, sqs, send, receive, deleteOf } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    const got = only(await receive('Jobs'));
    await kernel.advance(minute);
    await deleteOf('Jobs', got);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
  it('accepts the handle of a superseded delivery and deletes nothing', async () => {
    const { kernel, sqs, send, receive, deleteOf } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    const first = only(await receive('Jobs'));
    await kernel.advance(minute);
    await receive('Jobs');
    await deleteOf('Jobs', first);
    expect(sqs.messages('Jobs')).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
  it('refuses a handle that no delivery of this queue had', async () => {
    const { call } = setUp({ queues: [jobs] });
    await expect(call('DeleteMessage', 'Jobs', { ReceiptHandle: 'x' })).rejects.toMatchObject({
      code: 'ReceiptHandleIsInvalid',
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
  it('shortens and prolongs the visibility timeout, up to twelve hours in all', async () => {
    const { kernel, call, send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    const { ReceiptHandle } = only(await receive('Jobs'));
    const change = (VisibilityTimeout: number) =>
      call('ChangeMessageVisibility', 'Jobs', { ReceiptHandle, VisibilityTimeout });
    await change(100);
    await kernel.advance(99_000);
    expect(await receive('Jobs')).toHaveLength(0);
    await expect(change(43_200)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await change(0);
    await kernel.advance(0);
    expect(await receive('Jobs')).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
  it('changes the visibility only of what is in flight', async () => {
    const { kernel, call, send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    const { ReceiptHandle } = only(await receive('Jobs'));
    await kernel.advance(minute);
    const change = call('ChangeMessageVisibility', 'Jobs', { ReceiptHandle, VisibilityTimeout: 5 });
    await expect(change).rejects.toMatchObject({ code: 'MessageNotInflight' });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
  it('forgets a message when its retention is over', async () => {
    const { kernel, sqs, send, receive } = setUp({ queues: [jobs] });
    await send('Jobs', 'a');
    await kernel.advance(4 * day);
    expect(sqs.depths().Jobs?.visible).toBe(1);
    await kernel.advance(1);
    expect(await receive('Jobs')).toEqual([]);
    expect(sqs.depths().Jobs?.visible).toBe(0);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
  it('answers a long poll with the first message, or with none when the wait is over', async () => {
    const { kernel, sqs, receive } = setUp({ queues: [jobs] });
    kernel.after(5000, 'a sender', () => sqs.send(arnOf('Jobs'), 'a', 'sender'));
    const start = kernel.now();
    expect(await receive('Jobs', { WaitTimeSeconds: 20 })).toHaveLength(1);
    expect(kernel.now() - start).toBe(5000);
    expect(await receive('Jobs', { WaitTimeSeconds: 20 })).toHaveLength(0);
    expect(kernel.now() - start).toBe(25_000);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
  it('delivers no more than may be in flight: a short poll fails, a long one waits', async () => {
    const kernel = new VirtualKernel(1);
    const queue = new Queue({
      kernel,
      model: jobs,
      chaos: kind,
      journal: new QueueJournal(openJournal(undefined)),
      findQueue: () => undefined,
      maxInFlight: 2,
    });
    const message = { attributes: {}, traceHeader: undefined, senderId: 's', delayMs: undefined };
    queue.send(['a', 'b', 'c'].map((body) => ({ ...message, body })));
    const ask = { max: 10, visibilityMs: 5000 };
    expect(queue.receive(ask)).toHaveLength(2);
    expect(() => queue.receiveWithin(ask, 0)).toThrow(/has 2 messages in flight/);
    const start = kernel.now();
    expect(await kernel.drive(queue.receiveWithin(ask, 20_000))).toHaveLength(1);
    expect(kernel.now() - start).toBe(5000);
  });

  it('counts what is in flight as pending only where something consumes it', async () => {
    const { sqs, send, receive } = setUp({
      queues: [jobs, queueModel({ name: 'Dead' })],
      consumed: ['Jobs'],
    });
    await send('Dead', 'a');
    expect(sqs.pending()).toEqual([]);
    await send('Jobs', 'a');
    await receive('Jobs');
    expect(sqs.pending()).toEqual(['messages in Jobs']);
  });
});

describe('redrive', () => {
  const redrive = { deadLetterArn: arnOf('Dead'), maxReceiveCount: 2 };
  const queues = [
    queueModel({ name: 'Jobs', redrive }),
    queueModel({ name: 'Dead', retentionMs: 5 * day }),
  ];
  const exhaust = async () => {
    const engine = setUp({ queues });
    const sentAt = engine.kernel.now();
    const { MessageId } = await engine.send('Jobs', 'poison');
    for (let i = 0; i < 2; i++) {
      expect(await engine.receive('Jobs')).toHaveLength(1);
      await engine.kernel.advance(30_000);
    }
    return { ...engine, MessageId, sentAt };
  };

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  it('moves a message that was received too often instead of delivering it', async () => {
    const { receive, kinds } = await exhaust();
    expect(await receive('Jobs')).toEqual([]);
    expect(await receive('Dead')).toHaveLength(1);
    expect(kinds).toContain('sqs.redrive');
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
  it('keeps id and sent timestamp, so that retention goes on counting', async () => {
    const { kernel, receive, MessageId, sentAt } = await exhaust();
    await receive('Jobs');
    const dead = only(await receive('Dead'));
    expect(dead.MessageId).toBe(MessageId);
    expect(dead.Attributes).toMatchObject({
      SentTimestamp: String(sentAt),
      DeadLetterQueueSourceArn: arnOf('Jobs'),
    });
    await kernel.advance(5 * day);
    expect(await receive('Dead')).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
  it("by an operator sends anew to the source, with new ids and the receives' count at zero", async () => {
    const { kernel, sqs, receive, MessageId } = await exhaust();
    await receive('Jobs');
    await kernel.advance(1000);
    expect(sqs.redrive(arnOf('Dead'))).toBe(1);
    const back = only(await receive('Jobs'));
    expect(back.MessageId).not.toBe(MessageId);
    expect(back.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(kernel.now()),
    });
  });

  it('refuses a policy whose queue does not exist, and FIFO queues', () => {
    const [broken] = queues;
    expect(() => setUp({ queues: broken ? [broken] : [] })).toThrow(/Dead, which is no queue/);
    expect(() => setUp({ queues: [queueModel({ name: 'Jobs.fifo' })] })).toThrow(/FIFO/);
  });
});

describe('at-least-once delivery', () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
  it('delivers a deleted message once more, at most once', async () => {
    // Every delete is forgotten once.
    const engine = setUp({ queues: [jobs], chaos: { repeat: 1, overtakeMs: 0 } });
    const { MessageId } = await engine.send('Jobs', 'a');
    await engine.deleteOf('Jobs', only(await engine.receive('Jobs')));
    expect(await engine.receive('Jobs')).toEqual([]);
    await engine.kernel.advance(30_000);
    const again = only(await engine.receive('Jobs'));
    expect(again.MessageId).toBe(MessageId);
    await engine.deleteOf('Jobs', again);
    expect(engine.sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
  it('lets messages overtake each other, and loses none', async () => {
    // Every delivery may fall behind by up to ten seconds.
    const engine = setUp({ queues: [jobs], chaos: { repeat: 0, overtakeMs: 10_000 } });
    const sent = ['1', '2', '3', '4', '5', '6', '7', '8'];
    for (const body of sent) await engine.send('Jobs', body);
    await engine.kernel.advance(10_000);
    const got = (await engine.receive('Jobs')).map(({ Body }) => Body);
    expect(got).not.toEqual(sent);
    expect([...got].sort()).toEqual(sent);
  });

  it('repeats itself exactly under the same seed', async () => {
    const run = async (seed: number) => {
      const engine = setUp({ queues: [jobs], chaos: { repeat: 0.5, overtakeMs: 100 }, seed });
      for (const body of ['1', '2', '3']) await engine.send('Jobs', body);
      await engine.kernel.advance(200);
      for (const got of await engine.receive('Jobs')) await engine.deleteOf('Jobs', got);
      await engine.kernel.advance(minute);
      return engine.kernel.log.digest();
    };
    expect(await run(7)).toBe(await run(7));
  });
});
