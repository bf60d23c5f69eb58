import { describe, expect, it } from 'vitest';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import type { CloudEvent } from '../../../lambdas/contract/order-events.ts';
import type { RescuePage } from '../../../lambdas/contract/rescue-request.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import type { Instant } from '../../../lambdas/domain/values.ts';
import {
  itemsPerPage,
  type RescuePorts,
  rescuePage,
  type StoredItem,
} from '../../../lambdas/shell/rescue-outbox.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeParkingLot } from '../../support/fakes/parking-lot.ts';
import { createFakeRescueRuns } from '../../support/fakes/rescue-runs.ts';
import { createFakeViewStore } from '../../support/fakes/view-store.ts';
import { confirmedOrder, placedOrder, sampleOrderId } from '../../support/sample-orders.ts';

const since = '2026-03-14T00:00:00.000Z' as Instant;
const none = { read: 0, fed: 0, parked: 0 };
const first: RescuePage = { since, run: 'm', page: 1, token: 'm', total: none };
const orderOf = (name: string, at?: string) => placedOrder(sampleOrderId(name), at as Instant);
const stored = (...orders: Order[]): StoredItem[] =>
  orders.map((order) => ({ kind: 'order', order }));

/** A table of these items, and everything around it in memory. */
function createWorld(items: readonly StoredItem[]) {
  const sent: CloudEvent[] = [];
  const runs = createFakeRescueRuns();
  const parking = createFakeParkingLot();
  const view = createFakeViewStore();
  let tokens = 0;
  const ports: RescuePorts = {
    runs,
    stored: {
      page: async ({ after, limit }) => {
        const from = Number(after ?? 0);
        const next = from + limit < items.length ? String(from + limit) : undefined;
        return { items: items.slice(from, from + limit), next };
      },
    },
    publisher: {
      publish: async (_queue, events) => {
        sent.push(...events);
        return undefined;
      },
    },
    routes: { OrderPlaced: ['saga', 'watch'], OrderConfirmed: ['billing'] },
    ...{ view, parking, clock: createFakeClock(), newToken: () => `t${++tokens}` },
  };
  return { ports, sent, runs, view, parking };
}

describe('a page of a rescue', () => {
  it('sends all events of an order again and shows it', async () => {
    const order = confirmedOrder();
    const { ports, sent, view } = createWorld(stored(order));
    expect(await rescuePage(ports, first)).toEqual({
      ...{ outcome: 'over', total: { read: 1, fed: 1, parked: 0 } },
    });
    expect(sent.map(({ type }) => type).sort()).toEqual([
      ...['OrderConfirmed', 'OrderPlaced', 'OrderPlaced'],
    ]);
    expect(sent.map(({ id }) => id)).toContain(`${order.id}:2`);
    expect(view.rows.get(order.id)).toMatchObject({ version: 2 });
  });

  it('takes an order by its last event, to the millisecond', async () => {
    const touched = orderOf('touched', since);
    const earlier = orderOf('earlier', '2026-03-13T23:59:59.999Z');
    const confirmed = confirmedOrder(orderOf('late', '2026-03-13T09:00:00.000Z'));
    const late = {
      ...confirmed,
      events: confirmed.events.map((event, index) =>
        index === 0 ? event : { ...event, time: since },
      ),
    };
    const { ports, view } = createWorld(stored(earlier, touched, late));
    expect((await rescuePage(ports, first)).total).toEqual({ read: 3, fed: 2, parked: 0 });
    expect([...view.rows.keys()].sort()).toEqual([touched.id, late.id].sort());
  });

  it('shows nothing older than what is shown', async () => {
    const { ports, view } = createWorld(stored(confirmedOrder()));
    await rescuePage(ports, first);
    const older = createWorld(stored(placedOrder()));
    await rescuePage({ ...older.ports, view }, first);
    expect(view.rows.get(placedOrder().id)).toMatchObject({ version: 2 });
    expect(view.writes()).toBe(1);
  });

  it('passes over refused requests', async () => {
    const { ports, sent, parking } = createWorld([{ kind: 'refusal' }]);
    expect((await rescuePage(ports, first)).total).toEqual({ read: 1, fed: 0, parked: 0 });
    expect(sent).toEqual([]);
    expect(parking.entries.size).toBe(0);
  });

  it('parks what it cannot read, and tells its neighbours', async () => {
    const poison: StoredItem = { kind: 'poison', id: 'x', reason: 'not an order', item: '{}' };
    const { ports, sent, parking } = createWorld([poison, ...stored(orderOf('beside'))]);
    expect((await rescuePage(ports, first)).total).toEqual({ read: 2, fed: 1, parked: 1 });
    expect(parking.entries.get('item:x')).toMatchObject({ reason: 'not an order', payload: '{}' });
    expect(sent).toHaveLength(2);
  });

  it('parks an order that no repeat can show, and goes on', async () => {
    const order = placedOrder();
    const { ports, view, parking } = createWorld(stored(order));
    view.failFor(order.id, new PermanentFault('not a row of the view'));
    expect((await rescuePage(ports, first)).total).toEqual({ read: 1, fed: 1, parked: 1 });
    expect(parking.entries.get(`item:${order.id}`)).toMatchObject({
      ...{ reason: 'PermanentFault: not a row of the view' },
      payload: JSON.stringify({ orderId: order.id }),
    });
  });
});

describe('a page of which something failed', () => {
  const many = Array.from({ length: itemsPerPage + 1 }, (_, index) => orderOf(`${index}`));

  it('comes again when a queue stopped, after the view was served', async () => {
    const { ports, runs, view } = createWorld(stored(...many));
    const publisher = { publish: async (queue: string) => (queue === 'watch' ? 7 : undefined) };
    const failed = rescuePage({ ...ports, publisher }, first);
    await expect(failed).rejects.toThrow(/1 queues and 0 rows of the view .* again$/);
    expect(view.rows.size).toBe(itemsPerPage);
    expect(runs.sent).toEqual([]);
    expect((await rescuePage(ports, first)).outcome).toBe('goes on');
  });

  it('comes again when a row could not be written, after all events were sent', async () => {
    const { ports, runs, sent, view, parking } = createWorld(stored(...many));
    view.failFor(many[3]?.id ?? '', new TransientFault('throttled'));
    await expect(rescuePage(ports, first)).rejects.toThrow(/1 rows of the view.*throttled/);
    expect(sent).toHaveLength(2 * itemsPerPage);
    expect(runs.sent).toEqual([]);
    expect(parking.entries.size).toBe(0);
  });

  it('comes again when a queue stopped and a row could not be written', async () => {
    const { ports, view } = createWorld(stored(...many));
    view.failFor(many[3]?.id ?? '', new TransientFault('throttled'));
    const publisher = { publish: async (queue: string) => (queue === 'watch' ? 7 : undefined) };
    const failed = rescuePage({ ...ports, publisher }, first);
    await expect(failed).rejects.toThrow('1 queues and 1 rows');
  });

  it('comes again when what it cannot read could not be parked', async () => {
    const poison: StoredItem = { kind: 'poison', id: 'x', reason: 'not an order', item: '{}' };
    const { ports, parking } = createWorld([poison]);
    parking.failNext(new TransientFault('throttled'));
    await expect(rescuePage(ports, first)).rejects.toThrow(TransientFault);
  });
});

describe('a run of a rescue', () => {
  const items = Array.from({ length: 20 * itemsPerPage }, (): StoredItem => ({ kind: 'refusal' }));

  it('ends after one page for each hundred items, with the sum of them', async () => {
    const { ports, runs } = createWorld(items);
    let outcome = await rescuePage(ports, first);
    for (const { page } of runs.sent) outcome = await rescuePage(ports, page);
    expect(outcome).toEqual({ outcome: 'over', total: { ...none, read: items.length } });
    const pages = runs.sent.map(({ page }) => page);
    expect(pages.map(({ page }) => page)).toEqual(Array.from({ length: 19 }, (_, i) => i + 2));
    expect(pages.every(({ run }) => run === 'm')).toBe(true);
    expect(runs.sent.every(({ seconds }) => seconds === 1)).toBe(true);
  });

  it('stays one, though every message of it is delivered twice', async () => {
    const { ports, runs } = createWorld(items);
    const outcomes = [await rescuePage(ports, first), await rescuePage(ports, first)];
    for (const { page } of runs.sent)
      outcomes.push(await rescuePage(ports, page), await rescuePage(ports, page));
    const begun = outcomes.filter(({ outcome }) => outcome !== 'superseded');
    expect(begun).toHaveLength(2 * 20);
    expect(begun.filter(({ outcome }) => outcome === 'over')).toHaveLength(2);
  });

  it('is not begun again by a page that comes late', async () => {
    const { ports, runs } = createWorld(items);
    await rescuePage(ports, first);
    await rescuePage(ports, runs.sent[0]?.page ?? first);
    expect(await rescuePage(ports, first)).toEqual({ outcome: 'superseded', total: none });
    expect(runs.sent).toHaveLength(2);
  });
});
