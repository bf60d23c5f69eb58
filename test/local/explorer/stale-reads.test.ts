import { describe, expect, it } from 'vitest';
import { type Past, staleAnswer } from '../../../local/explorer/stale-reads.ts';
import type { Call } from '../../../local/gateway/gateway.ts';

const row = (id: string, text: string) => ({ id: { S: id }, text: { S: text } });

/** `a` was another row a moment ago, `b` was not there, and `c` has not changed. */
const past: Past = {
  before: (table, { id }) =>
    table !== 'Notes' || id?.S === 'c'
      ? undefined
      : { item: id?.S === 'a' ? row('a', 'old') : undefined },
};

const read = (answer: object, TableName = 'Notes'): object => {
  const caller = { name: 'sample', roleArn: undefined };
  const call: Call = { service: 'dynamodb', action: 'Query', input: { TableName }, caller };
  return staleAnswer(past, call, answer);
};

describe('a stale read', () => {
  it('of many has rows as they were, without new ones, and counts what it has', () => {
    const Items = [row('a', 'new'), row('b', 'new'), row('c', 'kept')];
    expect(read({ Items, Count: 3, ScannedCount: 3 })).toEqual({
      ...{ Items: [row('a', 'old'), row('c', 'kept')], Count: 2, ScannedCount: 3 },
    });
  });

  it('of one is the row as it was', () => {
    expect(read({ Item: row('a', 'new') })).toEqual({ Item: row('a', 'old') });
    expect(read({ Item: row('c', 'kept') })).toEqual({ Item: row('c', 'kept') });
  });

  it('of one that is new finds nothing', () => {
    expect(read({ Item: row('b', 'new'), ConsumedCapacity: {} })).toEqual({ ConsumedCapacity: {} });
  });

  it('of what was not written, or found nothing, is what it is', () => {
    expect(read({})).toEqual({});
    expect(read({ Item: row('a', 'kept') }, 'Others')).toEqual({ Item: row('a', 'kept') });
  });
});
