import { describe, expect, it } from 'vitest';
import { invariants } from '../../../bin/explore/invariants/all.ts';
import { placing } from '../../../bin/explore/requests.ts';
import type { Change, Operation, Row, Table } from '../../../bin/explore/world.ts';
import type { Evidence, Portion } from '../../../bin/soak/evidence.ts';
import { judge, judged, judgedInPart, unjudged } from '../../../bin/soak/judge.ts';

describe('an invariant of the explorer', () => {
  it('is judged at the end of a soak, or there is a reason why not', () => {
    const ids = invariants.map(({ id }) => id);
    expect([...Object.keys(judged), ...Object.keys(unjudged)].toSorted()).toEqual(ids.toSorted());
  });

  it('says what it looks at, when that is less than in the explorer', () => {
    const portion: Portion = { world: quiet, asked: [], changes: [], ends: [] };
    const names = judge({ whole: portion, portions: [portion] }).map(({ name }) => name);
    expect(names).toContainEqual(expect.stringMatching(/^V21 bounded-work \(only executions; /));
    expect(names).toContainEqual(expect.stringMatching(/^V29 hygiene \(only problems told /));
    expect(names).toContain('V1 one-order');
    expect(Object.keys(judgedInPart).filter((id) => !(id in judged))).toEqual([]);
  });

  it('finds nothing where nothing was', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('sees two answers to one key', () => {
    const asked = ['a', 'b'].map((id) => accepted(id));
    expect(problemsOf({ asked })).toContain('V1 key k of ada: expected order a, got b');
  });

  it('sees what became of an order between two kills', () => {
    const placed = { version: 1, outbox: [{ type: 'OrderPlaced', time: 1 }] };
    const order = { id: 'a', status: 'PENDING', payment: 'PENDING', shipment: {}, ...placed };
    const decided = { ...order, version: 3 };
    const changes = [changeOf('Orders', order, decided)];
    expect(problemsOf({ changes }).join('\n')).toMatch(/V8 .*it came after version 1/);
  });

  it('sees units that are nowhere', () => {
    const ends = [
      changeOf('Stock', undefined, { id: 'sku#mug', available: 3 }),
      changeOf('Stock', undefined, { id: 'adjustment#1', sku: 'mug', delta: 5 }),
    ];
    expect(problemsOf({ ends })).toContain('V9 mug: 2 units vanished');
  });
});

const accepted = (id: string): Operation => ({
  client: 'ada',
  request: placing('k', { as: 'ada', lines: {} }),
  ...{ startedMs: 1, endedMs: 2, outcome: 'ok', status: 202, text: id, json: { id } },
});

const changeOf = (table: Table, before: Row | undefined, after: Row): Change => ({
  ...{ table, key: String(after.id), before, after, by: 'somebody' },
});

const quiet: Portion['world'] = {
  ...{ happenings: [], operations: [], faults: [], mayPark: false, executions: [] },
  ...{ deadLetters: {}, failureObjects: [], pending: [] },
  now: () => 0,
  rows: () => [],
  row: () => undefined,
};

function problemsOf(seen: Partial<Portion>): string[] {
  const portion: Portion = { world: quiet, asked: [], changes: [], ends: [], ...seen };
  const evidence: Evidence = { whole: portion, portions: [portion] };
  return judge(evidence).flatMap(({ name, problems }) =>
    problems.map((problem) => `${name.split(' ')[0]} ${problem}`),
  );
}
