import { describe, expect, it } from 'vitest';
import { isCurrency, isOrderId, isSku } from '../../../lambdas/domain/values.ts';

describe('an identifier', () => {
  const id = 'aZ09_-'.padEnd(43, 'x');

  it.each([
    ['an order', isOrderId, [id]],
    ['a product', isSku, ['a', 'Tea_1.5-kg', 'x'.repeat(64)]],
    ['a currency', isCurrency, ['USD']],
  ] as const)('of %s is known by its form', (_of, isKnown, right) => {
    expect(right.filter((text) => !isKnown(text))).toEqual([]);
  });

  it.each([
    ['an order', isOrderId, ['', id.slice(1), `${id}x`, `${id.slice(1)}+`]],
    ['a product', isSku, ['', 'x'.repeat(65), 'a/b', '/a', 'a b', 'a\n']],
    ['a currency', isCurrency, ['', 'US', 'USDT', 'xUSD', 'usd', 'US1']],
  ] as const)('of %s is nothing else', (_of, isKnown, wrong) => {
    expect(wrong.filter((text) => isKnown(text))).toEqual([]);
  });
});
