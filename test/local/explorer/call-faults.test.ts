import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Asked,
  get,
  hourMs,
  minuteMs,
  notetaker,
  pierced,
  put,
  timeoutMs,
} from './pierced.ts';

let assetDir: string;
beforeAll(async () => {
  assetDir = await notetaker();
});

const first = 'take-notes/PutItem.Notes@1';
const at = (fault: string, site = first) => pierced(assetDir, { [site]: fault });

const refused: Asked = ['dynamodb', 'Refused', { TableName: 'Notes' }];
const batch: Asked = [
  'sqs',
  'SendMessageBatch',
  { QueueUrl: 'https://sqs/1/Notes', Entries: [{ Id: 'a' }, { Id: 'b' }] },
];

describe('a call', () => {
  it('that never arrives (B) has no effect, and its client sees a reset connection', async () => {
    const { takes, actions } = at('B');
    expect((await takes(put, get)).told).toEqual(['ECONNRESET', 'ok']);
    expect(actions()).toEqual(['GetItem']);
  });

  it('whose answer is lost (L) has taken effect, and its client sees a reset connection', async () => {
    const { takes, actions } = at('L');
    expect((await takes(put, get)).told).toEqual(['ECONNRESET', 'ok']);
    expect(actions()).toEqual(['PutItem', 'GetItem']);
  });

  it('whose answer is lost (L) tells nothing of a refusal either', async () => {
    const { takes } = at('L', 'take-notes/Refused.Notes@1');
    expect((await takes(refused, refused)).told).toEqual(['ECONNRESET', 'ValidationException']);
  });

  it.each([
    ['Bx', 'ECONNRESET', []],
    ['Lx', 'ECONNRESET', ['PutItem']],
    ['Hx', 'ProvisionedThroughputExceededException', []],
  ])('with %s is the last of its invocation that arrives', async (fault, told, arrived) => {
    const { takes, actions } = at(fault);
    expect((await takes(put, put, get)).told).toEqual([told, 'ECONNRESET', 'ECONNRESET']);
    expect(actions()).toEqual(arrived);
    expect(await takes(put)).toMatchObject({ told: ['ok'], count: 2 });
  });

  it('arrives five seconds late (R5s), behind the one that its client has made instead', async () => {
    const { takes, kernel, effects, injector } = at('R5s');
    expect((await takes(put, get)).told).toEqual(['ETIMEDOUT', 'ok']);
    expect(injector.isOver).toBe(false);
    await kernel.advance(6000);
    expect(effects.map(({ action }) => action)).toEqual(['GetItem', 'PutItem']);
    expect(effects[1]?.afterMs).toBeGreaterThanOrEqual(5000);
    expect(injector.isOver).toBe(true);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  it.each([
    ['dynamodb', 'PutItem', { TableName: 'Notes' }, 'ProvisionedThroughputExceededException'],
    ['dynamodb', 'GetItem', { TableName: 'Notes' }, 'ProvisionedThroughputExceededException'],
    ['dynamodb', 'TransactWriteItems', { TransactItems: [] }, 'ThrottlingException'],
    ['sqs', 'SendMessage', { QueueUrl: 'https://sqs/1/Notes' }, 'RequestThrottled'],
    ['states', 'StartExecution', { stateMachineArn: 'arn' }, 'ThrottlingException'],
  ] as const)('of %s.%s that is throttled (H) says so, once', async (...call) => {
    const [service, action, input, told] = call;
    const world = pierced(assetDir);
    await world.takes([service, action, input]);
    const [, site] = world.sites;
    const { takes, actions } = at('H', site?.id);
    const asked: Asked = [service, action, input];
    expect((await takes(asked, asked)).told).toEqual([told, 'ok']);
    expect(actions()).toEqual([action]);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  it('that meets another transaction (Hc) is cancelled with a reason for each item', async () => {
    const Put = { TableName: 'Notes' };
    const call: Asked = ['dynamodb', 'TransactWriteItems', { TransactItems: [{ Put }, { Put }] }];
    const { takes, actions } = at('Hc', 'take-notes/TransactWriteItems.Notes@1');
    const { told, answers } = await takes(call);
    expect(told).toEqual(['TransactionCanceledException']);
    expect(answers[0]).toMatchObject({
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
      message: expect.stringContaining('[TransactionConflict, None]'),
    });
    expect(actions()).toEqual([]);
  });
});

describe('a conflict or a throttled item', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
  it.each(['PutItem', 'UpdateItem', 'DeleteItem'])(
    'of %s (Hc) is told by its own name',
    async (action) => {
      const { takes, actions } = at('Hc', `take-notes/${action}.Notes@1`);
      const { told } = await takes(['dynamodb', action, { TableName: 'Notes' }]);
      expect([told, actions()]).toEqual([['TransactionConflictException'], []]);
    },
  );

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  it('of a transaction (Ht) cancels it, and the reason is told for its item', async () => {
    const Put = { TableName: 'Notes' };
    const { takes, actions } = at('Ht', 'take-notes/TransactWriteItems.Notes@1');
    const { told, answers } = await takes([
      ...(['dynamodb', 'TransactWriteItems', { TransactItems: [{ Put }, { Put }] }] as const),
    ]);
    expect([told, actions()]).toEqual([['TransactionCanceledException'], []]);
    expect(answers[0]).toMatchObject({
      CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }],
    });
  });
});

describe('a batch of which one entry is refused (Bp)', () => {
  const site = 'take-notes/SendMessageBatch.Notes@1';
  const Failed = [{ Id: 'a', Code: 'InternalError', SenderFault: false, Message: 'refused' }];

  it('is sent without its first entry, and its answer says so', async () => {
    const answers = { SendMessageBatch: { Successful: [{ Id: 'b' }] } };
    const { takes, effects } = pierced(assetDir, { [site]: 'Bp' }, { answers });
    const told = await takes(batch);
    expect(told.answers).toEqual([{ Successful: [{ Id: 'b' }], Failed }]);
    expect(effects).toMatchObject([{ input: { Entries: [{ Id: 'b' }] } }]);
  });

  it('is not sent when it has no other', async () => {
    const { takes, effects } = at('Bp', site);
    const [service, action, input] = batch;
    const { answers } = await takes([service, action, { ...input, Entries: [{ Id: 'a' }] }]);
    expect(answers).toEqual([{ Successful: [], Failed }]);
    expect(effects).toEqual([]);
  });
});

describe('a function', () => {
  it.each([
    ['C', 'before', []],
    ['Cx', 'after', ['PutItem']],
  ])(
    'that dies (%s) %s a call does nothing more, and the next one starts cold',
    async (fault, _, effects) => {
      const { outcomeOf, takes, actions } = at(fault);
      expect(await outcomeOf({ calls: [put, get] })).toMatchObject({
        ...{ kind: 'error', errorType: 'Runtime.ExitError' },
      });
      expect(actions()).toEqual(effects);
      expect(await takes(put)).toMatchObject({ told: ['ok'], count: 1 });
    },
  );

  it.each([
    ['dies (Cx)', 'Cx', 'Runtime.ExitError'],
    ['stands still (T)', 'T', 'Sandbox.Timedout'],
  ])('that %s after a call does so after a refusal too', async (_, fault, errorType) => {
    const { outcomeOf } = at(fault, 'take-notes/Refused.Notes@1');
    expect(await outcomeOf({ calls: [refused, get] })).toMatchObject({ kind: 'error', errorType });
  });

  it('that stands still after a call (T) times out, and goes on as a zombie', async () => {
    const { outcomeOf, kernel, effects, startMs } = at('T');
    expect(await outcomeOf({ calls: [put, get] })).toMatchObject({
      ...{ kind: 'error', errorType: 'Sandbox.Timedout' },
    });
    expect(kernel.now() - startMs).toBe(timeoutMs);
    expect(effects).toHaveLength(1);
    await kernel.advance(minuteMs);
    expect(effects.map(({ afterMs }) => afterMs > timeoutMs)).toEqual([false, true]);
  });

  it('that stands still before a call (Tb) times out, and the call takes effect late', async () => {
    const { outcomeOf, kernel, effects } = at('Tb');
    expect(await outcomeOf({ calls: [put, get] })).toMatchObject({
      ...{ kind: 'error', errorType: 'Sandbox.Timedout' },
    });
    expect(effects).toEqual([]);
    await kernel.advance(minuteMs);
    expect(effects.map(({ action }) => action)).toEqual(['PutItem', 'GetItem']);
    expect(effects.map(({ afterMs }) => afterMs > timeoutMs)).toEqual([true, true]);
  });

  it.each([
    ['T20m', 'GetItem', 20 * minuteMs],
    ['Tb20m', 'PutItem', 20 * minuteMs],
    ['Tb26h', 'PutItem', 26 * hourMs],
  ])(
    'that stands still for long (%s) makes its %s after that',
    async (fault, action, standsFor) => {
      const { outcomeOf, kernel, effects, lambdas } = at(fault);
      await outcomeOf({ calls: [put, get] }, 'states.saga');
      const late = () => effects.find((effect) => effect.action === action);
      await kernel.advance(standsFor - timeoutMs - 1000);
      expect(late()).toBeUndefined();
      expect(lambdas.pending()).toHaveLength(1);
      await kernel.advance(minuteMs);
      expect(late()?.afterMs).toBeGreaterThanOrEqual(standsFor);
      expect(lambdas.pending()).toEqual([]);
    },
  );
});

describe('an answer', () => {
  it('of a provider with less than it owes (P) has rows without contents', async () => {
    const row = { pk: { S: 'a' }, sk: { S: 'b' }, amount: { N: '1' } };
    const answers = { Query: { Items: [row], Count: 1 }, UpdateItem: { Attributes: row } };
    const site = {
      Query: 'take-notes/Query.Sandbox@1',
      UpdateItem: 'take-notes/UpdateItem.Sandbox@1',
    };
    const world = pierced(assetDir, { [site.Query]: 'P', [site.UpdateItem]: 'P' }, { answers });
    const TableName = 'Sandbox';
    const told = await world.takes(
      ['dynamodb', 'Query', { TableName }],
      ['dynamodb', 'UpdateItem', { TableName }],
    );
    expect(told.answers).toEqual([{ Items: [{}], Count: 1 }, { Attributes: {} }]);
    expect(world.actions()).toEqual(['Query', 'UpdateItem']);
  });

  it('of a read may be from before the last writes (S)', async () => {
    const stale = (_: object, answer: object) => ({ ...answer, Items: ['old'] });
    const settings = { stale, answers: { Query: { Items: ['new'], Count: 1 } } };
    const world = pierced(assetDir, { 'take-notes/Query.Notes@1': 'S' }, settings);
    const query: Asked = ['dynamodb', 'Query', { TableName: 'Notes' }];
    const { answers } = await world.takes(query, query);
    expect(answers).toEqual([
      { Items: ['old'], Count: 1 },
      { Items: ['new'], Count: 1 },
    ]);
  });

  it.each(['P', 'S'])('that %s leaves as it is was not struck', async (fault) => {
    const site = 'take-notes/Query.Sandbox@1';
    const settings = { answers: { Query: { Items: [], Count: 0 } } };
    const { takes, struck, actions } = pierced(assetDir, { [site]: fault }, settings);
    await takes(['dynamodb', 'Query', { TableName: 'Sandbox' }]);
    expect([struck, actions()]).toEqual([[], ['Query']]);
  });
});
