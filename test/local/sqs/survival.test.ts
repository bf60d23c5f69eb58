import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/gateway/service.ts';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { arnOf, only, queueModel, type SetupOptions, setUp } from './queues.ts';

const minute = 60_000;
const jobs = queueModel({ name: 'Jobs' });

/** The engine is killed: what it had in memory is gone, and a new one starts on its journal. */
async function restart(
  dead: ReturnType<typeof setUp>,
  options: SetupOptions,
  { downMs = 1000 }: { downMs?: number } = {},
) {
  const kernel = new VirtualKernel(2);
  await kernel.advance(dead.kernel.now() - kernel.now() + downMs);
  return setUp({ ...options, kernel, journal: dead.journal });
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
describe('messages after a kill', () => {
  it('are there with all that they were sent with, in their order', async () => {
    const first = setUp({ queues: [jobs] });
    const sentAt = first.kernel.now();
    const { MessageId } = await first.send('Jobs', 'hello', {
      MessageAttributes: { n: { DataType: 'Number', StringValue: '5' } },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } },
    });
    await first.send('Jobs', 'second');
    const { receive } = await restart(first, { queues: [jobs] });
    const [hello, second] = await receive('Jobs', { MessageAttributeNames: ['All'] });
    expect(hello).toMatchObject({
      MessageId,
      Body: 'hello',
      MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
      MessageAttributes: { n: { DataType: 'Number', StringValue: '5' } },
      Attributes: {
        SentTimestamp: String(sentAt),
        SenderId: 'tester',
        AWSTraceHeader: 'Root=1',
        ApproximateReceiveCount: '1',
      },
    });
    expect(second?.Body).toBe('second');
  });

  it('that were deleted stay deleted', async () => {
    const first = setUp({ queues: [jobs] });
    await first.send('Jobs', 'a');
    await first.deleteOf('Jobs', only(await first.receive('Jobs')));
    await first.send('Jobs', 'b');
    await first.call('PurgeQueue', 'Jobs');
    const { sqs } = await restart(first, { queues: [jobs] });
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  it('in flight are visible at once, and the receive stays counted', async () => {
    const first = setUp({ queues: [jobs] });
    await first.send('Jobs', 'a');
    const received = only(await first.receive('Jobs'));
    const { receive, deleteOf, sqs } = await restart(first, { queues: [jobs] });
    const again = only(await receive('Jobs'));
    expect(again.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(again.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      received.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    await deleteOf('Jobs', received);
    expect(sqs.messages('Jobs')).toHaveLength(1);
    await deleteOf('Jobs', again);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  it('come no nearer to the dead letters by kills, but do by failures before them', async () => {
    // Killed five times in the middle of a delivery, of which two are allowed.
    const redrive = { deadLetterArn: arnOf('Dead'), maxReceiveCount: 2 };
    const queues = [queueModel({ name: 'Jobs', redrive }), queueModel({ name: 'Dead' })];
    let engine = setUp({ queues });
    await engine.send('Jobs', 'a');
    for (let kill = 0; kill < 5; kill++) {
      expect(await engine.receive('Jobs')).toHaveLength(1);
      // The visibility timeout may end while the engine is down.
      engine = await restart(engine, { queues }, { downMs: kill * minute });
    }
    await engine.receive('Jobs');
    await engine.kernel.advance(minute);
    engine = await restart(engine, { queues });
    await engine.receive('Jobs');
    await engine.kernel.advance(minute);
    engine = await restart(engine, { queues });
    expect(await engine.receive('Jobs')).toEqual([]);
    expect(only(await engine.receive('Dead')).Attributes).toMatchObject({
      DeadLetterQueueSourceArn: arnOf('Jobs'),
      ApproximateReceiveCount: '8',
    });
  });

  it('that were delayed show themselves when they would have', async () => {
    const first = setUp({ queues: [jobs] });
    await first.send('Jobs', 'soon', { DelaySeconds: 30 });
    await first.send('Jobs', 'later', { DelaySeconds: 900 });
    const { kernel, receive, sqs } = await restart(first, { queues: [jobs] }, { downMs: minute });
    expect(only(await receive('Jobs')).Body).toBe('soon');
    expect(sqs.depths().Jobs).toMatchObject({ delayed: 1 });
    await kernel.advance(14 * minute);
    expect((await receive('Jobs')).map(({ Body }) => Body)).toContain('later');
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
  it('wait no longer than the longest delay, even when the clock has gone back', async () => {
    const first = setUp({ queues: [jobs] });
    await first.kernel.advance(60 * minute);
    await first.send('Jobs', 'later', { DelaySeconds: 900 });
    const clock = { downMs: -60 * minute };
    const { kernel, receive } = await restart(first, { queues: [jobs] }, clock);
    await kernel.advance(15 * minute);
    expect(await receive('Jobs')).toHaveLength(1);
  });

  it('that grew too old while the engine was down begin their time anew', async () => {
    const short = queueModel({ name: 'Jobs', retentionMs: minute });
    const first = setUp({ queues: [short] });
    await first.send('Jobs', 'a');
    const { kernel, sqs } = await restart(first, { queues: [short] }, { downMs: 2 * minute });
    expect(sqs.messages('Jobs')).toHaveLength(1);
    await kernel.advance(minute + 1);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  it('that are dead letters stay where they are, and can be sent back', async () => {
    const redrive = { deadLetterArn: arnOf('Dead'), maxReceiveCount: 1 };
    const queues = [queueModel({ name: 'Jobs', redrive }), queueModel({ name: 'Dead' })];
    const first = setUp({ queues });
    await first.send('Jobs', 'poison');
    await first.receive('Jobs');
    await first.kernel.advance(minute);
    await first.receive('Jobs');
    const { sqs } = await restart(first, { queues });
    expect(sqs.messages('Dead')).toHaveLength(1);
    sqs.redrive(arnOf('Dead'));
    const third = await restart(first, { queues });
    expect(third.sqs.messages('Dead')).toEqual([]);
    expect(only(await third.receive('Jobs')).Body).toBe('poison');
  });

  it('keep the engine from starting when their queue has left the template', async () => {
    const first = setUp({ queues: [jobs, queueModel({ name: 'Old' })] });
    await first.send('Old', 'a');
    await expect(restart(first, { queues: [jobs] })).rejects.toThrow(
      /no longer has the queue Old, of which the data folder still holds 1 messages/,
    );
    await first.deleteOf('Old', only(await first.receive('Old')));
    const { sqs } = await restart(first, { queues: [jobs] });
    expect(sqs.depths()).toEqual({ Jobs: { visible: 0, inFlight: 0, delayed: 0 } });
  });
});

describe('queues after a kill', () => {
  it('that a client created are there with their settings and messages', async () => {
    const first = setUp({ queues: [jobs] });
    const createdAt = String(Math.floor(first.kernel.now() / 1000));
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: arnOf('Jobs'),
      maxReceiveCount: '4',
    });
    await first.call('CreateQueue', 'Mine', {
      QueueName: 'Mine',
      Attributes: { VisibilityTimeout: '7', RedrivePolicy },
    });
    await first.kernel.advance(minute);
    await first.call('SetQueueAttributes', 'Mine', { Attributes: { DelaySeconds: '3' } });
    await first.send('Mine', 'a');
    const second = await restart(first, { queues: [jobs] }, { downMs: minute });
    expect(await second.call('GetQueueAttributes', 'Mine', { AttributeNames: ['All'] })).toEqual({
      Attributes: expect.objectContaining({
        VisibilityTimeout: '7',
        DelaySeconds: '3',
        RedrivePolicy: `{"deadLetterTargetArn":"${arnOf('Jobs')}","maxReceiveCount":4}`,
        CreatedTimestamp: createdAt,
        LastModifiedTimestamp: String(Number(createdAt) + 60),
      }),
    });
    expect(only(await second.receive('Mine')).Body).toBe('a');
  });

  it('that a client deleted stay deleted, with their messages', async () => {
    const first = setUp({ queues: [jobs] });
    await first.call('CreateQueue', 'Mine', { QueueName: 'Mine' });
    await first.send('Mine', 'a');
    await first.call('DeleteQueue', 'Mine');
    const second = await restart(first, { queues: [jobs] }, { downMs: minute });
    await expect(second.send('Mine', 'b')).rejects.toMatchObject({ code: 'QueueDoesNotExist' });
    await second.call('CreateQueue', 'Mine', { QueueName: 'Mine' });
    expect(second.sqs.messages('Mine')).toEqual([]);
  });

  it('keep settings of the template as the template has them now', async () => {
    const first = setUp({ queues: [jobs] });
    await first.send('Jobs', 'a');
    const changed = queueModel({ name: 'Jobs', visibilityTimeoutMs: 5000 });
    const { kernel, receive } = await restart(first, { queues: [changed] });
    expect(await receive('Jobs')).toHaveLength(1);
    await kernel.advance(5000);
    expect(await receive('Jobs')).toHaveLength(1);
  });
});

describe('a journal that cannot be written', () => {
  /** From now on every write fails, as on a full disk. */
  function setUpFull() {
    const journal = openJournal(undefined);
    const engine = setUp({ queues: [jobs], journal });
    const fill = () => journal.database.exec('PRAGMA query_only = ON');
    const free = () => journal.database.exec('PRAGMA query_only = OFF');
    return { ...engine, fill, free };
  }

  it('lets no message be acknowledged that is not kept', async () => {
    const journal = openJournal(undefined);
    const { call, sqs } = setUp({ queues: [jobs], journal });
    const pages = Number(journal.database.prepare('PRAGMA page_count').get()?.page_count);
    journal.database.exec(`PRAGMA max_page_count = ${pages + 20}`);
    const Entries = Array.from({ length: 10 }, (_, i) => ({
      Id: `e${i}`,
      MessageBody: 'x'.repeat(20_000),
    }));
    const send = call('SendMessageBatch', 'Jobs', { Entries });
    await expect(send).rejects.toThrow(/database or disk is full/);
    await expect(send).rejects.not.toBeInstanceOf(AwsError);
    expect(sqs.messages('Jobs')).toEqual([]);
    expect(await call('SendMessage', 'Jobs', { MessageBody: 'small' })).toHaveProperty('MessageId');
  });

  it('delivers nothing, deletes nothing and moves no message towards the dead letters', async () => {
    const { kernel, send, receive, deleteOf, sqs, fill, free } = setUpFull();
    await send('Jobs', 'a');
    const received = only(await receive('Jobs'));
    fill();
    await expect(deleteOf('Jobs', received)).rejects.toThrow(/readonly/);
    await kernel.advance(minute);
    for (let tries = 0; tries < 3; tries++)
      await expect(receive('Jobs')).rejects.toThrow(/readonly/);
    free();
    expect(sqs.messages('Jobs')).toMatchObject([{ receiveCount: 1, receivesHere: 1 }]);
    expect(await receive('Jobs')).toHaveLength(1);
  });

  it('ends a long poll with the error, and the engine goes on', async () => {
    const { kernel, send, sqs, fill, free } = setUpFull();
    await send('Jobs', 'a', { DelaySeconds: 5 });
    const caller = { name: 'tester', roleArn: undefined };
    const poll = sqs.call('ReceiveMessage', { QueueUrl: jobs.url, WaitTimeSeconds: 20 }, caller);
    const ended = expect(poll).rejects.toThrow(/readonly/);
    fill();
    await kernel.advance(5000);
    await ended;
    free();
    expect(sqs.depths().Jobs).toMatchObject({ visible: 1 });
  });
});
