/** Streams as dynoxide stores them, seen through the engine's reader. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../dynamodb/store.ts';

const hour = 3_600_000;

describe('a table’s stream', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(() => store.begin());
  afterAll(() => store.stop());

  const ids = async (after?: string) =>
    (await store.stream(after)).map(({ dynamodb }) => (dynamodb.Keys.id as { S: string }).S);

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
  it('has the records of the last 24 hours, from wherever it is read', async () => {
    await store.put('a');
    await store.kernel.advance(13 * hour);
    await store.put('b');
    expect(await ids()).toEqual(['a', 'b']);
    await store.kernel.advance(12 * hour);
    expect(await ids()).toEqual(['b']);
    expect(await ids('0')).toEqual(['b']);
    await store.kernel.advance(12 * hour);
    expect(await ids()).toEqual([]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
  it('gives no sequence number twice, even after everything was trimmed', async () => {
    await store.put('a');
    await store.put('b');
    await store.kernel.advance(30 * hour);
    await store.put('c');
    const [record] = await store.stream();
    expect(record?.dynamodb.SequenceNumber).toBe('3');
  });

  it('keeps the age of its records over a restart, and trims what is too old by then', async () => {
    await store.put('a');
    const [written] = await store.stream();
    await store.restart(undefined, 23 * hour);
    const [again] = await store.stream();
    expect(again?.dynamodb).toEqual(written?.dynamodb);
    await store.restart(undefined, 2 * hour);
    expect(await ids()).toEqual([]);
  });

  it('is read to its end when only what nobody can read is left', async () => {
    await store.put('a');
    expect(await store.own.isReadTo('Orders', undefined)).toBe(false);
    expect(await store.own.isReadTo('Orders', '1')).toBe(true);
    await store.put('a');
    expect(await store.own.isReadTo('Orders', '1')).toBe(true);
    await store.kernel.advance(25 * hour);
    expect(await store.own.isReadTo('Orders', undefined)).toBe(true);
  });
});
