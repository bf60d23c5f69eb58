/** What a kill of the process takes from executions: nothing. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../local/journal/journal.ts';
import { atOnce } from '../../../local/states/at-once.ts';
import type { HistoryEvent } from '../../../local/states/history.ts';
import { createStates } from '../../../local/states/states.ts';
import { type Answer, arnOf, Engine, invoke, machineOf, ok, only } from './engine.ts';

const day = 24 * 3600 * 1000;
const never = new Promise<never>(() => undefined);
/** Node's garbage collector, called by name. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

const waiting = only({ Type: 'Wait', Seconds: 60, End: true });

const twoTasks = {
  StartAt: 'First',
  States: {
    First: invoke('first', { Assign: { n: 7 }, Output: { id: 'o1' }, Next: 'Second' }),
    Second: invoke('second', {
      Arguments: { FunctionName: 'second', Payload: ['{% $states.input.id %}', '{% $n %}'] },
      End: true,
    }),
  },
};

// https://docs.aws.amazon.com/step-functions/latest/dg/express-at-least-once-execution.html
describe('an execution open at a kill', () => {
  it('goes on in the state it was in, with its input and variables, and runs the task again', async () => {
    // The second task never answers before the kill.
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => never });
    const arn = await engine.start({ a: 1 }, 'o1');
    await engine.kernel.advance(10_000);
    expect(engine.calls.map(({ name }) => name)).toEqual(['first', 'second']);
    const next = engine.killed(60_000, { functions: { second: () => ok('done') } });
    expect(next.states.pending()).toEqual(['states: Machine o1 is in Second']);
    await next.finish();
    expect(next.calls).toMatchObject([{ name: 'second', payload: ['o1', 7] }]);
    expect(await next.describe(arn)).toMatchObject({ status: 'SUCCEEDED', input: '{"a":1}' });
  });

  it('keeps the history it had up to the state it was in', async () => {
    // The second task never answers before the kill.
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => never });
    const arn = await engine.start({}, 'o1');
    await engine.kernel.advance(10_000);
    const before = (await engine.history(arn)).slice(0, 7);
    const next = engine.killed(60_000, { functions: { second: () => ok() } });
    await next.finish();
    const events = await next.history(arn);
    expect(events.slice(0, 7)).toEqual(before);
    expect(events.slice(6).map(({ id, type }) => [id, type])).toEqual([
      [7, 'TaskStateEntered'],
      [8, 'TaskScheduled'],
      [9, 'TaskStarted'],
      [10, 'TaskSucceeded'],
      [11, 'TaskStateExited'],
      [12, 'ExecutionSucceeded'],
    ]);
  });

  it('begins when the kill came before its first state', async () => {
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => ok() });
    const arn = await engine.start({}, 'o1');
    const next = engine.killed(0);
    await next.finish();
    expect(await next.types(arn)).toEqual([
      'ExecutionStarted',
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      ...['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited'],
      'ExecutionSucceeded',
    ]);
  });

  it('waits no longer than it would have', async () => {
    const engine = new Engine(waiting);
    const arn = await engine.start();
    await engine.kernel.advance(20_000);
    const next = engine.killed(30_000);
    await next.finish();
    const { startDate, stopDate = 0 } = await next.describe(arn);
    expect(stopDate - startDate).toBeCloseTo(60, 0);
  });

  it('times out when it would have', async () => {
    const engine = new Engine({ ...waiting, TimeoutSeconds: 30 });
    const arn = await engine.start();
    await engine.kernel.advance(10_000);
    const next = engine.killed(10_000);
    await next.finish();
    const { status, startDate, stopDate = 0 } = await next.describe(arn);
    expect(status).toBe('TIMED_OUT');
    expect(stopDate - startDate).toBeCloseTo(30, 0);
  });

  it('has its time anew when that ran out while the engine was down', async () => {
    const engine = new Engine({ ...twoTasks, TimeoutSeconds: 30 }, { first: () => never });
    const arns = [await engine.start({}, 'o1'), await engine.start({}, 'o2')];
    await engine.kernel.advance(10_000);
    const next = engine.killed(3_600_000, {
      functions: { first: (_, call) => (call === 1 ? ok() : never), second: () => ok() },
    });
    await next.kernel.advance(20_000);
    const statuses = async () =>
      (await Promise.all(arns.map((arn) => next.describe(arn)))).map(({ status }) => status).sort();
    expect(await statuses()).toEqual(['RUNNING', 'SUCCEEDED']);
    await next.kernel.advance(20_000);
    expect(await statuses()).toEqual(['SUCCEEDED', 'TIMED_OUT']);
  });

  it('stays on the definition it started with when the template has another one', async () => {
    const engine = new Engine(waiting);
    const arn = await engine.start();
    const changed = machineOf(only({ Type: 'Pass', Output: 'new', End: true }));
    const next = engine.killed(1000, { machines: [changed] });
    const other = await next.start();
    await next.finish();
    expect(await next.describe(arn)).toMatchObject({ output: '{}' });
    expect(await next.describe(other)).toMatchObject({ output: '"new"' });
    expect(await next.types(arn)).toContain('WaitStateExited');
  });

  it('keeps the engine from starting without its machine, which is named', async () => {
    const engine = new Engine(waiting);
    await engine.start();
    expect(() => engine.killed(0, { machines: [] })).toThrow(
      /no longer has the state machine arn:aws:states:.*:Machine, and 1 of its executions are open/,
    );
  });

  it('survives any number of kills, one in each state', async () => {
    // Each life of the engine gets no further than one task.
    const lives: Record<string, Answer>[] = [
      { first: () => never },
      { first: () => ok(), second: () => never },
      { second: () => ok() },
    ];
    let engine = new Engine(twoTasks, {});
    const arn = await engine.start({}, 'o1');
    for (const functions of lives) {
      engine = engine.killed(1000, { functions });
      await engine.kernel.advance(5000);
    }
    expect(await engine.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
    const ids = (await engine.history(arn)).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, at) => at + 1));
  });
});

describe('a closed execution', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('is described, listed and told as before, and keeps its name for 90 days', async () => {
    const engine = new Engine(only({ Type: 'Fail', Error: 'Lost', Cause: 'gone' }));
    const arn = await engine.start({ a: 1 }, 'o1');
    await engine.finish();
    const before = [await engine.describe(arn), await engine.history(arn)];
    const next = engine.killed(89 * day);
    expect(next.states.pending()).toEqual([]);
    expect((await next.describe(arn)).status).toBe('FAILED');
    expect(await next.history(arn)).toEqual(before[1]);
    await expect(next.start({}, 'o1')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    const later = next.killed(2 * day);
    await expect(later.describe(arn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    expect(await later.start({}, 'o1')).toBe(arn);
  });

  it('leaves nothing behind in the journal 90 days after it closed', async () => {
    const engine = new Engine(only({ Type: 'Pass', End: true }));
    for (const name of ['a', 'b', 'c']) await engine.start({}, name);
    await engine.finish();
    const next = engine.killed(91 * day);
    await next.start({}, 'd');
    const count = (table: string) =>
      next.journal.database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
    expect([count('states_executions'), count('states_history')]).toEqual([1, 0]);
  });
});

describe('20,000 executions', () => {
  it('leave the memory as it was, whatever they did', async () => {
    // A tenth of them: what is kept of one, five kilobytes when it was measured, would show.
    const collect = collector();
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => ok() });
    const run = async (count: number) => {
      for (let at = 0; at < count; at++) await engine.start({ note: 'x'.repeat(500) });
      await engine.finish();
      engine.calls.length = 0;
      engine.events.length = 0;
      // Past every timer that was cancelled: virtual time keeps those until they are due.
      await engine.kernel.advance(400 * day);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await run(500);
    const after = await run(2000);
    expect(after - before).toBeLessThan(2000 * 500);
  });
});

describe('the journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'everonce-states-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has a start on disk before it is answered', async () => {
    const journal = openJournal(join(folder, 'live', 'engine.sqlite'));
    const engine = new Engine(waiting, {}, { journal });
    const arn = await engine.start({}, 'o1');
    // What a kill at this very moment would leave.
    cpSync(join(folder, 'live'), join(folder, 'left'), { recursive: true });
    journal.close();
    const left = openJournal(join(folder, 'left', 'engine.sqlite'));
    const next = new Engine(waiting, {}, { journal: left });
    await next.finish();
    expect(await next.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
    left.close();
  });

  it('refuses a start that it cannot write down', async () => {
    // The journal's table is gone, as a full disk would have it.
    const engine = new Engine(waiting);
    engine.journal.database.exec('DROP TABLE states_executions');
    await expect(engine.start({}, 'o1')).rejects.toThrow('no such table');
    expect(engine.states.pending()).toEqual([]);
  });

  it('holds up what it cannot write down, and lets it go on as soon as it can', async () => {
    // The journal's tables are out of reach for a minute, as with a full disk.
    const engine: Engine = new Engine(twoTasks, {
      first: () => engine.later(5000, ok()),
      second: () => ok(),
    });
    const arn = await engine.start({}, 'o1');
    await engine.kernel.advance(1000);
    const { database } = engine.journal;
    const rename = (from: string, to: string) => {
      database.exec(`ALTER TABLE states_${from} RENAME TO states_${to}`);
    };
    rename('history', 'hidden');
    await engine.kernel.advance(60_000);
    expect(engine.calls.map(({ name }) => name)).toEqual(['first']);
    expect(String(engine.defects[0])).toContain('no such table');
    rename('hidden', 'history');
    rename('executions', 'hidden');
    await engine.kernel.advance(60_000);
    expect(engine.events.map(({ detail }) => detail.status)).toEqual(['RUNNING']);
    const stopping = engine.call('StopExecution', { executionArn: arn });
    await expect(stopping).rejects.toThrow('the journal could not be told');
    rename('hidden', 'executions');
    await engine.finish();
    expect(engine.events.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(await engine.killed(0).describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('says that the disk is full when it is so in the middle of several statements', () => {
    const { database } = openJournal(undefined);
    database.exec('CREATE TABLE t (x)');
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const write = () => void insert.run('x'.repeat(100_000));
    expect(() => atOnce(database, write)).toThrow('database or disk is full');
  });

  it('carries on an execution of which the event bus could not be told', async () => {
    const engine = new Engine(only({ Type: 'Pass', End: true }));
    const defects: unknown[] = [];
    const states = createStates({
      kernel: engine.kernel,
      machines: [machineOf(only({ Type: 'Pass', End: true }), 'Other')],
      invoker: { invoke: async () => ok() },
      journal: openJournal(undefined),
      publish: () => {
        throw new Error('the bus is away');
      },
      onDefect: (error) => defects.push(error),
    });
    const caller = { name: 'test', roleArn: undefined };
    const input = { stateMachineArn: arnOf('Other'), name: 'o1' };
    await expect(states.call('StartExecution', input, caller)).resolves.toHaveProperty('startDate');
    await engine.kernel.advance(1000);
    expect(states.pending()).toEqual([]);
    expect(defects.map(String)).toEqual(Array(2).fill('Error: the bus is away'));
  });

  it('writes one row for each state, not one for each event', async () => {
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => ok() });
    const arn = await engine.start();
    await engine.finish();
    const rows = engine.journal.database.prepare('SELECT count(*) AS n FROM states_history').get();
    expect(rows?.n).toBe(2);
    expect(await engine.history(arn)).toHaveLength(12);
  });

  it('reads a page of a history from the middle of a state', async () => {
    const engine = new Engine(twoTasks, { first: () => ok(), second: () => ok() });
    const arn = await engine.start();
    await engine.finish();
    const all = await engine.history(arn);
    for (let first = 1; first <= all.length; first++) {
      const page = await engine.call<{ events: HistoryEvent[] }>('GetExecutionHistory', {
        executionArn: arn,
        maxResults: 3,
        ...(first > 1 && { nextToken: Buffer.from(`page-${first - 1}`).toString('base64') }),
      });
      expect(page.events).toEqual(all.slice(first - 1, first + 2));
    }
  });
});
