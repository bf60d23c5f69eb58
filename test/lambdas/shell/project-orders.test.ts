import { describe, expect, it } from 'vitest';
import { TransientFault } from '../../../lambdas/contract/faults.ts';
import { type Order, recordParked } from '../../../lambdas/domain/order.ts';
import { salesShard } from '../../../lambdas/domain/sales.ts';
import type { OrderChange } from '../../../lambdas/shell/order-change.ts';
import { projectOrders } from '../../../lambdas/shell/project-orders.ts';
import { createFakeViewStore } from '../../support/fakes/view-store.ts';
import {
  capturedOrder,
  confirmedOrder,
  placedOrder,
  rejectedOrder,
  sampleInstant,
  sampleOrderId,
} from '../../support/sample-orders.ts';

/** The changes of an order that went through these states. */
function history(...states: readonly (Order | 'deleted')[]): OrderChange[] {
  return states.map((state, index) => {
    const before = states[index - 1];
    return {
      sequenceNumber: `${index + 1}`,
      ...(before && before !== 'deleted' && { before }),
      ...(state !== 'deleted' && { after: state }),
    };
  });
}

const parked = (order: Order): Order =>
  recordParked(order, { step: 'VoidPayment', at: sampleInstant }).order;

const one = placedOrder(sampleOrderId('one'));
const two = placedOrder(sampleOrderId('two'));
const confirmedHistory = history(one, confirmedOrder(one), capturedOrder(confirmedOrder(one)));
const rejectedHistory = history(two, rejectedOrder(two), parked(rejectedOrder(two)));
const deletedHistory = history(one, confirmedOrder(one), 'deleted');

async function fold(changes: readonly OrderChange[]) {
  const view = createFakeViewStore();
  for (const change of changes) await projectOrders(view, [change]);
  return { rows: view.rows, counters: view.counters() };
}

describe('the projection', () => {
  it('answers the oldest change of an order that could not be written, and writes the others', async () => {
    // The store fails for one order.
    const view = createFakeViewStore();
    view.failFor(two.id, new TransientFault('throttled'));
    const mixed = [confirmedHistory[0], ...rejectedHistory, confirmedHistory[1]].filter(
      (change) => change !== undefined,
    );
    const failures = await projectOrders(view, mixed);
    expect(failures.map(({ change }) => change)).toEqual([rejectedHistory[0]]);
    expect(view.rows.get(one.id)).toMatchObject({ version: 2, status: 'CONFIRMED' });
  });

  it('gives up for now when the row keeps changing', async () => {
    // Someone else's row is there whatever is expected, and it never becomes newer.
    const view = createFakeViewStore();
    let version = 0;
    view.replace = async () => ({ outcome: 'lost', stored: { version: version-- } });
    const [failure] = await projectOrders(view, confirmedHistory);
    expect(failure?.error).toBeInstanceOf(TransientFault);
    expect(version).toBe(-5);
  });

  it('asks for the row that the old image tells of, and so writes once', async () => {
    const view = createFakeViewStore();
    await projectOrders(view, history(one));
    const { replace } = view;
    const asked: unknown[] = [];
    view.replace = (replacement) => {
      asked.push(replacement.held?.version);
      return replace(replacement);
    };
    await projectOrders(view, confirmedHistory.slice(1, 2));
    expect(asked).toEqual([1]);
  });

  it('has orders of two shards written beside each other, those of one in turn', async () => {
    // The first write of a shard ends only when another shard's has begun.
    const ids = Array.from({ length: 40 }, (_, index) => sampleOrderId(`order-${index}`));
    const [first = one.id] = ids;
    const other = ids.find((id) => salesShard(id) !== salesShard(first)) ?? first;
    const twin = ids.find((id) => id !== first && salesShard(id) === salesShard(first)) ?? first;
    const begun: string[] = [];
    const otherBegins = Promise.withResolvers<void>();
    const view = createFakeViewStore();
    view.replace = async ({ row }) => {
      begun.push(row.id);
      if (row.id === other) otherBegins.resolve();
      else await otherBegins.promise;
      return { outcome: 'replaced' };
    };
    await projectOrders(
      view,
      [first, twin, other].flatMap((id) => history(placedOrder(id))),
    );
    expect(begun).toEqual([first, other, twin]);
  });

  it('has nothing to show of a write that left nothing and replaced nothing', async () => {
    const view = createFakeViewStore();
    expect(await projectOrders(view, [{ sequenceNumber: '1' }])).toEqual([]);
    expect(view.writes()).toBe(0);
  });

  it('writes the newest state of a batch only, once', async () => {
    const view = createFakeViewStore();
    expect(await projectOrders(view, confirmedHistory)).toEqual([]);
    expect(view.writes()).toBe(1);
    expect(view.rows.get(one.id)).toMatchObject({
      version: 3,
      customer: 'https://issuer.example|customer-1',
      status: 'CONFIRMED',
      placedAt: one.placedAt,
    });
  });

  it('writes the newest state of a batch, wherever it stands in it', async () => {
    const view = createFakeViewStore();
    expect(await projectOrders(view, [...confirmedHistory].reverse())).toEqual([]);
    expect(view.rows.get(one.id)).toMatchObject({ version: 3 });
  });

  it('shows the public representation, and nothing that is not public', async () => {
    const view = createFakeViewStore();
    await projectOrders(view, confirmedHistory);
    const row = view.rows.get(one.id);
    const shown = JSON.parse(row && 'order' in row ? row.order : '') as Record<string, unknown>;
    expect(shown).toMatchObject({ id: one.id, payment: { status: 'CAPTURED' } });
    expect(JSON.stringify(row)).not.toContain('pm_card_visa');
  });

  it('fills a missing row from a write that changed nothing', async () => {
    const touched = confirmedOrder(one);
    const view = createFakeViewStore();
    await projectOrders(view, [{ sequenceNumber: '1', before: touched, after: touched }]);
    expect(view.rows.get(one.id)).toMatchObject({ version: 2 });
  });

  it('does not resurrect a deleted order', async () => {
    const { rows, counters } = await fold([...deletedHistory, ...confirmedHistory]);
    expect(rows.get(one.id)).toEqual({ id: one.id, version: 3, deleted: true });
    expect(counters).toEqual({});
  });

  it('takes an order that is deleted and placed anew in one batch as it does one by one', async () => {
    // The tombstone and the confirmation of the new order have the same version.
    const changes = history(one, 'deleted', one, confirmedOrder(one));
    const view = createFakeViewStore();
    await projectOrders(view, changes);
    expect(view.rows).toEqual((await fold(changes)).rows);
    expect(view.rows.get(one.id)).toEqual({ id: one.id, version: 2, deleted: true });
  });
});
