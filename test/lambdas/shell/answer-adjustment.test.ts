import { describe, expect, it } from 'vitest';
import {
  adjustmentAnswer,
  keyReused,
  stillInProgress,
} from '../../../lambdas/shell/answer-adjustment.ts';

const first = { isReplay: false };
const replay = { 'idempotency-replayed': 'true' };

describe('the answer to an adjustment', () => {
  it('says what is available, and nothing else the first time', () => {
    const made = { outcome: 'adjusted', available: 7, isRepeat: false } as const;
    const body = { stock: { available: 7 } };
    expect(adjustmentAnswer(made, first)).toEqual({ status: 200, body });
  });

  it.each([
    ['replayed from its record', { isReplay: true, isRepeat: false }],
    ['found made already', { isReplay: false, isRepeat: true }],
    ['both', { isReplay: true, isRepeat: true }],
  ])('says that it is a repeat when it is %s', (_which, { isReplay, isRepeat }) => {
    const made = { outcome: 'adjusted', available: 7, isRepeat } as const;
    expect(adjustmentAnswer(made, { isReplay })).toMatchObject({ status: 200, headers: replay });
  });

  it.each([
    [{ reason: 'UNKNOWN_PRODUCT' }, 404, 'not-found'],
    [{ reason: 'KEY_REUSED' }, 422, 'idempotency-key-reused'],
    [{ reason: 'OUT_OF_STOCK', missing: 3 }, 409, 'insufficient-stock'],
  ] as const)('refuses %o with %i %s', (refusal, status, kind) => {
    const answer = adjustmentAnswer({ outcome: 'refused', ...refusal }, first);
    expect(answer).toMatchObject({ status, body: { type: `/problems/${kind}` } });
  });

  it('says how much is missing', () => {
    const refused = { outcome: 'refused', reason: 'OUT_OF_STOCK', missing: 3 } as const;
    expect(adjustmentAnswer(refused, first).body).toMatchObject({
      detail: 'The stock is 3 units short of that.',
    });
  });

  it('asks for the same request again while its first twin is running', () => {
    expect(stillInProgress()).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
      body: { type: '/problems/request-in-progress' },
    });
  });

  it('is another for another request under the same key', () => {
    expect(keyReused()).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });
});
