/** A second bench on the first one's table and journal: the first was killed, nothing of it was closed. */
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { Checkpoint, dropAbandoned } from '../../../local/streams/checkpoint.ts';
import { crash, done, failedAt, minute, read } from './mapping-bench.ts';

describe('a stream mapping after a kill', () => {
  it('goes on behind what was finished', async () => {
    const first = read(() => done);
    first.write('a', 'b');
    await first.kernel.advance(minute);
    const second = read(() => done, {}, { after: first });
    second.write('c');
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual(['c']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
  it('hands over again what the function had not finished', async () => {
    // The second batch is never answered.
    const first = read((_keys, call) => (call === 1 ? done : undefined), { batchSize: 2 });
    first.write('a', 'b', 'c', 'd', 'e');
    await first.kernel.advance(minute);
    const second = read(() => done, {}, { after: first });
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual(['cde']);
  });

  it('goes on at the record that failed, not before it', async () => {
    // The function reports the second record, and then hangs.
    const first = read((_keys, call) => (call === 1 ? failedAt('s2') : undefined));
    first.write('a', 'b', 'c');
    await first.kernel.advance(minute);
    const second = read(() => done, {}, { after: first });
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual(['bc']);
  });

  it('has read what no filter matched', async () => {
    const filters = [{ dynamodb: { Keys: { id: { S: ['a'] } } } }];
    const first = read(() => done, { filters });
    first.write('x', 'a', 'x');
    await first.kernel.advance(minute);
    const second = read(() => done, {}, { after: first });
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual([]);
  });

  it('loses nothing of any lane, however far the others had got', async () => {
    // One key's batch is never answered; every other is.
    const first = read((keys) => (keys.includes('k0') ? undefined : done), {
      parallelization: 4,
      batchSize: 1,
    });
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    first.write(...keys);
    await first.kernel.advance(minute);
    const second = read(() => done, { parallelization: 4, batchSize: 1 }, { after: first });
    await second.kernel.advance(minute);
    const seen = new Set([...first.batches(), ...second.batches()]);
    expect([...seen].sort()).toEqual([...keys].sort());
    expect(second.batches()).toContain('k0');
  });

  it('reads at LATEST what was written while it was away', async () => {
    const first = read(() => done, { startingPosition: 'LATEST' });
    await first.kernel.advance(minute);
    first.write('a');
    const second = read(() => done, { startingPosition: 'LATEST' }, { after: first });
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual(['a']);
  });

  it('leaves behind it what it gave up, and the record of that', async () => {
    const first = read(() => crash, { maxRetries: 0 });
    first.write('a');
    await first.kernel.advance(minute);
    const second = read(() => done, {}, { after: first });
    await second.kernel.advance(minute);
    expect(second.batches()).toEqual([]);
    expect(second.parked()).toMatchObject([{ DDBStreamBatchInfo: { startSequenceNumber: 's1' } }]);
  });
});

describe('a mapping that the template does not have any more', () => {
  const owner = { logicalId: 'Old', tableName: 'Orders' };

  function journalUpTo(position: string) {
    const { database } = openJournal(undefined);
    const checkpoint = new Checkpoint(database, owner);
    checkpoint.noteRead(position, false);
    checkpoint.save();
    return database;
  }

  it('is forgotten once it has read its stream to the end', async () => {
    const database = journalUpTo('7');
    await dropAbandoned(database, [], async (_table, position) => position === '7');
    expect(new Checkpoint(database, owner).isKept).toBe(false);
  });

  it('keeps the engine from starting while it would lose records', async () => {
    const database = journalUpTo('7');
    const lost = dropAbandoned(database, [], async () => false);
    await expect(lost).rejects.toThrow(/mapping Old is not in the template .* stream of Orders/);
    await dropAbandoned(database, [owner], async () => false);
    expect(new Checkpoint(database, owner).lastRead).toBe('7');
  });
});

describe('objects of a bucket', () => {
  const bucket = { logicalId: 'B', name: 'parked', arn: 'arn:aws:s3:::parked' };

  it('are there after a kill, with the time they were stored', () => {
    const journal = openJournal(undefined);
    const kernel = new VirtualKernel(1);
    createS3({ kernel, journal, buckets: [bucket] }).put(bucket.arn, 'k', 'body');
    const again = createS3({ kernel: new VirtualKernel(2, 1), journal, buckets: [bucket] });
    const kept = { key: 'k', body: 'body', storedAtMs: kernel.now() };
    expect(again.objects('parked')).toEqual([kept]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
  it('keep their bucket from being left out of the template', () => {
    const journal = openJournal(undefined);
    const kernel = new VirtualKernel(1);
    createS3({ kernel, journal, buckets: [bucket] }).put(bucket.arn, 'k', 'body');
    const without = () => createS3({ kernel, journal, buckets: [] });
    expect(without).toThrow('bucket parked is not in the template any more, and has 1 objects');
  });
});
