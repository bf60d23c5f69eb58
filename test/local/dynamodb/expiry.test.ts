import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ordersTable } from './sample-table.ts';
import { Store } from './store.ts';

const hourMs = 3_600_000;
const sessions = { ...ordersTable, ttlAttribute: 'expires at' };

describe('time to live', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.start();
  });
  beforeEach(() => store.begin([sessions]));
  afterAll(() => store.stop());

  /** An item that expires so many hours from now. */
  const putFor = (id: string, hours: number, type = 'N') => {
    const expires = Math.floor(store.kernel.now() / 1000 + hours * 3600);
    return store.put(id, { 'expires at': { [type]: `${expires}` } });
  };
  const advance = (hours: number) => store.kernel.advance(hours * hourMs);

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
  it('deletes an expired item within 48 hours, and no other', async () => {
    await putFor('soon', 1);
    await putFor('late', 1000);
    await store.put('never');
    await advance(49);
    expect(await store.ids()).toEqual(['late', 'never']);
    await advance(1000);
    expect(await store.ids()).toEqual(['never']);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
  it('leaves an expired item to be read until it is deleted', async () => {
    const lastSeen: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      await store.begin([sessions], seed);
      await putFor('1', 0);
      let hours = 0;
      for (; (await store.ids()).length > 0; hours++) await advance(1);
      lastSeen.push(hours);
    }
    expect(new Set(lastSeen).size).toBeGreaterThan(1);
    expect(Math.max(...lastSeen)).toBeLessThanOrEqual(49);
    expect(Math.max(...lastSeen)).toBeGreaterThan(1);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
  it('says in the stream that DynamoDB did it, and of a user’s deletion nothing', async () => {
    await putFor('1', 0);
    await putFor('2', 0);
    await store.call('DeleteItem', { TableName: 'Orders', Key: { id: { S: '2' } } });
    const [byUser] = await store.stream('2');
    expect(byUser).toMatchObject({ eventName: 'REMOVE', dynamodb: { Keys: { id: { S: '2' } } } });
    expect(byUser).not.toHaveProperty('userIdentity');
    while ((await store.ids()).length > 0) await advance(1);
    expect(await store.stream('3')).toMatchObject([
      {
        eventName: 'REMOVE',
        dynamodb: { Keys: { id: { S: '1' } }, OldImage: { id: { S: '1' } } },
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      },
    ]);
  });

  it('tells the readers of the stream', async () => {
    await putFor('1', 0);
    let writes = 0;
    store.own.onWrite('Orders', () => writes++);
    await advance(49);
    expect(writes).toBe(1);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
  it('takes only numbers for times, and none that is older than five years', async () => {
    await putFor('text', -1, 'S');
    await putFor('ancient', -6 * 365 * 24);
    await putFor('old', -4 * 365 * 24);
    await advance(100);
    expect(await store.ids()).toEqual(['ancient', 'text']);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
  it('spares an item that is given more time before it is deleted', async () => {
    await putFor('1', 1);
    await putFor('1', 1000);
    await advance(100);
    expect(await store.ids()).toEqual(['1']);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
  it('costs nothing', async () => {
    await putFor('1', 0);
    const before = store.meter.snapshot();
    await advance(49);
    expect(store.meter.snapshot()).toEqual(before);
  });

  it('goes on after a restart', async () => {
    await putFor('1', 1);
    await store.restart([sessions]);
    await advance(50);
    expect(await store.ids()).toEqual([]);
  });

  it('lets time stand when nothing is left to expire', async () => {
    await putFor('1', 1);
    await advance(100);
    // Fails, rather than going on for ever, only when no event is left.
    await expect(store.kernel.drive(new Promise(() => {}))).rejects.toThrow('nothing is left');
  });
});
