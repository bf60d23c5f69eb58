import { describe, expect, it } from 'vitest';
import { dailySales } from '../../../lambdas/domain/daily-sales.ts';
import type { Currency, Money } from '../../../lambdas/domain/values.ts';

const money = (amount: number, currency: string): Money => ({
  amount,
  currency: currency as Currency,
});

describe('the sales of a day', () => {
  it('are the sum of the shards', () => {
    const shards = [
      { orders: 2, revenue: [money(500, 'EUR')] },
      { orders: 1, revenue: [money(250, 'EUR')] },
    ];
    expect(dailySales(shards)).toEqual({ orders: 3, revenue: [money(750, 'EUR')] });
  });

  it('keep currencies apart, US dollars first', () => {
    const shards = [{ orders: 3, revenue: [money(1, 'CHF'), money(2, 'USD'), money(3, 'EUR')] }];
    expect(dailySales(shards).revenue).toEqual([money(2, 'USD'), money(1, 'CHF'), money(3, 'EUR')]);
  });

  it('leave out a currency whose sales were all taken back', () => {
    const shards = [{ orders: 1, revenue: [money(0, 'CHF'), money(3, 'EUR')] }];
    expect(dailySales(shards).revenue).toEqual([money(3, 'EUR')]);
  });

  it('are nothing on a day without shards', () => {
    expect(dailySales([])).toEqual({ orders: 0, revenue: [] });
  });
});
