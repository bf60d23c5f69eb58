import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rescueRuns } from '../../lambdas/adapters/rescue-runs.ts';
import type { RescuePage } from '../../lambdas/contract/rescue-request.ts';
import type { RescueRuns } from '../../lambdas/shell/rescue-outbox.ts';
import { createFakeClock } from '../support/fakes/clock.ts';
import { createFakeRescueRuns } from '../support/fakes/rescue-runs.ts';
import { type LocalTables, startLocalTables } from '../support/local-tables.ts';
import { sampleInstant } from '../support/sample-orders.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables({ View: ['id'] });
});
beforeEach(() => tables.reset());
afterAll(() => tables.stop());

const real = () =>
  rescueRuns({
    ...{ dynamo: tables.client, table: 'View', clock: createFakeClock() },
    ...{ sqs: new SQSClient({}), queue: 'unused' },
  });

const pageOf = (page: number, token: string, run = 'run'): RescuePage => ({
  ...{ since: sampleInstant, run, page, token },
  total: { read: 0, fed: 0, parked: 0 },
});

describe('the row of a rescue', () => {
  it('expires thirty days after its newest page was claimed', async () => {
    await real().claim(pageOf(3, 'a'));
    const Key = { id: { S: 'rescue#run' } };
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'View', Key }));
    const expires = Math.floor(Date.parse(sampleInstant) / 1_000) + 30 * 86_400;
    expect(Item && unmarshall(Item)).toEqual({ id: 'rescue#run', page: 3, token: 'a', expires });
  });
});

describe.each<[string, () => RescueRuns]>([
  ['in memory', createFakeRescueRuns],
  ['in DynamoDB', real],
])('runs of a rescue, %s,', (_where, create) => {
  let runs: RescueRuns;
  beforeEach(() => {
    runs = create();
  });

  it('give a page to the message that comes first, however often it comes', async () => {
    expect(await runs.claim(pageOf(1, 'first'))).toBe(true);
    expect(await runs.claim(pageOf(2, 'a'))).toBe(true);
    expect(await runs.claim(pageOf(2, 'a'))).toBe(true);
  });

  it('give no page to a twin', async () => {
    await runs.claim(pageOf(2, 'a'));
    expect(await runs.claim(pageOf(2, 'b'))).toBe(false);
    expect(await runs.claim(pageOf(2, 'a'))).toBe(true);
  });

  it('give no page that is past, to whomever', async () => {
    await runs.claim(pageOf(2, 'a'));
    await runs.claim(pageOf(10, 'c'));
    expect(await runs.claim(pageOf(2, 'a'))).toBe(false);
    expect(await runs.claim(pageOf(9, 'c'))).toBe(false);
  });

  it('do not know each other', async () => {
    await runs.claim(pageOf(7, 'a'));
    expect(await runs.claim(pageOf(1, 'first', 'another'))).toBe(true);
  });
});
