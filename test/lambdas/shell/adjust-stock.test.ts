import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { dynamoAdjustmentStore } from '../../../lambdas/adapters/dynamo-adjustment-store.ts';
import { dynamoCatalogue, dynamoStockLevels } from '../../../lambdas/adapters/dynamo-catalogue.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { Sku } from '../../../lambdas/domain/values.ts';
import { adjustStock } from '../../../lambdas/shell/adjust-stock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';

const stock = 'Stock';
const tea = 'TEA' as Sku;

function warehouse(available?: number) {
  const tables = createFakeTables({ Catalogue: 'sku', [stock]: 'id' });
  tables.put('Catalogue', { sku: tea, title: 'Tea', amount: 100, currency: 'USD' });
  if (available !== undefined) tables.put(stock, { id: 'sku#TEA', available });
  const ports = {
    catalogue: dynamoCatalogue(tables.client, 'Catalogue'),
    stock: dynamoStockLevels(tables.client, stock),
    adjustments: dynamoAdjustmentStore(tables.client, stock),
  };
  const adjust = (delta: number, { id = 'a', sku = tea as string } = {}) =>
    adjustStock(ports, {
      id,
      fingerprint: `${sku} ${delta}`,
      sku: sku as Sku,
      delta,
      reason: 'counted',
    });
  return { tables, adjust, available: () => tables.get(stock, 'sku#TEA')?.available };
}

describe('adjusting stock', () => {
  it('adds to what there is and says what there is then', async () => {
    const w = warehouse(5);
    expect(await w.adjust(3)).toEqual({ outcome: 'adjusted', available: 8, isRepeat: false });
    expect(w.available()).toBe(8);
  });

  it('takes a product that never had stock for one with none', async () => {
    const w = warehouse();
    expect(await w.adjust(3)).toMatchObject({ available: 3 });
    expect(w.available()).toBe(3);
  });

  it('takes the last unit, and not one more', async () => {
    const w = warehouse(5);
    expect(await w.adjust(-5)).toMatchObject({ available: 0 });
    expect(await w.adjust(-2, { id: 'b' })).toEqual({
      outcome: 'refused',
      reason: 'OUT_OF_STOCK',
      missing: 2,
    });
    expect(w.available()).toBe(0);
  });

  it('gives a repeat the first answer, whatever the stock is now', async () => {
    const w = warehouse(5);
    await w.adjust(3);
    await w.adjust(-8, { id: 'b' });
    expect(await w.adjust(3)).toEqual({ outcome: 'adjusted', available: 8, isRepeat: true });
    expect(w.available()).toBe(0);
  });

  it('recognises its own write when the answer was lost and the SDK sent it again', async () => {
    const w = warehouse(5);
    w.tables.repeatNext('TransactWriteItemsCommand');
    expect(await w.adjust(3)).toEqual({ outcome: 'adjusted', available: 8, isRepeat: false });
    expect(w.available()).toBe(8);
  });

  it('refuses an id that stands for another adjustment', async () => {
    const w = warehouse(5);
    await w.adjust(3);
    expect(await w.adjust(4)).toEqual({ outcome: 'refused', reason: 'KEY_REUSED' });
    expect(w.available()).toBe(8);
  });

  it('decides again when orders took from the stock between read and write', async () => {
    const w = warehouse(5);
    w.tables.beforeNext('TransactWriteItemsCommand', () =>
      w.tables.put(stock, { id: 'sku#TEA', available: 1 }),
    );
    expect(await w.adjust(-2)).toMatchObject({ outcome: 'refused', missing: 1 });
    expect(w.available()).toBe(1);
  });

  it('is transient when it loses every race', async () => {
    const w = warehouse(0);
    for (let race = 1; race <= 8; race++)
      w.tables.beforeNext('TransactWriteItemsCommand', () =>
        w.tables.put(stock, { id: 'sku#TEA', available: race }),
      );
    await expect(w.adjust(1)).rejects.toThrow(TransientFault);
  });

  it('knows no product that was never put', async () => {
    const w = warehouse(5);
    expect(await w.adjust(1, { sku: 'MUG' })).toEqual({
      outcome: 'refused',
      reason: 'UNKNOWN_PRODUCT',
    });
    expect(w.tables.items(stock)).toHaveLength(1);
  });

  it('keeps what was changed and why', async () => {
    const w = warehouse(5);
    await w.adjust(3);
    expect(w.tables.get(stock, 'adjustment#a')).toMatchObject({
      sku: 'TEA',
      delta: 3,
      reason: 'counted',
      stock: 8,
    });
  });

  it('sends equal parameters with equal tokens only', async () => {
    const w = warehouse(5);
    await w.adjust(3);
    w.tables.beforeNext('GetItemCommand', () =>
      w.tables.put(stock, { id: 'sku#TEA', available: 9 }),
    );
    await w.adjust(3, { id: 'b' });
    const tokens = w.tables.calls
      .filter(({ command }) => command === 'TransactWriteItemsCommand')
      .map(({ input }) => (input as { ClientRequestToken: string }).ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
  });

  it('takes a damaged record for a broken contract', async () => {
    const w = warehouse(5);
    w.tables.put(stock, { id: 'adjustment#a', stock: 'many' });
    await expect(w.adjust(3)).rejects.toThrow(PermanentFault);
  });

  it('ends with the sum of what was accepted, however often each is repeated', async () => {
    const request = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      isAnswerLost: fc.boolean(),
    });
    const deltas = fc.record({
      a: fc.integer({ min: -5, max: 5 }),
      b: fc.integer({ min: -5, max: 5 }),
      c: fc.integer({ min: -5, max: 5 }),
      d: fc.integer({ min: -5, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(deltas, fc.array(request, { maxLength: 12 }), async (by, requests) => {
        const w = warehouse(3);
        const answers = new Map<string, number>();
        for (const { id, isAnswerLost } of requests) {
          if (isAnswerLost) w.tables.repeatNext('TransactWriteItemsCommand');
          const result = await w.adjust(by[id as keyof typeof by], { id });
          if (result.outcome === 'refused') continue;
          expect(result.available).toBe(answers.get(id) ?? result.available);
          answers.set(id, result.available);
        }
        const accepted = [...answers.keys()].map((id) => by[id as keyof typeof by]);
        const expected = accepted.reduce((sum, delta) => sum + delta, 3);
        expect(w.available()).toBe(expected);
        expect(expected).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});
