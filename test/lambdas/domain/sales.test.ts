import { describe, expect, it } from 'vitest';
import {
  type Sale,
  saleOf,
  salesChanges,
  salesShard,
  salesShards,
} from '../../../lambdas/domain/sales.ts';
import type { Currency, Instant } from '../../../lambdas/domain/values.ts';
import {
  cancelledOrder,
  capturedOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
  sampleOrderId,
} from '../../support/sample-orders.ts';

const sale = (day: string, amount: number, currency = 'USD'): Sale => ({
  day,
  revenue: { amount, currency: currency as Currency },
});

describe('the sales of a day', () => {
  it('count no order that is pending, rejected or cancelled', () => {
    for (const order of [placedOrder(), rejectedOrder(), cancelledOrder()])
      expect(saleOf(order)).toBeUndefined();
  });

  it('count a confirmed order with its total, before and after its capture', () => {
    expect(saleOf(confirmedOrder())).toEqual(sale('2026-03-14', 2_500));
    expect(saleOf(capturedOrder())).toEqual(saleOf(confirmedOrder()));
  });

  it('count an order on the UTC day it was placed', () => {
    const late = placedOrder(sampleOrderId(), '2026-03-14T23:59:59.999Z' as Instant);
    expect(saleOf(confirmedOrder(late))?.day).toBe('2026-03-14');
  });

  it('do not change when the contribution does not', () => {
    expect(salesChanges(undefined, undefined)).toEqual([]);
    expect(salesChanges(sale('2026-03-14', 5), sale('2026-03-14', 5))).toEqual([]);
  });

  it('take back exactly what a deleted row had added', () => {
    const [added] = salesChanges(undefined, sale('2026-03-14', 5));
    const [taken] = salesChanges(sale('2026-03-14', 5), undefined);
    expect(added).toEqual({ day: '2026-03-14', orders: 1, revenue: new Map([['USD', 5]]) });
    expect(taken).toEqual({ day: '2026-03-14', orders: -1, revenue: new Map([['USD', -5]]) });
  });

  it('move by the difference when only the amount differs', () => {
    expect(salesChanges(sale('2026-03-14', 5), sale('2026-03-14', 7))).toEqual([
      { day: '2026-03-14', orders: 0, revenue: new Map([['USD', 2]]) },
    ]);
  });

  it('count an order of nothing, but no sum of it', () => {
    expect(salesChanges(undefined, sale('2026-03-14', 0))).toEqual([
      { day: '2026-03-14', orders: 1, revenue: new Map() },
    ]);
  });

  it('never add amounts of two currencies or two days', () => {
    expect(salesChanges(sale('2026-03-14', 5), sale('2026-03-14', 5, 'EUR'))).toEqual([
      {
        day: '2026-03-14',
        orders: 0,
        revenue: new Map([
          ['USD', -5],
          ['EUR', 5],
        ]),
      },
    ]);
    expect(salesChanges(sale('2026-03-14', 5), sale('2026-03-15', 5))).toHaveLength(2);
  });

  it('are spread over all shards, an order always in the same one', () => {
    const ids = Array.from({ length: 400 }, (_, index) => sampleOrderId(`order-${index}`));
    const shards = ids.map(salesShard);
    expect(new Set(shards).size).toBe(salesShards);
    expect(ids.map(salesShard)).toEqual(shards);
  });

  it('are spread evenly: of 800 orders each shard counts between 70 and 130', () => {
    const ids = Array.from({ length: 800 }, (_, index) => sampleOrderId(`order-${index}`));
    const counts = [...Map.groupBy(ids, salesShard).values()].map((own) => own.length);
    expect(counts).toHaveLength(salesShards);
    expect(Math.min(...counts)).toBeGreaterThan(70);
    expect(Math.max(...counts)).toBeLessThan(130);
  });
});
