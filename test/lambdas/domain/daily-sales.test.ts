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

  it.each([
    ['CHF', 'USD', 'EUR'],
    ['USD', 'EUR', 'CHF'],
    ['EUR', 'CHF', 'USD'],
  ])('keep currencies apart, US dollars first and then by code: %s, %s, %s', (...currencies) => {
    const shards = [{ orders: 3, revenue: currencies.map((currency) => money(1, currency)) }];
    const shown = dailySales(shards).revenue.map(({ currency }) => currency);
    expect(shown).toEqual(['USD', 'CHF', 'EUR']);
  });

  it('leave out a currency whose sales were all taken back', () => {
    const shards = [{ orders: 1, revenue: [money(0, 'CHF'), money(3, 'EUR')] }];
    expect(dailySales(shards).revenue).toEqual([money(3, 'EUR')]);
  });

  it('are nothing on a day without shards', () => {
    expect(dailySales([])).toEqual({ orders: 0, revenue: [] });
  });
});
