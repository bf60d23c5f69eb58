/** The engine beside what AWS documents, through its port and the SDK, as anybody outside meets it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clients, Outcome } from '../../../bin/conformance/case.ts';
import { cases } from '../../../bin/conformance/cases.ts';
import { closeClients, createClients } from '../../../bin/conformance/clients.ts';
import { knownDifferences } from '../../../bin/conformance/known-differences.ts';
import { type OwnEngine, startOwnEngine } from '../../../bin/conformance/own-engine.ts';
import { runCases } from '../../../bin/conformance/run.ts';
import { assemblyDir } from '../../support/assembly.ts';
import { interpose } from '../../support/interposed.ts';
import { run } from '../running.ts';

const roleArn = 'arn:aws:iam::000000000000:role/conformance';
const left: unknown[] = [];
let engine: OwnEngine;
let clients: Clients;

const ask = (which: typeof cases, endpoint = clients) =>
  runCases(which, {
    clients: endpoint,
    roleArn,
    atOnce: 24,
    limitMs: 30_000,
    signal: new AbortController().signal,
    onDone: () => {},
    onLeft: (id, error) => left.push([id, error]),
  });

beforeAll(async () => {
  engine = await startOwnEngine(assemblyDir);
  clients = createClients(engine.endpoint);
});
afterAll(async () => {
  closeClients(clients);
  await engine.stop();
});

/** Names of what cases have created and nobody has removed. */
async function leftBehind(): Promise<string[]> {
  const { TableNames = [] } = await clients.dynamodb.listTables({});
  const { QueueUrls = [] } = await clients.sqs.listQueues({ MaxResults: 1000 });
  const { stateMachines = [] } = await clients.states.listStateMachines({ maxResults: 1000 });
  const names = [...TableNames, ...QueueUrls, ...stateMachines.map(({ name }) => `${name}`)];
  return names.filter((name) => name.includes('conformance-'));
}

describe('the engine', () => {
  let outcomes: ReadonlyMap<string, Outcome>;
  beforeAll(async () => {
    outcomes = await ask(cases);
  }, 60_000);

  it('answers as AWS documents, but for the differences that are known', () => {
    const differing = [...outcomes].filter(([, { kind }]) => kind !== 'ok').map(([id]) => id);
    const unknown = differing.filter((id) => !knownDifferences.some((known) => known.id === id));
    expect(unknown.map((id) => [id, outcomes.get(id)])).toEqual([]);
    expect(differing.sort()).toEqual(knownDifferences.map(({ id }) => id).sort());
    expect(outcomes.size).toBe(cases.length);
    expect(engine.defects).toEqual([]);
  });

  it('keeps nothing of what the cases have created', async () => {
    expect(left).toEqual([]);
    expect(await leftBehind()).toEqual([]);
  });
});

describe('the cases', () => {
  it('are more than sixty, each with an id of its own, a rule in a sentence and a page of AWS', () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    for (const { id, rule, source } of cases) {
      expect(id).toMatch(/^(dynamodb|streams|sqs|states)\.[a-z0-9-]+$/);
      expect(rule).toMatch(/^[\w ].+\.$/);
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.*\.html(#|$)/);
    }
  });

  it('find a single lie of an endpoint', async () => {
    const liar = await interpose(engine.endpoint, {
      answered: (target, answer) =>
        target === 'AmazonSQS.ReceiveMessage'
          ? answer.replace('"ApproximateReceiveCount":"2"', '"ApproximateReceiveCount":"1"')
          : answer,
    });
    const lied = createClients(liar.endpoint);
    const asked = cases.filter(({ id }) => id.startsWith('sqs.') && id !== 'sqs.fifo');
    const differing = [...(await ask(asked, lied))].filter(([, { kind }]) => kind !== 'ok');
    closeClients(lied);
    liar.close();
    expect(differing).toEqual([
      ['sqs.hidden-while-in-flight', { kind: 'differs', expected: '2', found: '1' }],
    ]);
  });

  it('say that nobody answers, instead of calling it a difference', async () => {
    const nobody = createClients('http://127.0.0.1:9');
    const [first] = cases;
    const outcomes = await ask(first ? [first] : [], nobody);
    closeClients(nobody);
    expect(outcomes.get(`${first?.id}`)).toMatchObject({
      kind: 'not answered',
      why: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('npm run conformance', () => {
  const command = (...args: string[]) => run(['bin/conformance.ts', ...args]);

  it('prints endpoints side by side, differences in words, and ends with 1 for the first', async () => {
    const only = 'sqs.queue-unknown|states.parallel';
    const endpoints = ['--endpoint', engine.endpoint, '--endpoint', 'http://127.0.0.1:9'];
    const { status, output } = await command(...endpoints, '--only', only).ended;
    expect(output).toMatch(/^sqs\.queue-unknown +ok +not answered$/m);
    expect(output).toMatch(/^states\.parallel +differs +not answered$/m);
    expect(output).toContain(`${engine.endpoint}: 1 ok, 1 differs`);
    expect(output).toContain(`${engine.endpoint} expected success, found InvalidDefinition`);
    expect(output).toContain('http://127.0.0.1:9 did not answer: ECONNREFUSED');
    expect(status).toBe(1);
  });

  it('removes what it has created when it is interrupted', async () => {
    const running = command('--endpoint', engine.endpoint, '--only', 'sqs|states');
    await running.says('Asking');
    await expect.poll(leftBehind, { timeout: 10_000 }).not.toEqual([]);
    running.child.kill('SIGINT');
    const { status, output } = await running.ended;
    expect(output).toContain('Ended before its end; what was created is removed.');
    expect(status).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });
});
