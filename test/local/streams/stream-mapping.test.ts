import { describe, expect, it } from 'vitest';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import { crash, done, failedAt, minute, read } from './mapping-bench.ts';

const hour = 60 * minute;

describe('a stream mapping', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
  it('hands over records in order, soon after the write, and then rests', async () => {
    const { kernel, mapping, write, batches } = read(() => done);
    write('a', 'b');
    expect(mapping.pending()).toEqual(['stream of Orders to relay']);
    await kernel.advance(250);
    write('c');
    await kernel.advance(250);
    expect(batches()).toEqual(['ab', 'c']);
    expect(mapping.pending()).toEqual([]);
    const never = kernel.drive(new Promise(() => undefined));
    await expect(never).rejects.toThrow(/nothing is left to happen/);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('starts with the oldest record at TRIM_HORIZON, behind the newest at LATEST', async () => {
    const oldest = read(() => done, {}, { before: ['a'] });
    const latest = read(() => done, { startingPosition: 'LATEST' }, { before: ['a'] });
    for (const { kernel, write } of [oldest, latest]) {
      await kernel.advance(250);
      write('b');
      await kernel.advance(250);
    }
    expect(oldest.batches()).toEqual(['a', 'b']);
    expect(latest.batches()).toEqual(['b']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('keeps to the batch size, one batch at a time', async () => {
    const { kernel, write, batches, load } = read(() => done, { batchSize: 2 }, { takesMs: 100 });
    write('a', 'b', 'c', 'd', 'e');
    await kernel.advance(1000);
    expect(batches()).toEqual(['ab', 'cd', 'e']);
    expect(load.most).toBe(1);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it('hands over no more than the 6 MB that an event may have', async () => {
    const { kernel, write, calls } = read(() => done);
    // Each record has its key twice.
    const keys = ['a', 'b', 'c'].map((letter) => letter.repeat(1_500_000));
    write(...keys);
    await kernel.advance(1000);
    expect(calls.map(({ records }) => records.length)).toEqual([2, 1]);
    const event = { Records: calls[0]?.records };
    expect(JSON.stringify(event).length).toBeLessThan(6 * 1024 * 1024);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
  it('waits for the batching window, or for a full batch', async () => {
    const { kernel, write, batches } = read(() => done, { batchSize: 3, batchingWindowMs: 5000 });
    write('a');
    await kernel.advance(4000);
    expect(batches()).toEqual([]);
    write('b');
    await kernel.advance(1250);
    expect(batches()).toEqual(['ab']);
    write('c', 'd', 'e');
    await kernel.advance(250);
    expect(batches()).toEqual(['ab', 'cde']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
  it('works in parallel, but on one key in order', async () => {
    const { kernel, write, calls, load } = read(
      () => done,
      { parallelization: 4, batchSize: 1 },
      { takesMs: 100 },
    );
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    write(...keys, ...keys);
    await kernel.advance(minute);
    expect(load.most).toBe(4);
    for (const key of keys) {
      const own = calls.filter((call) => call.keys[0] === key);
      const numbers = own.map(({ records }) => Number(records[0]?.eventID.slice(1)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(numbers).toHaveLength(2);
    }
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
  it('passes over what no filter matches, taking numbers for the strings they are', async () => {
    const by = (condition: unknown) => [{ dynamodb: { NewImage: { size: { N: [condition] } } } }];
    const asText = read(() => done, { filters: by('5') });
    const asNumber = read(() => done, { filters: by({ numeric: ['=', 5] }) });
    for (const { kernel, write, mapping } of [asText, asNumber]) {
      write('a');
      await kernel.advance(250);
      expect(mapping.pending()).toEqual([]);
    }
    expect(asText.batches()).toEqual(['a']);
    expect(asNumber.batches()).toEqual([]);
  });

  it('reads again later when the store does not answer', async () => {
    // The first two reads fail.
    const { kernel, mapping, batches } = read(() => done, {}, { before: ['a'], failingReads: 2 });
    await kernel.advance(1500);
    expect(mapping.pending()).toHaveLength(1);
    await kernel.advance(1000);
    expect(batches()).toEqual(['a']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
  it('delivers a batch that succeeded once more when its checkpoint is lost', async () => {
    const chaos = { repeat: 1, overtakeMs: 0 };
    const { kernel, write, batches } = read(() => done, {}, { chaos });
    write('a', 'b');
    await kernel.advance(minute);
    expect(batches()).toEqual(['ab', 'ab']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('reads no further while paused', async () => {
    const { kernel, mapping, write, batches } = read(() => done);
    mapping.pause();
    write('a');
    await kernel.advance(minute);
    expect(batches()).toEqual([]);
    mapping.resume();
    await kernel.advance(250);
    expect(batches()).toEqual(['a']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('reads nothing while the template has it disabled, and is not waited for', async () => {
    const { kernel, mapping, write, batches } = read(() => done, { isEnabled: false });
    write('a');
    await kernel.advance(minute);
    expect(batches()).toEqual([]);
    expect(mapping.pending()).toEqual([]);
    mapping.resume();
    await kernel.advance(250);
    expect(batches()).toEqual(['a']);
  });

  it('refuses a destination that would not keep the records', () => {
    const failureDestinationArn = 'arn:aws:sqs:us-east-1:000000000000:Dead';
    expect(() => read(() => done, { failureDestinationArn })).toThrow(/no S3 bucket/);
  });
});

describe('failures of a stream batch', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('are retried with growing waits, and hold up what comes behind', async () => {
    const { kernel, write, calls, batches } = read((_keys, call) => (call < 5 ? crash : done));
    write('a');
    await kernel.advance(500);
    write('b');
    await kernel.advance(minute);
    expect(batches()).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    const gaps = calls.slice(1, 5).map(({ atMs }, i) => atMs - (calls[i]?.atMs ?? 0));
    expect(gaps).toEqual([1000, 2000, 4000, 8000]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
  it('are retried from the lowest failed sequence number', async () => {
    const { kernel, write, batches } = read((_keys, call) =>
      call === 1 ? failedAt('s3', 's2') : done,
    );
    write('a', 'b', 'c', 'd');
    await kernel.advance(minute);
    expect(batches()).toEqual(['abcd', 'bcd']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
  ])('are none when the function answers %s', async (_what, payload) => {
    const { kernel, write, batches } = read(() => ({ kind: 'ok', payload }));
    write('a', 'b');
    await kernel.advance(minute);
    expect(batches()).toEqual(['ab']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
  it.each([
    ['text', 'done'],
    ['an empty identifier', failedAt('')],
    ['a null identifier', failedAt(null)],
    ['an identifier not of the batch', failedAt('s2', 's99')],
    ['a wrong key', { batchItemFailures: [{ sequenceNumber: 's2' }] }],
  ])('are the whole batch when the function answers %s', async (_what, answer) => {
    const bad = typeof answer === 'object' && 'kind' in answer ? answer : undefined;
    const outcome: InvokeOutcome = bad ?? { kind: 'ok', payload: answer };
    const { kernel, write, batches } = read((_keys, call) => (call === 1 ? outcome : done));
    write('a', 'b');
    await kernel.advance(minute);
    expect(batches()).toEqual(['ab', 'ab']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('are found by bisecting, which is no retry', async () => {
    const { kernel, write, batches, parked } = read((keys) => (keys.includes('x') ? crash : done), {
      bisectsOnError: true,
      maxRetries: 0,
    });
    write('a', 'b', 'x', 'd');
    await kernel.advance(minute);
    expect(batches()).toEqual(['abxd', 'ab', 'xd', 'x', 'd']);
    expect(parked()).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
  it('split the batch at the checkpoint when bisecting is on', async () => {
    const { kernel, write, batches, parked } = read(
      (keys) => (keys[0] === 'x' ? crash : keys.includes('x') ? failedAt('s3') : done),
      { bisectsOnError: true, maxRetries: 0 },
    );
    write('a', 'b', 'x', 'd');
    await kernel.advance(minute);
    expect(batches()).toEqual(['abxd', 'xd', 'x', 'd']);
    expect(parked()).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('by throttling are no retries', async () => {
    const { kernel, write, batches, parked } = read(
      (_keys, call) => (call < 6 ? { kind: 'throttled' } : done),
      { maxRetries: 1, bisectsOnError: true },
    );
    write('a', 'b');
    await kernel.advance(2 * minute);
    expect(batches()).toEqual(Array(6).fill('ab'));
    expect(parked()).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('go to S3 with the whole event when the retries are used up, and the stream goes on', async () => {
    const { kernel, mapping, write, batches, calls, parked } = read(
      (keys) => (keys.includes('a') ? crash : done),
      { maxRetries: 2 },
    );
    const writtenAt = kernel.now();
    write('a', 'b');
    await kernel.advance(500);
    write('c');
    await kernel.advance(minute);
    expect(batches()).toEqual(['ab', 'ab', 'ab', 'c']);
    expect(mapping.pending()).toEqual([]);
    const [left] = parked();
    expect(left).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:relay',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      DDBStreamBatchInfo: {
        startSequenceNumber: 's1',
        endSequenceNumber: 's2',
        approximateArrivalOfFirstRecord: new Date(writtenAt).toISOString().replace('.000', ''),
        batchSize: 2,
        streamArn: 'arn:stream',
      },
    });
    expect(JSON.parse(left.payload)).toEqual({ Records: calls[0]?.records });
    expect(left.key).toMatch(
      /^aws\/lambda\/[\da-f-]{36}\/shardId-\d{20}-\d{8}\/2026\/01\/01\/2026-01-01T00\.00\.\d\d-[\da-f-]{36}$/,
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('go to S3 when the records are too old, also those that never ran', async () => {
    const { kernel, write, batches, parked } = read(
      (keys) => (keys.includes('a') ? { kind: 'throttled' } : done),
      { maxRecordAgeMs: 2 * minute },
    );
    write('a');
    await kernel.advance(4 * minute);
    write('b');
    await kernel.advance(minute);
    expect(batches().at(-1)).toBe('b');
    const [left] = parked();
    expect(left.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 0,
    });
    expect(left).not.toHaveProperty('responseContext');
  });

  // Not documented: AWS speaks of records above the age, not of a batch that has both:
  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('discard only the records of a batch that are too old', async () => {
    const { kernel, write, batches, parked } = read((_keys, call) => (call < 3 ? crash : done), {
      maxRecordAgeMs: minute,
      batchSize: 2,
      batchingWindowMs: 59_000,
    });
    write('a');
    await kernel.advance(58_000);
    write('b');
    await kernel.advance(5 * minute);
    expect(batches()).toEqual(['ab', 'ab', 'b']);
    expect(parked()[0].DDBStreamBatchInfo).toMatchObject({ endSequenceNumber: 's1', batchSize: 1 });
  });

  // Not documented: AWS shows a function that failed, not one that reported failed records:
  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('are told in S3 as errors of the function only if the last attempt ended in one', async () => {
    // The function crashes once, and from then on reports the record as failed.
    const { kernel, write, parked } = read((_keys, call) => (call === 1 ? crash : failedAt('s1')), {
      maxRecordAgeMs: minute,
    });
    write('a');
    await kernel.advance(5 * minute);
    expect(parked()[0].responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
  it('block the stream for a day at most: then the records are gone from it, and lost', async () => {
    const { kernel, write, batches, parked } = read((keys) => (keys.includes('a') ? crash : done));
    write('a');
    await kernel.advance(23 * hour);
    write('b');
    expect(batches().at(-1)).toBe('a');
    await kernel.advance(2 * hour);
    expect(batches().at(-1)).toBe('b');
    expect(parked()).toEqual([]);
  });
});

describe('two readers of one stream', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
  it('each get every record, and wait for each other in nothing', async () => {
    const stuck = read(() => crash);
    const other = read(() => done, { logicalId: 'Other' }, { beside: stuck });
    stuck.write('a');
    await stuck.kernel.advance(minute);
    stuck.write('b');
    await stuck.kernel.advance(minute);
    expect(other.batches()).toEqual(['a', 'b']);
    expect(new Set(stuck.batches())).toEqual(new Set(['a']));
  });
});
