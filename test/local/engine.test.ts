import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../local/engine.ts';
import {
  aMapping,
  anApi,
  aQueue,
  assetHash,
  aTable,
  getAtt,
  removeAssemblies,
  writeAssembly,
} from './template/assembly.ts';

/** Answers requests with who asks, takes every batch, and fails on the message `poison`. */
const handler = `exports.handler = async (event) => {
  if (event.Records?.some(({ body }) => body === 'poison')) throw new RangeError('no such message');
  if (event.Records) return { batchItemFailures: [] };
  return { who: event.requestContext.authorizer.jwt.claims.sub, at: Date.now(), any: Math.random() };
};`;

const engines: Engine[] = [];

async function start(seed = 1): Promise<Engine> {
  const assembly = writeAssembly({
    ...anApi(),
    Orders: aTable(),
    Dead: aQueue(),
    Jobs: aQueue({
      RedrivePolicy: { deadLetterTargetArn: getAtt('Dead', 'Arn'), maxReceiveCount: 2 },
    }),
    FromQueue: aMapping({ EventSourceArn: getAtt('Jobs', 'Arn') }),
    FromStream: aMapping({
      EventSourceArn: getAtt('Orders', 'StreamArn'),
      StartingPosition: 'TRIM_HORIZON',
    }),
  });
  writeFileSync(join(assembly, `asset.${assetHash}`, 'index.js'), handler);
  const engine = await createEngine({ assembly, kernel: { seed } });
  engines.push(engine);
  return engine;
}

async function exercise(engine: Engine): Promise<string> {
  const token = await engine.drive(engine.token('alice', 'orders'));
  const { text } = await engine.drive(engine.request({ path: '/orders/1', token }));
  const input = { TableName: engine.model.tables[0]?.name, Item: { id: { S: 'o1' } } };
  const caller = { name: 'test', roleArn: undefined };
  const call = { service: 'dynamodb', action: 'PutItem', input, caller };
  await engine.drive(engine.gateway.call(call));
  engine.sqs.send(engine.model.queues[1]?.arn ?? '', 'hello', 'test');
  await engine.quiesce(3_600_000);
  return text;
}

afterAll(async () => {
  for (const engine of engines) await engine.stop();
  removeAssemblies();
});

describe('engine', () => {
  it('runs what the template says, from the request to the stream and the queue', async () => {
    const engine = await start();
    expect(JSON.parse(await exercise(engine))).toMatchObject({ who: 'alice' });
    expect(await engine.drive(engine.items('Orders'))).toEqual([{ id: { S: 'o1' } }]);
    expect(engine.usage().functions['Shop-Work']?.invocations).toBeGreaterThanOrEqual(3);
    expect(engine.isQuiet()).toBe(true);
  });

  it('repeats a run exactly under the same seed, and not under another', async () => {
    const runs = await Promise.all([start(7), start(7), start(8)]);
    const seen = [];
    for (const engine of runs) {
      const text = await exercise(engine);
      const { kernel } = engine;
      seen.push([text, kernel.mode === 'virtual' && kernel.log.digest()]);
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).not.toEqual(seen[2]);
  });

  it('says what is in flight, and moves a message that always fails to its dead letters', async () => {
    // The function throws for this message.
    const engine = await start();
    engine.sqs.send(engine.model.queues[1]?.arn ?? '', 'poison', 'test');
    expect(engine.isQuiet()).toBe(false);
    expect(engine.pending().join()).toContain('Shop-Jobs');
    await expect(engine.quiesce(10)).rejects.toThrow(/not quiet after 10 ms; pending: .*Shop-Jobs/);
    await engine.quiesce(3_600_000);
    expect(engine.sqs.depths()['Shop-Dead']).toMatchObject({ visible: 1 });
  });

  it('answers under /_local/ and refuses what it does not have there', async () => {
    const engine = await start();
    const ask = (path: string, body?: unknown) =>
      engine.drive(engine.request({ path, ...(body !== undefined && { method: 'POST', body }) }));
    expect((await ask('/_local/health')).status).toBe(200);
    // The stream has not been looked at yet.
    expect((await ask('/_local/quiesced')).status).toBe(503);
    await engine.quiesce(10_000);
    expect((await ask('/_local/quiesced')).json).toEqual({ quiesced: true, pending: [] });
    expect((await ask('/_local/meter')).json).toEqual(engine.usage());
    const { json } = await ask('/_local/token', { sub: 'bob', scope: 'orders' });
    const { access_token: token } = json as { access_token: string };
    const answer = await engine.drive(engine.request({ path: '/orders/1', token }));
    expect(answer.json).toMatchObject({ who: 'bob' });
    expect((await ask('/_local/token', { sub: '' })).status).toBe(400);
    expect((await ask('/_local/token', 'no json')).status).toBe(400);
    expect((await ask('/_local/nowhere')).status).toBe(404);
  });

  it('leaves a line in the log for an invocation that failed', async () => {
    // The function throws for this message.
    const lines: string[] = [];
    const assembly = writeAssembly({
      ...anApi(),
      Jobs: aQueue(),
      FromQueue: aMapping({ EventSourceArn: getAtt('Jobs', 'Arn') }),
    });
    writeFileSync(join(assembly, `asset.${assetHash}`, 'index.js'), handler);
    const engine = await createEngine({
      assembly,
      kernel: { seed: 1 },
      chaos: { repeat: 0, overtakeMs: 0 },
      onLog: ({ functionName, line }) => lines.push(`${functionName} ${line}`),
    });
    engines.push(engine);
    engine.sqs.send(engine.model.queues[0]?.arn ?? '', 'poison', 'test');
    // Without dead letters the message stays for days: not quiet is what is expected.
    await expect(engine.quiesce(1000)).rejects.toThrow('not quiet');
    expect(lines[0]).toBe('Shop-Work RangeError: no such message');
  });
});
