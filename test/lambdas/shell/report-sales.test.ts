import { describe, expect, it } from 'vitest';
import { dynamoSalesReader } from '../../../lambdas/adapters/dynamo-sales-reader.ts';
import { reportSales } from '../../../lambdas/shell/report-sales.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';

const day = '2026-03-14';

function books(...shards: readonly Record<string, unknown>[]) {
  const tables = createFakeTables({ ReadModel: 'id' });
  for (const shard of shards) tables.put('ReadModel', shard);
  const sales = dynamoSalesReader(tables.client, 'ReadModel');
  return { tables, report: () => reportSales({ sales }, day) };
}

describe('a sales report', () => {
  it('adds up all eight shards of the day, and no other day', async () => {
    const shards = Array.from({ length: 8 }, (_, shard) => ({
      id: `sales#${day}#${shard}`,
      orders: 1,
      'revenue#EUR': 100,
    }));
    const { report } = books(...shards, { id: 'sales#2026-03-15#0', orders: 9, 'revenue#EUR': 9 });
    expect(await report()).toEqual({
      day,
      orders: 8,
      revenue: { amount: 800, currency: 'EUR' },
    });
  });

  it('shows a day without sales as nothing, in US dollars', async () => {
    expect(await books().report()).toEqual({
      day,
      orders: 0,
      revenue: { amount: 0, currency: 'USD' },
    });
  });

  it('hides no currency when there are several', async () => {
    const shard = { id: `sales#${day}#3`, orders: 2, 'revenue#EUR': 5, 'revenue#USD': 7 };
    expect(await books(shard).report()).toEqual({
      day,
      orders: 2,
      revenue: { amount: 7, currency: 'USD' },
      otherRevenue: [{ amount: 5, currency: 'EUR' }],
    });
  });

  it('is read in one call', async () => {
    const { tables, report } = books();
    await report();
    expect(tables.calls).toHaveLength(1);
  });
});
