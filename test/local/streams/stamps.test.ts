import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { Checkpoint } from '../../../local/streams/checkpoint.ts';
import { renewUnfinished } from '../../../local/streams/off-time.ts';
import { Stamps } from '../../../local/streams/stamps.ts';
import { StreamTrim } from '../../../local/streams/stream-trim.ts';

const hour = 3_600_000;

function stampsOf(kernel = new VirtualKernel(1), journal = openJournal(undefined)) {
  return { kernel, journal, stamps: new Stamps(kernel, journal.database, 'Orders') };
}

describe('the time of a stream record', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
  it('is the second in which it had been written', async () => {
    const { kernel, stamps } = stampsOf();
    const startSecond = kernel.now() / 1000;
    stamps.note('2');
    await kernel.advance(5000);
    stamps.note('3');
    stamps.note('4');
    const seconds = ['1', '2', '3', '4'].map((sequence) => stamps.secondsOf(sequence));
    expect(seconds).toEqual([0, 0, 5, 5].map((after) => startSecond + after));
  });

  it('is the same after a kill', async () => {
    const { kernel, journal, stamps } = stampsOf();
    stamps.note('2');
    const later = stampsOf(new VirtualKernel(1, kernel.now() + hour), journal);
    later.stamps.note('3');
    expect(later.stamps.secondsOf('2')).toBe(stamps.secondsOf('2'));
    expect(later.stamps.secondsOf('3')).toBe(later.kernel.now() / 1000);
  });

  it('never goes back, even when the clock does', () => {
    const { kernel, journal, stamps } = stampsOf();
    stamps.note('2');
    const earlier = stampsOf(new VirtualKernel(1, kernel.now() - hour), journal);
    earlier.stamps.note('3');
    expect(earlier.stamps.secondsOf('3')).toBe(stamps.secondsOf('2'));
  });

  it('tells sequence numbers apart that are too long for a number', async () => {
    const { kernel, stamps } = stampsOf();
    stamps.note('4421584500000000017450439091');
    await kernel.advance(5000);
    stamps.note('4421584500000000017450439092');
    const [first, second] = ['1', '2'].map((digit) =>
      stamps.secondsOf(`442158450000000001745043909${digit}`),
    );
    expect(Number(second) - Number(first)).toBe(5);
  });

  it('is a start of the engine for what was unfinished then, and stays what it was for the rest', async () => {
    const { kernel, journal, stamps } = stampsOf();
    const mapping = { logicalId: 'Relay', tableName: 'Orders', isEnabled: true };
    const checkpoint = new Checkpoint(journal.database, mapping);
    checkpoint.noteRead('1', false);
    checkpoint.save();
    stamps.note('1');
    await kernel.advance(1000);
    stamps.note('2');
    const monday = new VirtualKernel(1, kernel.now() + 60 * hour);
    renewUnfinished(monday, journal.database, [mapping]);
    const again = stampsOf(monday, journal).stamps;
    expect(again.horizon()).toBe('1');
    expect(again.secondsOf('1')).toBe(stamps.secondsOf('1'));
    expect(again.secondsOf('2')).toBe(monday.now() / 1000);
  });

  it('stays what it was for what a disabled mapping had not read', () => {
    const { kernel, journal, stamps } = stampsOf();
    stamps.note('1');
    const monday = new VirtualKernel(1, kernel.now() + 60 * hour);
    const mapping = { logicalId: 'Relay', tableName: 'Orders', isEnabled: false };
    renewUnfinished(monday, journal.database, [mapping]);
    expect(stampsOf(monday, journal).stamps.horizon()).toBe('1');
  });

  it('refuses a store that has lost what was read of it', () => {
    const { kernel, journal, stamps } = stampsOf();
    stamps.meet('7');
    expect(() => stampsOf(kernel, journal).stamps.meet('3')).toThrow(
      'the stream of Orders ends at 3, but has been read up to 7: the files of the data folder',
    );
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
describe('the trimming of a stream', () => {
  function trimmed(recordCount = 3) {
    const { kernel, journal, stamps } = stampsOf();
    const removals: { upTo: string; atHours: number }[] = [];
    const startMs = kernel.now();
    let left = recordCount;
    const remove = (upTo: string, most: number) => {
      removals.push({ upTo, atHours: (kernel.now() - startMs) / hour });
      const count = Math.min(left, most);
      left -= count;
      return count;
    };
    const trim = new StreamTrim({ kernel, tableName: 'Orders', stamps, remove });
    const note = (sequence: string) => {
      stamps.note(sequence);
      trim.schedule();
    };
    return { kernel, journal, stamps, removals, note };
  }

  it('takes what is older than 24 hours, and no more', async () => {
    const { kernel, stamps, removals, note } = trimmed();
    note('1');
    await kernel.advance(2 * hour);
    note('2');
    expect(stamps.horizon()).toBeUndefined();
    await kernel.advance(23 * hour);
    expect(stamps.horizon()).toBe('1');
    expect(removals).toEqual([{ upTo: '1', atHours: 24 }]);
    await kernel.advance(2 * hour);
    expect(removals.slice(1)).toEqual([{ upTo: '2', atHours: 26 }]);
  });

  it('wakes no more once there is nothing left to take', async () => {
    const { kernel, removals, note } = trimmed();
    note('1');
    const never = kernel.drive(new Promise(() => undefined));
    await expect(never).rejects.toThrow(/nothing is left to happen/);
    expect(removals).toHaveLength(1);
  });

  it('takes many in portions, so that nobody waits long for the store', async () => {
    const { kernel, removals, note } = trimmed(2500);
    note('2500');
    await kernel.advance(25 * hour);
    expect(removals).toHaveLength(3);
  });

  it('keeps of the ages only what can still be asked for', async () => {
    const { kernel, journal, note } = trimmed();
    for (let i = 1; i <= 10; i++) {
      note(String(i));
      await kernel.advance(hour);
    }
    await kernel.advance(40 * hour);
    const rows = journal.database.prepare('SELECT up_to FROM streams_stamps').all();
    expect(rows).toHaveLength(1);
  });
});
