import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../../bin/explore/invariants/invariant.ts';
import { sagaAtomic } from '../../../../bin/explore/invariants/v13-saga-atomic.ts';
import { preciseUndo } from '../../../../bin/explore/invariants/v14-precise-undo.ts';
import { fence } from '../../../../bin/explore/invariants/v15-fence.ts';
import { pivot } from '../../../../bin/explore/invariants/v16-pivot.ts';
import { undoOrder } from '../../../../bin/explore/invariants/v17-undo-order.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory, stocked, total } from './order-story.ts';

const begun = (invariant: Invariant, ...events: readonly string[]) => {
  const world = stocked(new ToldWorld(invariant));
  const order = new OrderStory(world).happens('OrderPlaced', 'place-order');
  for (const type of events) order.happens(type, 'somebody');
  return { world, order };
};
/** Everything is done for it. */
const done = (invariant: Invariant, ...events: readonly string[]) => {
  const { world, order } = begun(invariant, ...events);
  order.reserved().money({}, 'AUTHORIZED').parcel('BOOKED', 'BOOKED');
  return { world, order };
};
const park = (world: ToldWorld, id: string, by?: string) =>
  world.write('Parked', id, { id, payload: '' }, by);
const alarm = (id: string) =>
  JSON.stringify({ _aws: { CloudWatchMetrics: [{}] }, Parked: 1, id, reason: 'it gave up' });

describe('V13 saga-atomic', () => {
  it.each([
    ['stock', 'reservation is RELEASED, expected HELD', 'order:o1:ReleaseStock'],
    ['money', 'payment is VOIDED, expected CAPTURED', 'order:o1:CapturePayment'],
    ['parcel', 'shipment is CANCELLED, expected BOOKED', 'order:o1:CancelShipment'],
  ])('finds a confirmed order without its %s, unless it is parked', (part, problem, id) => {
    const { world, order } = done(sagaAtomic, 'OrderConfirmed');
    order.money({ captured: total }, 'CAPTURED');
    expect(world.atRest()).toEqual([]);
    if (part === 'stock') order.reserved('RELEASED');
    if (part === 'money') order.money({ captured: 0, voided: total }, 'VOIDED');
    if (part === 'parcel') order.parcel('CANCELLED', 'CANCELLED');
    expect(world.atRest()).toContain(`order o1 (CONFIRMED, version 2): ${problem}`);
    park(world, id, 'engine');
    expect(world.atRest()).toEqual([]);
  });

  it('finds every effect that a cancelled order has left', () => {
    const { world } = done(sagaAtomic, 'OrderCancelled');
    expect(world.atRest()).toEqual(
      [
        'reservation is HELD, expected RELEASED',
        'payment is AUTHORIZED, expected VOIDED or DECLINED',
        `money is ${total}, expected 0`,
        'shipment is BOOKED, expected CANCELLED',
        'number of parcels is 1, expected 0',
      ].map((problem) => `order o1 (CANCELLED, version 2): ${problem}`),
    );
  });

  it('finds missing tombstones: without one a late step could still take effect', () => {
    const { world, order } = begun(sagaAtomic, 'OrderRejected');
    expect(world.atRest()).toEqual(
      [
        'reservation is missing, expected RELEASED',
        'payment is missing, expected VOIDED or DECLINED',
        'shipment is missing, expected CANCELLED',
      ].map((problem) => `order o1 (REJECTED, version 2): ${problem}`),
    );
    order.reserved('RELEASED', []).parcel('CANCELLED', 'CANCELLED');
    order.money({ authorized: 0 }, 'DECLINED');
    expect(world.atRest()).toEqual([]);
  });

  it('finds money in hand that our row does not know', () => {
    const { world, order } = done(sagaAtomic, 'OrderConfirmed');
    order.money({ captured: total - 1, voided: 1 }, 'CAPTURED');
    expect(world.atRest()).toEqual([
      `order o1 (CONFIRMED, version 2): money is ${total - 1}, expected ${total}`,
    ]);
  });

  it('finds a second parcel', () => {
    const { world, order } = done(sagaAtomic, 'OrderConfirmed');
    order.money({ captured: total }, 'CAPTURED');
    world.write('Sandbox', 'second', { kind: 'shipment', orderId: 'o1', status: 'BOOKED' });
    expect(world.atRest()).toEqual([
      'order o1 (CONFIRMED, version 2): number of parcels is 2, expected 1',
    ]);
  });

  it('finds what is parked without an alarm', () => {
    const { world } = begun(sagaAtomic);
    park(world, 'order:o1:fault');
    world.log(alarm('order:o1'));
    world.log('parked "order:o1:fault"');
    expect(world.atRest()).toEqual(['order:o1:fault is parked, and no alarm was raised for it']);
    world.log(alarm('order:o1:fault'));
    expect(world.atRest()).toEqual([]);
  });

  it('lets an alarm come before what it is raised for', () => {
    const { world } = begun(sagaAtomic);
    world.log(alarm('order:o1:fault'));
    park(world, 'order:o1:fault');
    expect(world.atRest()).toEqual([]);
  });
});

describe('V14 precise-undo', () => {
  it('lets each effect be undone once', () => {
    const { world, order } = done(preciseUndo, 'OrderRejected');
    order.parcel('CANCELLED', 'CANCELLED').money({ voided: total }, 'VOIDED').reserved('RELEASED');
    expect(world.found()).toEqual([]);
  });

  it('does not take a capture for an undo, nor the tombstone of nothing', () => {
    const { world, order } = begun(preciseUndo);
    order.money({ authorized: total }, 'AUTHORIZED').money({ captured: 1, voided: 9 }, 'CAPTURED');
    order.money({ captured: 1, voided: 9 }, 'CAPTURED');
    order.reserved('RELEASED', []);
    expect(world.found()).toEqual([]);
  });

  it('finds stock that is given back without having been held, and given back twice', () => {
    const never = begun(preciseUndo);
    never.order.reserved('RELEASED');
    const twice = begun(preciseUndo);
    twice.order.reserved().reserved('RELEASED').reserved('RELEASED');
    const problem = ['order o1: ReserveStock was undone where nothing of it stood'];
    expect(never.world.found()).toEqual(problem);
    expect(twice.world.found()).toEqual(problem);
  });

  it('finds money that is voided twice', () => {
    const { world, order } = begun(preciseUndo);
    order.money({}, 'AUTHORIZED').money({ voided: 1 }, 'VOIDED').money({ voided: 2 }, 'VOIDED');
    expect(world.found()).toEqual([
      'order o1: AuthorizePayment was undone where nothing of it stood',
    ]);
  });
});

describe('V15 fence', () => {
  const late = 'took effect after its compensation had answered';

  it('lets effects come before their compensation', () => {
    const { world } = done(fence);
    for (const entry of ['cancel-shipment', 'void-payment', 'release-stock'])
      world.deliver({ entry, event: { orderId: 'o1' } });
    expect(world.found()).toEqual([]);
  });

  it.each([
    ['release-stock', 'ReserveStock', (order: OrderStory) => order.reserved()],
    ['void-payment', 'AuthorizePayment', (order: OrderStory) => order.money({}, 'TRIED')],
    ['cancel-shipment', 'BookShipment', (order: OrderStory) => order.parcel('BOOKED', 'TRIED')],
  ])('finds an effect after %s has answered, without any tombstone', (entry, step, act) => {
    const { world, order } = begun(fence);
    world.deliver({ entry, event: { orderId: 'o1' }, outcome: 'Sandbox.Timedout' });
    world.deliver({ entry, event: { orderId: 'o2' } });
    world.deliver({ entry: 'confirm-order', event: { orderId: 'o1' } });
    act(order);
    expect(world.found()).toEqual([]);
    const undone = begun(fence);
    undone.world.deliver({ entry, event: { orderId: 'o1' } });
    act(undone.order);
    expect(undone.world.found()).toEqual([`order o1: ${step} ${late}`]);
  });

  it.each([
    ['Payments', 'VOIDED', 'AUTHORIZED'],
    ['Payments', 'DECLINED', 'TRIED'],
    ['Shipments', 'CANCELLING', 'BOOKED'],
    ['Shipments', 'CANCELLED', 'TRIED'],
    ['Shipments', 'CANCELLED', 'CANCELLING'],
  ] as const)('finds a row of %s that was %s and became %s', (table, from, to) => {
    const { world } = begun(fence);
    world.given(table, 'o1', { orderId: 'o1', status: from });
    world.write(table, 'o1', { orderId: 'o1', status: to });
    expect(world.found()).toEqual([`${table} o1 was ${from}, and became ${to}`]);
  });

  it('finds stock that is held again, and a tombstone that is deleted', () => {
    const { world, order } = begun(fence);
    order.reserved('RELEASED', []).reserved();
    world.given('Payments', 'o1', { orderId: 'o1', status: 'VOIDED' });
    world.write('Payments', 'o1', undefined);
    expect(world.found()).toEqual([
      'Stock order#o1 was RELEASED, and became HELD',
      'Payments o1 was VOIDED, and became nothing',
    ]);
  });

  it('lets an undo that has begun be finished', () => {
    const { world } = begun(fence);
    world.given('Shipments', 'o1', { orderId: 'o1', status: 'CANCELLING' });
    world.write('Shipments', 'o1', { orderId: 'o1', status: 'CANCELLED' });
    expect(world.found()).toEqual([]);
  });

  it.each([
    ['VOIDED', 'AuthorizePayment', 'Payments'],
    ['DECLINED', 'AuthorizePayment', 'Payments'],
    ['CANCELLING', 'BookShipment', 'Shipments'],
    ['CANCELLED', 'BookShipment', 'Shipments'],
  ] as const)('finds a provider’s effect behind a fence that is %s', (status, step, table) => {
    const { world } = begun(fence);
    world.given(table, 'o1', { orderId: 'o1', status });
    const isMoney = step === 'AuthorizePayment';
    world.write('Sandbox', 'late', {
      ...{ orderId: 'o1', kind: isMoney ? 'payment' : 'shipment', status: 'BOOKED' },
      ...{ authorized: 5, captured: 0, voided: 0 },
    });
    expect(world.found()).toEqual([
      `order o1: ${step} took effect although its fence is ${status}`,
    ]);
  });
});

describe('V16 pivot', () => {
  it.each(['OrderRejected', 'OrderCancelled'])('lets compensations follow %s', (type) => {
    const { world, order } = done(pivot, type);
    order.parcel('CANCELLED', 'CANCELLED').money({ voided: total }, 'VOIDED').reserved('RELEASED');
    expect(world.found()).toEqual([]);
  });

  it.each([
    ['OrderConfirmed', 'order o1 (CONFIRMED, version 2)'],
    ['OrderParked', 'order o1 (PENDING, version 2)'],
  ])('finds a compensation that follows %s', (type, name) => {
    const { world, order } = done(pivot, type);
    order.money({ voided: total }, 'VOIDED');
    expect(world.found()).toEqual([`${name}: AuthorizePayment was undone`]);
  });

  it('finds a compensation for no order at all', () => {
    const { world, order } = done(pivot);
    world.write('Orders', 'o1', undefined);
    order.reserved('RELEASED');
    expect(world.found()).toEqual(['o1: ReserveStock was undone']);
  });
});

describe('V17 undo-order', () => {
  it('lets the last effect be the first to go', () => {
    const { world, order } = done(undoOrder);
    order.parcel('CANCELLED', 'CANCELLED').money({ voided: total }, 'VOIDED').reserved('RELEASED');
    expect(world.found()).toEqual([]);
  });

  it('finds stock that is given back first', () => {
    const { world, order } = done(undoOrder);
    order.reserved('RELEASED');
    expect(world.found()).toEqual([
      'order o1: ReserveStock was undone while AuthorizePayment still stood',
      'order o1: ReserveStock was undone while BookShipment still stood',
    ]);
  });

  it('finds money that is voided before the parcel is cancelled', () => {
    const { world, order } = done(undoOrder);
    order.money({ voided: total }, 'VOIDED');
    expect(world.found()).toEqual([
      'order o1: AuthorizePayment was undone while BookShipment still stood',
    ]);
  });

  it('lets the rest go on where a compensation has given up', () => {
    const byRow = done(undoOrder);
    park(byRow.world, 'order:o1:CancelShipment');
    byRow.order.money({ voided: total }, 'VOIDED');
    const byOrder = done(undoOrder, 'OrderParked');
    byOrder.order.parcel('CANCELLED', 'CANCELLED').reserved('RELEASED');
    expect([...byRow.world.found(), ...byOrder.world.found()]).toEqual([]);
  });
});
