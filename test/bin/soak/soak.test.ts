import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { checkAll } from '../../../bin/soak/checks.ts';
import { gatherEvidence } from '../../../bin/soak/evidence.ts';
import { beginFaults, soakChaos } from '../../../bin/soak/faults.ts';
import { Load } from '../../../bin/soak/load.ts';
import { comeToRest } from '../../../bin/soak/rest.ts';
import { RoughWay } from '../../../bin/soak/rough-way.ts';
import { createEngine, type Engine } from '../../../local/engine.ts';
import { assemblyDir } from '../../support/assembly.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'everonce-soak-test-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (isFaulty: boolean): Promise<Engine> =>
  createEngine({
    ...{ assembly: assemblyDir, dataDir, kernel: 'real' },
    ...(isFaulty && { chaos: soakChaos }),
  });

// Two lives: one full of faults that ends in the middle of everything, and a calm one.
it('what was broken and ended in the middle of its work ends well, and every check sees it', async () => {
  const faults: string[] = [];
  const onFault = (name: string) => void faults.push(name);
  const first = await start(true);
  let engine = first;
  // Whoever waits for an engine that has ended gets no answer.
  const death = Promise.withResolvers<undefined>();
  const way = new RoughWay(
    (request) =>
      engine === first
        ? Promise.race([first.request(request), death.promise])
        : engine.request(request),
    4,
    onFault,
  );
  const load = new Load({
    ...{ clients: 3, seed: 4, send: way.send, signal: new AbortController().signal },
    tokenOf: (client) => engine.token(client, client === 'operator' ? 'operator' : 'orders'),
  });
  await load.stockUp();
  beginFaults(first, { seed: 4, onFault });
  const loading = load.run();
  await vi.waitFor(() => expect(load.accepted).toBeGreaterThan(8), { timeout: 20_000 });
  await first.stop();
  way.smooth();
  engine = await start(false);
  death.resolve(undefined);
  load.finish();
  await loading;
  await comeToRest(engine);
  const { checks, outcomes } = await checkAll(engine, load.operations);
  const { whole, portions } = await gatherEvidence(engine, load.operations);
  await engine.stop();
  expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
  expect(faults.length).toBeGreaterThan(0);
  const orders = Object.values(outcomes).reduce((sum, count) => sum + count);
  expect(orders).toBeGreaterThan(8);
  // Placed and decided, each seen in the stream, over the end of the first engine.
  expect(whole.changes.length).toBeGreaterThanOrEqual(2 * orders);
  expect(portions.flatMap(({ changes }) => changes)).toHaveLength(whole.changes.length);
}, 60_000);
