import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Checker } from '../../../bin/explore/invariants/invariant.ts';
import { Watcher } from '../../../bin/explore/watcher.ts';
import type { QuietWorld } from '../../../bin/explore/world.ts';
import { createEngine, type Engine } from '../../../local/engine.ts';
import { ConnectionLost, type Interceptor } from '../../../local/gateway/gateway.ts';
import { openWarmHost, type WarmHost } from '../../../local/warm-host.ts';
import { assemblyDir } from '../../support/assembly.ts';

let host: WarmHost;
let engine: Engine;
let watcher: Watcher;
beforeAll(async () => {
  host = await openWarmHost(assemblyDir);
});
afterEach(() => engine.stop());
afterAll(() => host.close());

interface Parts {
  /** Between the watcher and the service. */
  readonly beneath?: Interceptor;
  readonly checkers?: readonly Checker[];
}

/** A pipeline at rest, and a watcher of it. */
async function watch({ beneath, checkers = [] }: Parts = {}): Promise<void> {
  engine = await createEngine({
    ...{ assembly: assemblyDir, host, kernel: { seed: 1 } },
    chaos: { repeat: 0, overtakeMs: 0 },
  });
  if (beneath) engine.gateway.intercept(beneath);
  watcher = new Watcher({
    ...{ engine, database: host.database, mayPark: false },
    ...{ entryOf: (name: string) => name, placeOf: (name: string) => name },
    invariants: checkers.map((checker, at) => ({
      ...{ id: `V${at}`, name: 'any', sentence: 'Any.', watch: () => checker },
    })),
  });
}

const tableName = (beginning: string): string =>
  engine.model.tables.find(({ logicalId }) => logicalId.startsWith(beginning))?.name ?? '';

const caller = { name: 'somebody', roleArn: undefined };
const call = (action: string, input: Record<string, unknown>, service = 'dynamodb') =>
  engine.drive(engine.gateway.call({ service, action, input, caller }));

const item = (sku: string, units: number) => ({ id: { S: sku }, units: { N: `${units}` } });
const put = (sku: string, units: number, condition = {}) =>
  call('PutItem', { TableName: tableName('Stock'), Item: item(sku, units), ...condition });
const unlessThere = { ConditionExpression: 'attribute_not_exists(id)' };

const changes = () =>
  watcher.happenings.flatMap((each) =>
    each.kind === 'change' ? [{ step: each.step, ...each.change }] : [],
  );
const bodies = () =>
  watcher.happenings.flatMap((each) => (each.kind === 'sent' ? [each.sent.body] : []));

describe('rows', () => {
  it('are seen as they change, with who changed them', async () => {
    await watch();
    await put('mug', 1);
    await put('mug', 2);
    await call('DeleteItem', { TableName: tableName('Stock'), Key: { id: { S: 'mug' } } });
    const change = { table: 'Stock', key: 'mug', by: 'somebody' };
    const [one, two] = [1, 2].map((units) => ({ id: 'mug', units }));
    expect(changes()).toMatchObject([
      { ...change, before: undefined, after: one },
      { ...change, before: one, after: two },
      { ...change, before: two, after: undefined },
    ]);
    expect(watcher.rows('Stock')).toEqual([]);
  });

  it('of a transaction change at one step', async () => {
    await watch();
    const TableName = tableName('Stock');
    const TransactItems = ['mug', 'cup'].map((sku) => ({ Put: { TableName, Item: item(sku, 1) } }));
    await call('TransactWriteItems', { TransactItems });
    await put('mug', 2);
    const [first, second, third] = changes();
    expect([first?.key, second?.key].sort()).toEqual(['cup', 'mug']);
    expect(second?.step).toBe(first?.step);
    expect(third?.step).toBeGreaterThan(second?.step ?? 0);
    expect(watcher.row('Stock', 'mug')).toEqual({ id: 'mug', units: 2 });
  });

  it('are not seen to change when nothing of them does', async () => {
    await watch();
    await put('mug', 1);
    await put('mug', 1);
    expect(changes()).toHaveLength(1);
  });

  it('that were there before are known, and no change', async () => {
    await watch();
    await put('mug', 1);
    await engine.stop();
    host.keepItems();
    await watch();
    expect(watcher.rows('Stock')).toEqual([{ id: 'mug', units: 1 }]);
    expect(watcher.happenings).toEqual([]);
    host.keepNothing();
  });

  it('change although their writer never hears of it', async () => {
    await watch();
    engine.gateway.intercept(async (_, next) => {
      await next();
      throw new ConnectionLost();
    });
    await expect(put('mug', 1)).rejects.toThrow(ConnectionLost);
    expect(changes()).toHaveLength(1);
  });

  it('that have expired are deleted by the engine', async () => {
    await watch();
    const TableName = tableName('Idempotency');
    const { ttlAttribute: ttl, partitionKey } =
      engine.model.tables.find(({ name }) => name === TableName) ?? {};
    const expiresS = Math.floor(engine.kernel.now() / 1000) + 60;
    const Item = { [`${partitionKey}`]: { S: 'a' }, [`${ttl}`]: { N: `${expiresS}` } };
    await call('PutItem', { TableName, Item });
    await engine.drive(passing(4 * 24 * 3_600_000));
    expect(changes().map(({ by, after }) => [by, after === undefined])).toEqual([
      ['somebody', false],
      ['engine', true],
    ]);
  });
});

const passing = (durationMs: number): Promise<void> =>
  new Promise((resolve) => void engine.kernel.after(durationMs, 'passing', resolve));

describe('a refused call', () => {
  it('changes nothing, and is told by who made it, where, and the code', async () => {
    await watch();
    await put('mug', 1);
    await expect(put('mug', 2, unlessThere)).rejects.toThrow();
    expect(changes()).toHaveLength(1);
    expect([...watcher.refusals]).toEqual([
      `somebody PutItem.${tableName('Stock')}:ConditionalCheckFailedException`,
    ]);
  });

  it.each([
    ['a write', (Put: object) => call('PutItem', { ...Put })],
    ['a transaction', (Put: object) => call('TransactWriteItems', { TransactItems: [{ Put }] })],
  ])('of %s also tells the status that it met, where it asks for it', async (_, write) => {
    await watch();
    const TableName = tableName('Stock');
    const Item = { ...item('order#o1', 0), status: { S: 'RELEASED' } };
    await call('PutItem', { TableName, Item });
    const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
    const refused = write({ TableName, Item, ...unlessThere, ReturnValuesOnConditionCheckFailure });
    await expect(refused).rejects.toThrow();
    expect([...watcher.refusals].at(-1)).toMatch(/Exception at RELEASED$/);
  });
});

describe('messages', () => {
  const queue = () => engine.model.queues.find(({ logicalId }) => /DeadLetters/.test(logicalId));
  const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));

  it('are seen once a queue has accepted them', async () => {
    await watch();
    const { url: QueueUrl = '', logicalId } = queue() ?? {};
    await call('SendMessage', { QueueUrl, MessageBody: 'one' }, 'sqs');
    await call('SendMessageBatch', { QueueUrl, Entries }, 'sqs');
    expect(bodies()).toEqual(['one', 'body a', 'body b']);
    expect(watcher.happenings[0]).toMatchObject({
      sent: { queue: logicalId, body: 'one', by: 'somebody' },
    });
  });

  it('that a queue has refused are not, though others of their batch are', async () => {
    const partly: Interceptor = async () => ({ Successful: [{ Id: 'b' }], Failed: [{ Id: 'a' }] });
    await watch({ beneath: partly });
    await call('SendMessageBatch', { QueueUrl: queue()?.url, Entries }, 'sqs');
    expect(bodies()).toEqual(['body b']);
  });
});

describe('a checker', () => {
  it('is asked after everything that happens, when the world already contains it', async () => {
    const seen: unknown[] = [];
    await watch({
      checkers: [
        {
          always(happening, world) {
            seen.push([happening.kind, world.rows('Stock').length, world.happenings.length]);
            return [];
          },
        },
      ],
    });
    await put('mug', 1);
    await put('cup', 1);
    expect(seen).toEqual([
      ['change', 1, 1],
      ['change', 2, 2],
    ]);
  });

  it('says what is broken, and it is kept with its step and time', async () => {
    await watch({ checkers: [{ always: () => ['expected two', 'and more'] }] });
    await put('mug', 1);
    const [{ step, atMs } = { step: -1, atMs: -1 }] = watcher.happenings;
    const violation = { invariant: 'V0', name: 'any', step, atMs };
    expect(watcher.violations).toEqual([
      { ...violation, problem: 'expected two' },
      { ...violation, problem: 'and more' },
    ]);
  });

  it('that throws has found something wrong, and hinders no other and no call', async () => {
    const broken = () => {
      throw new Error('no such row');
    };
    await watch({
      checkers: [
        { always: broken, atRest: broken },
        { always: () => ['seen'], atRest: () => ['quiet'] },
      ],
    });
    await put('mug', 1);
    await engine.drive(watcher.checkAtRest());
    expect(watcher.violations.map(({ invariant, problem }) => `${invariant} ${problem}`)).toEqual([
      ...['V0 cannot be judged: Error: no such row', 'V1 seen'],
      ...['V0 cannot be judged: Error: no such row', 'V1 quiet'],
    ]);
  });

  it('at rest sees what is left over', async () => {
    const worlds: QuietWorld[] = [];
    await watch({
      checkers: [
        {
          atRest(world) {
            worlds.push(world);
            return [];
          },
        },
      ],
    });
    const dead = engine.model.queues.find(({ logicalId }) => /DeadLetters/.test(logicalId));
    await call('SendMessage', { QueueUrl: dead?.url, MessageBody: 'dead' }, 'sqs');
    await put('mug', 1);
    await engine.quiesce(60_000);
    await engine.drive(watcher.checkAtRest());
    expect(worlds).toMatchObject([
      {
        ...{ deadLetters: { [`${dead?.logicalId}`]: ['dead'] }, executions: [], pending: [] },
        ...{ failureObjects: [], mayPark: false },
      },
    ]);
    expect(worlds[0]?.rows('Stock')).toHaveLength(1);
  });
});

describe('the past of a row', () => {
  const earlier = (sku: string) => watcher.before(tableName('Stock'), item(sku, 0));

  it('is what it was before the last write, for ten seconds', async () => {
    await watch();
    await put('mug', 1);
    expect(earlier('mug')).toMatchObject({ item: undefined });
    await put('mug', 2);
    expect(earlier('mug')).toMatchObject({ item: item('mug', 1) });
    await engine.drive(passing(11_000));
    expect(earlier('mug')).toBeUndefined();
  });

  it('is unknown for a row that was not written, and for another table', async () => {
    await watch();
    await put('mug', 1);
    expect(earlier('cup')).toBeUndefined();
    expect(watcher.before('Others', item('mug', 0))).toBeUndefined();
  });
});

describe('the state of the world', () => {
  it('is equal for equal rows, whatever the times and ids in them, and another for others', async () => {
    const stateOf = async (units: number, updatedAt: string) => {
      await watch();
      const Item = { ...item('mug', units), updatedAt: { S: updatedAt } };
      await call('PutItem', { TableName: tableName('Stock'), Item });
      await engine.quiesce(60_000);
      return watcher.stateDigest();
    };
    const first = await stateOf(1, '2026-01-01T00:00:00.000Z');
    await engine.stop();
    expect(await stateOf(1, '2026-05-06T07:08:09.123Z')).toBe(first);
    await engine.stop();
    expect(await stateOf(2, '2026-01-01T00:00:00.000Z')).not.toBe(first);
  });
});
