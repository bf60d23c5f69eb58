import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../../lambdas/contract/cursor.ts';
import { RequestRefused } from '../../../lambdas/contract/http.ts';
import { listPosition } from '../../../lambdas/contract/order-api.ts';
import { orderId, placedAt } from '../../support/customer-orders.ts';

describe('a cursor', () => {
  it('says where the next page starts', () => {
    const cursor = writeCursor([placedAt, orderId]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(readCursor(cursor, listPosition)).toEqual([placedAt, orderId]);
  });

  it.each([
    ['another list', writeCursor(['tea'])],
    ['an id of another form', writeCursor([placedAt, 'x'])],
    ['an instant of another form', writeCursor(['yesterday', orderId])],
    ['more than a position', writeCursor([placedAt, orderId, 'mallory'])],
    ['padding', `${writeCursor([placedAt, orderId])}=`],
  ])('of %s is refused', (_what, cursor) => {
    expect(() => readCursor(cursor, listPosition)).toThrow(RequestRefused);
  });

  it('is read or refused with 400, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (cursor) => {
        expect(() => readCursor(cursor, listPosition)).toThrow(RequestRefused);
      }),
    );
  });
});
