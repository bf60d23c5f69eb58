import { describe, expect, it } from 'vitest';
import { add, isSameMoney, times, zero } from '../../../lambdas/domain/money.ts';
import type { Currency, Money } from '../../../lambdas/domain/values.ts';

const usd = (amount: number): Money => ({ amount, currency: 'USD' as Currency });
const eur = (amount: number): Money => ({ amount, currency: 'EUR' as Currency });

describe('money', () => {
  it('is added up and multiplied in minor units', () => {
    expect(add(usd(250), usd(199))).toEqual(usd(449));
    expect(times(usd(199), 3)).toEqual(usd(597));
    expect(add(zero('EUR' as Currency), eur(5))).toEqual(eur(5));
  });

  it('is the same when amount and currency are', () => {
    expect(isSameMoney(usd(5), usd(5))).toBe(true);
    expect(isSameMoney(usd(5), usd(6))).toBe(false);
    expect(isSameMoney(usd(5), eur(5))).toBe(false);
  });

  it('of two currencies is never added up', () => {
    expect(() => add(usd(5), eur(5))).toThrow('share a currency');
  });

  it('is never an amount that a number cannot hold exactly', () => {
    expect(() => add(usd(Number.MAX_SAFE_INTEGER), usd(1))).toThrow('safe integer');
    expect(() => times(usd(Number.MAX_SAFE_INTEGER), 2)).toThrow('safe integer');
  });
});
