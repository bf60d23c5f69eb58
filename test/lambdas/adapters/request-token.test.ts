import { describe, expect, it } from 'vitest';
import { requestToken } from '../../../lambdas/adapters/request-token.ts';

describe('a request token', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  it('has the 36 characters that DynamoDB takes at most', () => {
    expect(requestToken('order', 'HELD')).toMatch(/^[\w-]{36}$/);
  });

  it('is the same for the same parts, and another however they are cut', () => {
    expect(requestToken('a', 'b')).toBe(requestToken('a', 'b'));
    const tokens = [['ab'], ['a', 'b'], ['', 'ab'], ['b', 'a']].map((parts) =>
      requestToken(...parts),
    );
    expect(new Set(tokens).size).toBe(4);
  });
});
