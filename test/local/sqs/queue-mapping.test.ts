import { describe, expect, it } from 'vitest';
import { crash, done, poll } from './polled.ts';
import { arnOf } from './queues.ts';

const minute = 60_000;

describe('a queue mapping', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
  it('hands over what is there as one batch and deletes it on success', async () => {
    const { kernel, sqs, mapping, sendAll, bodies } = poll(() => done);
    sendAll('a', 'b', 'c');
    await kernel.advance(50);
    expect(bodies()).toEqual([['a', 'b', 'c']]);
    expect(sqs.messages('Jobs')).toEqual([]);
    expect([...mapping.pending(), ...sqs.pending()]).toEqual([]);
  });

  it('rests when there is nothing to do', async () => {
    const { kernel, sendAll } = poll(() => done);
    sendAll('a');
    await kernel.advance(minute);
    const never = kernel.drive(new Promise(() => undefined));
    await expect(never).rejects.toThrow(/nothing is left to happen/);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
  it('hands over records in the shape of AWS', async () => {
    const { kernel, calls, call } = poll(() => done);
    const sentAt = kernel.now();
    await call('SendMessage', 'Jobs', {
      MessageBody: 'hello',
      MessageAttributes: { n: { DataType: 'Number', StringValue: '5' } },
    });
    await kernel.advance(50);
    expect(calls[0]).toEqual([
      {
        messageId: expect.stringMatching(/^[\da-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(sentAt),
          SenderId: 'tester',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          n: { stringValue: '5', stringListValues: [], binaryListValues: [], dataType: 'Number' },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[\da-f]{32}$/),
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf('Jobs'),
        awsRegion: 'us-east-1',
      },
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  it('keeps to the batch size and begins with five batches at once', async () => {
    const { kernel, sendAll, calls, load } = poll(() => done, { batchSize: 1 }, { takesMs: 1000 });
    sendAll('1', '2', '3', '4', '5', '6', '7');
    await kernel.advance(10_000);
    expect(calls).toHaveLength(7);
    expect(load.most).toBe(5);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  it('keeps to MaximumConcurrency, leaving the rest visible', async () => {
    const { kernel, sqs, sendAll, load } = poll(
      () => done,
      { batchSize: 1, maxConcurrency: 2 },
      { takesMs: 1000 },
    );
    sendAll('1', '2', '3', '4', '5');
    await kernel.advance(500);
    expect(sqs.depths().Jobs).toEqual({ visible: 3, inFlight: 2, delayed: 0 });
    await kernel.advance(5000);
    expect(load.most).toBe(2);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
  it('waits for the batching window, or for a full batch', async () => {
    const { kernel, sendAll, bodies } = poll(() => done, {
      batchSize: 3,
      batchingWindowMs: 20_000,
    });
    sendAll('a');
    await kernel.advance(10_000);
    sendAll('b');
    await kernel.advance(9_000);
    expect(bodies()).toEqual([]);
    await kernel.advance(1_050);
    expect(bodies()).toEqual([['a', 'b']]);
    sendAll('c', 'd', 'e');
    await kernel.advance(50);
    expect(bodies()[1]).toEqual(['c', 'd', 'e']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
  it('keeps a batch within the 6 MB of a payload', async () => {
    const { kernel, sendAll, bodies } = poll(() => done);
    sendAll(...Array.from({ length: 8 }, () => 'x'.repeat(1_000_000)));
    await kernel.advance(200);
    expect(bodies().map((batch) => batch.length)).toEqual([6, 2]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
  it('deletes what no filter matches, without invoking', async () => {
    const { kernel, sqs, sendAll, bodies } = poll(() => done, {
      filters: [{ body: { type: ['OrderPlaced'] } }],
    });
    sendAll('{"type":"OrderPlaced"}', '{"type":"Other"}', 'no JSON');
    await kernel.advance(50);
    expect(bodies()).toEqual([['{"type":"OrderPlaced"}']]);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  it('stops taking batches while paused', async () => {
    const { kernel, mapping, sendAll, calls } = poll(() => done);
    mapping.pause();
    sendAll('a');
    await kernel.advance(minute);
    expect(calls).toHaveLength(0);
    mapping.resume();
    await kernel.advance(50);
    expect(calls).toHaveLength(1);
  });
});

describe('failures of a queue batch', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it('come back alone after the visibility timeout', async () => {
    // The function reports the message with body b, the first time.
    const { kernel, sendAll, bodies } = poll((records, call) => {
      const failed = records.filter(({ body }) => body === 'b' && call === 1);
      const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
      return { kind: 'ok', payload: { batchItemFailures } };
    });
    sendAll('a', 'b', 'c');
    await kernel.advance(29_000);
    expect(bodies()).toEqual([['a', 'b', 'c']]);
    await kernel.advance(2_000);
    expect(bodies()).toEqual([['a', 'b', 'c'], ['b']]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
  ])('are none when the function answers %s', async (_what, payload) => {
    const { kernel, sqs, sendAll } = poll(() => ({ kind: 'ok', payload }));
    sendAll('a', 'b');
    await kernel.advance(50);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it.each([
    ['text', 'done'],
    ['a list', []],
    ['a list that is none', { batchItemFailures: 'a' }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a wrong key', { batchItemFailures: [{ messageId: 'a' }] }],
    ['an identifier not of the batch', { batchItemFailures: [{ itemIdentifier: 'x' }] }],
  ])('are the whole batch when the function answers %s', async (_what, payload) => {
    const { kernel, sqs, sendAll } = poll(() => ({ kind: 'ok', payload }));
    sendAll('a', 'b');
    await kernel.advance(50);
    expect(sqs.depths().Jobs).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it('are not looked at without ReportBatchItemFailures', async () => {
    const payload = { batchItemFailures: [{ itemIdentifier: '' }] };
    const { kernel, sqs, sendAll } = poll(() => ({ kind: 'ok', payload }), {
      reportsBatchItemFailures: false,
    });
    sendAll('a');
    await kernel.advance(50);
    expect(sqs.messages('Jobs')).toEqual([]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  it('end in the dead-letter queue when the function always fails', async () => {
    const { kernel, sqs, sendAll, calls } = poll(() => crash);
    sendAll('poison');
    await kernel.advance(5 * minute);
    expect(calls).toHaveLength(3);
    expect(sqs.messages('Dead')).toHaveLength(1);
    expect(sqs.pending()).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it('by throttling are tried again within the visibility timeout, as the same delivery', async () => {
    const { kernel, sendAll, calls } = poll((_records, call) =>
      call < 4 ? { kind: 'throttled' } : done,
    );
    sendAll('a');
    await kernel.advance(2_000);
    expect(calls.map(([record]) => record?.attributes)).toEqual(
      Array(4).fill(calls[0]?.[0]?.attributes),
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it('by lasting throttling count as receives and reach the dead-letter queue', async () => {
    const { kernel, sqs, sendAll } = poll(() => ({ kind: 'throttled' }));
    sendAll('healthy');
    await kernel.advance(5 * minute);
    expect(sqs.messages('Dead')).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
  it('are not the only reason for a second delivery', async () => {
    // Every delete is forgotten once.
    const { kernel, sendAll, bodies } = poll(
      () => done,
      {},
      { chaos: { repeat: 1, overtakeMs: 0 } },
    );
    sendAll('a');
    await kernel.advance(minute);
    expect(bodies()).toEqual([['a'], ['a']]);
  });
});

describe('a queue that cannot be written to', () => {
  it('is polled again, and what was not deleted is delivered again', async () => {
    // The disk is full at first, and a second time when the batch is to be deleted.
    const { kernel, journal, sqs, sendAll, bodies, defects } = poll(
      () => done,
      {},
      { takesMs: 2000 },
    );
    const fill = (isFull: boolean) => journal.database.exec(`PRAGMA query_only = ${isFull}`);
    sendAll('a');
    fill(true);
    await kernel.advance(2500);
    expect(bodies()).toEqual([]);
    expect(defects.length).toBeGreaterThan(1);
    fill(false);
    await kernel.advance(1100);
    expect(bodies()).toEqual([['a']]);
    fill(true);
    await kernel.advance(2000);
    expect(sqs.depths().Jobs).toMatchObject({ inFlight: 1 });
    fill(false);
    await kernel.advance(minute);
    expect(bodies()).toEqual([['a'], ['a']]);
    expect(sqs.messages('Jobs')).toEqual([]);
    expect(String(defects.at(-1))).toContain('readonly');
  });
});
