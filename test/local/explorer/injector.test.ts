import { beforeAll, describe, expect, it } from 'vitest';
import { targetOf } from '../../../local/explorer/injector.ts';
import { type Asked, get, notetaker, pierced, put } from './pierced.ts';

let assetDir: string;
beforeAll(async () => {
  assetDir = await notetaker();
});

const refused: Asked = ['dynamodb', 'Refused', { TableName: 'Notes' }];
const begin = 'sqs → take-notes';

describe('the sites of a run', () => {
  it('are its deliveries and calls, in their order and counted through the run', async () => {
    const { takes, sites } = pierced(assetDir);
    await takes(put, get);
    await takes(put);
    expect(sites.map(({ id }) => id)).toEqual([
      ...['take-notes/on.sqs@1', 'take-notes/PutItem.Notes@1', 'take-notes/GetItem.Notes@1'],
      ...['take-notes/on.sqs@2', 'take-notes/PutItem.Notes@2'],
    ]);
  });

  it('are told by the calls before them in the same invocation', async () => {
    const { takes, sites } = pierced(assetDir);
    await takes(put, refused, get);
    await takes(get);
    expect(sites.map(({ path }) => path)).toEqual([
      begin,
      'take-notes PutItem.Notes',
      'take-notes PutItem.Notes Refused.Notes',
      'take-notes PutItem.Notes Refused.Notes:ValidationException GetItem.Notes',
      begin,
      'take-notes GetItem.Notes',
    ]);
  });

  it('lie on an edge from the last answer, whatever was before and tried again', async () => {
    const { takes, sites } = pierced(assetDir, { 'take-notes/GetItem.Notes@1': 'B' });
    await takes(put, refused, get, get);
    expect(sites.map(({ edge }) => edge)).toEqual([
      begin,
      'take-notes  → PutItem.Notes',
      'take-notes PutItem.Notes → Refused.Notes',
      'take-notes Refused.Notes:ValidationException → GetItem.Notes',
      'take-notes Refused.Notes:ValidationException → GetItem.Notes',
    ]);
  });

  it('say of a call who has invoked its function', async () => {
    const { outcomeOf, sites } = pierced(assetDir);
    await outcomeOf({ calls: [put] }, 'states.saga');
    expect(sites.map(({ source }) => source)).toEqual(['states', 'states']);
  });

  it('say of a call whether it is at a provider', async () => {
    const { takes, sites } = pierced(assetDir);
    await takes(put, ['dynamodb', 'PutItem', { TableName: 'Sandbox' }]);
    expect(sites.slice(1).map(({ isAtProvider }) => isAtProvider)).toEqual([false, true]);
  });

  it.each(['B', 'L', 'H', 'R5s'])(
    'are the same behind a call that was tried again after %s',
    async (fault) => {
      const { takes, sites } = pierced(assetDir, { 'take-notes/PutItem.Notes@1': fault });
      await takes(put, put, get);
      expect(sites.map(({ path }) => path)).toEqual([
        begin,
        'take-notes PutItem.Notes',
        'take-notes PutItem.Notes again',
        'take-notes PutItem.Notes GetItem.Notes',
      ]);
    },
  );

  it('tell a message that comes again from one that comes first', async () => {
    const { outcomeOf, sites } = pierced(assetDir);
    for (const ApproximateReceiveCount of ['1', '2'])
      await outcomeOf({ Records: [{ messageId: 'm', attributes: { ApproximateReceiveCount } }] });
    expect(sites.map(({ path }) => path)).toEqual([begin, `${begin} again`]);
  });

  it('are not what comes from outside of functions', async () => {
    const { kernel, gateway, sites, actions } = pierced(assetDir);
    const caller = { name: 'operator', roleArn: undefined };
    const call = { service: 'dynamodb', action: 'PutItem', input: { TableName: 'Notes' }, caller };
    await kernel.drive(gateway.call(call));
    expect([sites, actions()]).toEqual([[], ['PutItem']]);
  });

  it('are not the calls of an invocation that is cut off', async () => {
    const { takes, sites } = pierced(assetDir, { 'take-notes/PutItem.Notes@1': 'Bx' });
    await takes(put, get);
    expect(sites.map(({ id }) => id)).toEqual([
      'take-notes/on.sqs@1',
      'take-notes/PutItem.Notes@1',
    ]);
  });
});

describe('a planned fault', () => {
  it('strikes at its site, and is told of', async () => {
    const { takes, struck } = pierced(assetDir, { 'take-notes/GetItem.Notes@2': 'H' });
    expect((await takes(get, get, get)).told).toEqual([
      ...['ok', 'ProvisionedThroughputExceededException', 'ok'],
    ]);
    expect(struck).toEqual(['take-notes/GetItem.Notes@2=H']);
  });

  it('whose site never comes does not strike', async () => {
    const { takes, struck, injector } = pierced(assetDir, { 'take-notes/GetItem.Notes@9': 'H' });
    await takes(get);
    expect([struck, injector.isOver]).toEqual([[], true]);
  });
});

describe('what a call is about', () => {
  const caller = { name: 'sample', roleArn: undefined };
  it.each([
    ['its table', { TableName: 'Notes' }, 'Notes'],
    ['its queue, by the last part of the URL', { QueueUrl: 'https://sqs/1/Orders' }, 'Orders'],
    [
      'the table of the first item of a transaction',
      { TransactItems: [{ Put: { TableName: 'A' } }, { Put: { TableName: 'B' } }] },
      'A',
    ],
    ['the first table of a batch', { RequestItems: { A: {}, B: {} } }, 'A'],
    ['the state machine', { stateMachineArn: 'arn' }, 'machine'],
    ['the state machine of an execution', { executionArn: 'arn' }, 'machine'],
    ['nothing in particular', {}, 'service'],
  ])('is %s', (_, input, target) => {
    expect(targetOf({ service: 's', action: 'a', input, caller })).toBe(target);
  });
});
