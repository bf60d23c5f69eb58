/** Without a guard the pipeline still does its work, as long as nothing goes wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemblyWithout } from '../../../../bin/explore/guards/build.ts';
import { guardOf } from '../../../../bin/explore/guards/catalogue.ts';
import { createEngine, type Engine } from '../../../../local/engine.ts';
import { assemblyDir } from '../../../support/assembly.ts';
import { type Ask, placing, type Wish } from '../../../support/requests.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'everonce-guards-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One mug on sale and on stock, ordered; answers what the customer sees once all is quiet. */
async function orderOne(engine: Engine, wish: Wish): Promise<unknown> {
  const ask = ({ as = 'alice', ...request }: Ask) => {
    const scope = as === 'operator' ? 'operator' : 'orders';
    const answered = engine.token(as, scope).then((token) => engine.request({ token, ...request }));
    return engine.drive(answered);
  };
  const product = { as: 'operator', path: '/products/mug' };
  const body = { title: 'Mug', price: { amount: 1250, currency: 'USD' } };
  await ask({ ...product, method: 'PUT', body });
  await ask({
    ...{ as: 'operator', method: 'POST', path: '/products/mug/stock-adjustments' },
    ...{ headers: { 'idempotency-key': 'delivery' }, body: { delta: 1, reason: 'delivery' } },
  });
  const accepted = await ask(placing('one', wish));
  await engine.quiesce(600_000);
  return (await ask({ path: `/orders/${(accepted.json as { id: string }).id}` })).json;
}

describe('a pipeline that lacks a guard, with nothing going wrong,', () => {
  it.each([
    ['g41', 'a transaction as single writes', {}, 'CONFIRMED'],
    ['g24b+g47', 'two guards at once, one of them in the machine', {}, 'CONFIRMED'],
    ['g23c', 'a function that reads more than is deployed', { postalCode: '00000' }, 'REJECTED'],
  ])('ends an order as ever: %s, %s', async (id, _, wish, status) => {
    const target = join(folder, id);
    await assemblyWithout(id.split('+').map(guardOf), { source: assemblyDir, target });
    const engine = await createEngine({ assembly: target, kernel: { seed: 1 } });
    try {
      expect(await orderOne(engine, wish)).toMatchObject({ status });
      expect([...engine.access.refusals]).toEqual([]);
    } finally {
      await engine.stop();
    }
  });
});
