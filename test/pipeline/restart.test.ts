import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restartPipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

/** Confirmed, declined, undeliverable, and one that finds no mug left. */
const requests = [
  ...[placing('order-1', { lines: { mug: 2 } }), placing('order-2', { lines: { mug: 1 } })],
  placing('order-3', { lines: { cup: 1 }, method: 'pm_card_chargeDeclined' }),
  ...[placing('order-4', { lines: { cup: 1 }, postalCode: '00000' })],
  placing('order-5', { lines: { mug: 1 } }),
];
const stock = { mug: 3, cup: 20 };

describe('a pipeline whose engine is killed', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'everonce-restart-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  // Kills the engine twice, at moments that move through the life of five orders.
  it.each(Array.from({ length: 5 }, (_, index) => index + 1))(
    'finishes every order it had accepted, killed at moment %i',
    async (moment) => {
      const first = await startPipeline({ seed: moment, stock, dataDir });
      await first.placeAll(requests);
      await first.kernel.advance(1400 * moment);
      const second = await restartPipeline(first);
      await second.kernel.advance(1100 * (moment % 5));
      const third = await restartPipeline(second);
      await third.settle();
      expect(await third.problems()).toEqual([]);
      await third.stop();
    },
  );

  // Step Functions' memory is lost on top: what started an order is delivered, and nobody carries it on.
  it.each([5000, 8000])(
    'leaves no order half-done although its executions are forgotten after %i ms',
    async (ms) => {
      const first = await startPipeline({ stock, dataDir });
      await first.placeAll(requests);
      await first.kernel.advance(ms);
      const journal = join(dataDir, 'engine.sqlite');
      const second = await restartPipeline(first, { meanwhile: () => forgetExecutions(journal) });
      await second.settle();
      expect(await second.problems()).toEqual([]);
      await second.stop();
    },
  );

  // Streams forget after 24 hours, queues after four days: AWS's services go on meanwhile, the engine does not.
  it.each([
    { afterMs: 0, hours: 120 },
    { afterMs: 3000, hours: 25 },
  ])(
    'finishes what was in flight $afterMs ms after the order, though it was off for $hours hours',
    async ({ afterMs, hours }) => {
      const first = await startPipeline({ seed: 3, stock, dataDir });
      await first.placeAll(requests);
      await first.kernel.advance(afterMs);
      const second = await restartPipeline(first, { downMs: hours * 3_600_000 });
      await second.settle();
      expect(await second.problems()).toEqual([]);
      await second.stop();
    },
  );

  it('answers a repeated request as before, and makes no second order', async () => {
    const [request] = requests as [(typeof requests)[0]];
    const first = await startPipeline({ stock, dataDir });
    const answer = await first.ask(request);
    const second = await restartPipeline(first);
    const again = await second.ask(request);
    expect([again.status, again.text]).toEqual([202, answer.text]);
    await second.settle();
    expect(await second.problems()).toEqual([]);
    await second.stop();
  });
});

function forgetExecutions(journal: string): void {
  const database = new DatabaseSync(journal);
  const open = database.prepare('DELETE FROM states_executions').run();
  database.close();
  expect(open.changes).toBeGreaterThan(0);
}
