import { describe, expect, it } from 'vitest';
import { decideView, heldRow, liveRow, tombstone } from '../../../lambdas/domain/view.ts';
import { confirmedOrder, placedOrder } from '../../support/sample-orders.ts';

const shown = { customer: 'issuer|customer-1', order: '{}' };
const placed = liveRow(placedOrder(), shown);
const confirmed = liveRow(confirmedOrder(), shown);

describe('a row of the view', () => {
  it('is never replaced by an older or equal version', () => {
    expect(decideView({ version: 2 }, placed)).toEqual({ outcome: 'stale' });
    expect(decideView({ version: 2 }, confirmed)).toEqual({ outcome: 'stale' });
  });

  it('adds an order to the sales when it is confirmed, and only then', () => {
    expect(decideView(undefined, placed)).toMatchObject({ outcome: 'replace', sales: [] });
    expect(decideView({ version: 1 }, confirmed)).toMatchObject({ sales: [{ orders: 1 }] });
    expect(decideView(heldRow(confirmedOrder()), { ...confirmed, version: 3 })).toMatchObject({
      sales: [],
    });
  });

  it('counts a confirmed order that is the first thing heard of it', () => {
    expect(decideView(undefined, confirmed)).toMatchObject({ sales: [{ orders: 1 }] });
  });

  it('leaves a tombstone above every version, which takes the sale back', () => {
    const row = tombstone(confirmedOrder());
    expect(row).toEqual({ id: placedOrder().id, version: 3, deleted: true });
    expect(decideView(heldRow(confirmedOrder()), row)).toMatchObject({ sales: [{ orders: -1 }] });
  });

  it('is not resurrected by an event that comes after its deletion', () => {
    expect(decideView({ version: 3 }, confirmed)).toEqual({ outcome: 'stale' });
  });
});
