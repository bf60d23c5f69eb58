import { describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { recordParked, reject } from '../../../lambdas/domain/order.ts';
import { decideOrder } from '../../../lambdas/shell/decide-order.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';
import {
  sampleInstant as at,
  placedOrder,
  rejectedOrder,
  sampleOrderId,
} from '../../support/sample-orders.ts';

const placed = placedOrder();
const { id } = placed;
const rejecting = (order: typeof placed) => reject(order, { code: 'OUT_OF_STOCK', at });

describe('a decision on an order', () => {
  it('writes nothing when there is nothing to change', async () => {
    const orders = createFakeOrderStore(rejectedOrder());
    const commit = () => Promise.reject(new Error('nothing to write'));
    const decision = await decideOrder({ ...orders, commit }, id, rejecting);
    expect(decision).toEqual({ outcome: 'unchanged', order: rejectedOrder() });
  });

  it('is made again on what won', async () => {
    const orders = createFakeOrderStore(placed);
    orders.beforeNextCommit((stored) => recordParked(stored, { step: 'recovery', at }).order);
    await decideOrder(orders, id, rejecting);
    expect(orders.get(id)).toMatchObject({ version: 3, status: 'REJECTED', parked: ['recovery'] });
  });

  it('leaves the fifth lost race to a retry', async () => {
    // Whatever is committed, someone else was faster.
    let races = 0;
    const commit = async () => {
      races++;
      return { outcome: 'lost' as const, stored: placed };
    };
    const decided = decideOrder({ ...createFakeOrderStore(placed), commit }, id, rejecting);
    await expect(decided).rejects.toBeInstanceOf(TransientFault);
    expect(races).toBe(5);
  });

  it('fails for good on an order that does not exist', async () => {
    const unknown = decideOrder(createFakeOrderStore(placed), sampleOrderId('unknown'), rejecting);
    await expect(unknown).rejects.toBeInstanceOf(PermanentFault);
  });
});
