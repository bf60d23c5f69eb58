import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../../bin/explore/invariants/invariant.ts';
import { stockConserved } from '../../../../bin/explore/invariants/v09-stock-conserved.ts';
import { moneyBounded } from '../../../../bin/explore/invariants/v10-money-bounded.ts';
import { moneySettled } from '../../../../bin/explore/invariants/v11-money-settled.ts';
import { ledgerTruth } from '../../../../bin/explore/invariants/v12-ledger-truth.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory, stocked, total } from './order-story.ts';

const begun = (invariant: Invariant, ...events: readonly string[]) => {
  const world = stocked(new ToldWorld(invariant));
  const order = new OrderStory(world).happens('OrderPlaced', 'place-order');
  for (const type of events) order.happens(type, 'somebody');
  return { world, order };
};
const confirmed = (invariant: Invariant) => begun(invariant, 'OrderConfirmed');
const rejected = (invariant: Invariant) => begun(invariant, 'OrderRejected');
const parked = (world: ToldWorld, id: string) => world.write('Parked', id, { id, payload: '' });

describe('V9 stock-conserved', () => {
  const mugs = (available: number) => ({ id: 'sku#mug', available });
  const adjustment = { id: 'adjustment#1', sku: 'mug', delta: 5 };

  it('lets stock be held and given back, and adjusted in the same write', () => {
    const { world, order } = begun(stockConserved);
    order.reserved().reserved('RELEASED');
    world.transact([
      { table: 'Stock', key: 'adjustment#1', row: adjustment },
      { table: 'Stock', key: 'sku#mug', row: mugs(15) },
    ]);
    expect(world.atRest()).toEqual([]);
  });

  it('takes what the engine itself writes for the beginning', () => {
    const { world } = begun(stockConserved);
    world.write('Stock', 'sku#mug', mugs(50), 'engine');
    expect(world.atRest()).toEqual([]);
  });

  it('finds units out of nothing, and units that vanish', () => {
    const { world } = begun(stockConserved);
    world.write('Stock', 'sku#mug', mugs(11));
    world.write('Stock', 'sku#mug', mugs(9));
    expect(world.atRest()).toEqual(['mug: 1 units out of nothing', 'mug: 2 units vanished']);
  });

  it('finds a reservation without its units, and a release that gives none back', () => {
    const { world, order } = begun(stockConserved);
    const row = {
      id: 'order#o1',
      status: 'HELD',
      lines: [
        ['mug', 1],
        ['cup', 2],
      ],
    };
    world.write('Stock', 'order#o1', row);
    world.write('Stock', 'order#o1', { ...row, status: 'RELEASED' });
    expect(world.atRest()).toEqual([
      'mug: 1 units out of nothing',
      'cup: 2 units out of nothing',
      'mug: 1 units vanished',
      'cup: 2 units vanished',
    ]);
    expect(order.id).toBe('o1');
  });

  it('finds an adjustment that moved nothing, and one that moved twice', () => {
    const { world } = begun(stockConserved);
    world.write('Stock', 'adjustment#1', adjustment);
    world.transact([
      { table: 'Stock', key: 'adjustment#1', row: adjustment },
      { table: 'Stock', key: 'sku#mug', row: mugs(15) },
    ]);
    expect(world.atRest()).toEqual(['mug: 5 units vanished', 'mug: 5 units out of nothing']);
  });

  it('finds a stock below zero', () => {
    const { world } = begun(stockConserved);
    world.write('Stock', 'sku#mug', mugs(-1), 'reserve-stock');
    expect(world.found()).toEqual(['sku#mug: -1 available']);
  });

  it('finds a row that was deleted', () => {
    const { world } = begun(stockConserved);
    world.write('Stock', 'sku#mug', undefined);
    expect(world.found()).toEqual(['sku#mug was deleted from the stock']);
  });

  it('finds an order that holds something else than it asked for', () => {
    const { world } = begun(stockConserved);
    const lines = [['mug', 2]];
    world.transact([
      { table: 'Stock', key: 'order#o1', row: { id: 'order#o1', status: 'HELD', lines } },
      { table: 'Stock', key: 'sku#mug', row: mugs(8) },
    ]);
    expect(world.atRest()).toEqual(['order o1: holds [["mug",2]], expected [["mug",1],["cup",2]]']);
  });
});

describe('V10 money-bounded', () => {
  const second = (world: ToldWorld, change: object) => {
    const first = world.rows('Sandbox')[0] ?? {};
    world.write('Sandbox', 'second', { ...first, id: 'pi-2', ...change });
  };

  it('lets money be held, voided and held again, and captured once confirmed', () => {
    const { world, order } = begun(moneyBounded);
    order.money({}, 'AUTHORIZED').money({ voided: total }, 'VOIDED');
    second(world, { voided: 0 });
    order.happens('OrderConfirmed', 'confirm-order');
    second(world, { voided: 0, captured: total });
    expect(world.found()).toEqual([]);
  });

  it('finds money that is asked for no order', () => {
    const world = new ToldWorld(moneyBounded);
    new OrderStory(world).money({}, 'AUTHORIZED');
    expect(world.found()).toEqual(['money is asked for order o1, which is not committed']);
  });

  it('finds a capture before the order is confirmed', () => {
    const { world, order } = begun(moneyBounded);
    order.money({ captured: total }, 'CAPTURED');
    expect(world.found()).toEqual([
      `order o1 (PENDING, version 1): captured ${total}, at most 0 is due`,
    ]);
  });

  it('finds two captures, and more than the total', () => {
    const { world, order } = confirmed(moneyBounded);
    order.money({ captured: total }, 'CAPTURED');
    second(world, { captured: total });
    expect(world.found()).toEqual([
      `order o1 (CONFIRMED, version 2): captured ${2 * total}, at most ${total} is due`,
      'order o1 (CONFIRMED, version 2): 2 captures, expected one',
    ]);
  });

  it('finds two live authorisations, unless the first has expired after seven days', () => {
    const { world, order } = begun(moneyBounded);
    order.money({}, 'AUTHORIZED');
    second(world, {});
    expect(world.found()).toEqual([
      'order o1 (PENDING, version 1): 2 live authorisations, expected one',
    ]);
    world.nowMs += 7 * 86_400_000;
    second(world, { createdAt: world.now() });
    expect(world.found()).toHaveLength(1);
  });

  it.each([
    ['another amount', { amount: total + 1 }, `asked for ${total + 1} USD`],
    ['another currency', { currency: 'EUR' }, `asked for ${total} EUR`],
    ['a refund of what was never captured', { refunded: 1 }, 'refunded 1 of 0'],
    ['a void of more than is held', { voided: total + 1 }, `and voided ${total + 1} of ${total}`],
  ])('finds %s', (_, change, problem) => {
    const { world, order } = begun(moneyBounded);
    order.money(change, 'AUTHORIZED');
    expect(world.found()).toEqual([expect.stringContaining(problem)]);
  });
});

describe('V11 money-settled', () => {
  it('finds a confirmed order that is not paid', () => {
    const { world, order } = confirmed(moneySettled);
    order.money({}, 'AUTHORIZED');
    expect(world.atRest()).toEqual([
      `order o1 (CONFIRMED, version 2): 0 taken, ${total} due`,
      `order o1 (CONFIRMED, version 2): ${total} still held`,
    ]);
  });

  it.each([
    ['holds', {}, `${total} still held`],
    ['has taken', { captured: total }, `${total} taken, 0 due`],
  ])('finds a rejected order that %s money', (_, change, problem) => {
    const { world, order } = rejected(moneySettled);
    order.money(change, 'AUTHORIZED');
    expect(world.atRest()).toEqual([`order o1 (REJECTED, version 2): ${problem}`]);
  });

  it.each(['order:o1:VoidPayment', 'order:o1:CapturePayment', 'order:o1'])(
    'excuses what is parked as %s, and nothing of another order',
    (id) => {
      const { world, order } = rejected(moneySettled);
      order.money({}, 'AUTHORIZED');
      parked(world, id.replace('o1', 'o2'));
      parked(world, 'order:o1:ReleaseStock');
      expect(world.atRest()).toHaveLength(1);
      parked(world, id);
      expect(world.atRest()).toEqual([]);
    },
  );
});

describe('V12 ledger-truth', () => {
  it.each([
    ['held', 'VOIDED', 'our payment is VOIDED, the provider’s is held, expected nothing'],
    ['held', 'CAPTURED', 'our payment is CAPTURED, the provider’s is held, expected captured'],
    ['held', 'TRIED', 'our payment is TRIED, the provider’s is held, expected settled'],
    [
      'captured',
      'AUTHORIZED',
      'our payment is AUTHORIZED, the provider’s is captured, expected held',
    ],
    [
      'nothing',
      'AUTHORIZED',
      'our payment is AUTHORIZED, the provider’s is nothing, expected held',
    ],
  ])('finds a provider with %s where we say %s', (theirs, ours, problem) => {
    const { world, order } = rejected(ledgerTruth);
    const change = { held: {}, captured: { captured: total }, nothing: { voided: total } }[theirs];
    order.money(change ?? {}, ours);
    expect(world.atRest()).toEqual([`order o1: ${problem}`]);
    parked(world, 'order:o1:VoidPayment');
    expect(world.atRest()).toEqual([]);
  });

  it('finds an authorisation that we know under another name, or over another amount', () => {
    const { world, order } = confirmed(ledgerTruth);
    order.money({ id: 'pi-9' }, 'AUTHORIZED');
    expect(world.atRest()).toEqual([
      `order o1: our payment is AUTHORIZED pi-o1, the provider’s is pi-9 over ${total}`,
    ]);
    order.money({ amount: 7 }, 'AUTHORIZED');
    expect(world.atRest()).toEqual([
      'order o1: our payment is AUTHORIZED pi-o1, the provider’s is pi-o1 over 7',
    ]);
  });

  it('finds two live authorisations, and one that we know nothing of', () => {
    const { world, order } = confirmed(ledgerTruth);
    order.money({}, 'AUTHORIZED');
    world.write('Sandbox', 'second', { ...world.rows('Sandbox')[0] });
    expect(world.atRest()).toEqual([
      'order o1: our payment is AUTHORIZED, the provider has 2 live ones',
    ]);
    world.write('Sandbox', 'second', undefined);
    world.write('Payments', 'o1', undefined);
    world.write('Sandbox', 'pi-o1', { ...world.rows('Sandbox')[0], voided: total });
    expect(world.atRest()).toEqual(['order o1: our payment is missing, the provider knows pi-o1']);
  });

  it.each([
    ['BOOKED', 'CANCELLED', 'expected the carrier to hold [], found [CN-o1]'],
    ['CANCELLED', 'BOOKED', 'expected the carrier to hold [CN-o1], found []'],
    ['BOOKED', 'TRIED', 'not settled'],
    ['CANCELLED', 'CANCELLING', 'not settled'],
  ])('finds a parcel that is %s there and %s here', (theirs, ours, problem) => {
    const { world, order } = rejected(ledgerTruth);
    order.parcel(theirs, ours);
    expect(world.atRest()).toEqual([expect.stringContaining(problem)]);
    parked(world, 'order:o1:CancelShipment');
    expect(world.atRest()).toEqual([]);
  });

  it('finds a booking that we know nothing of', () => {
    const { world, order } = rejected(ledgerTruth);
    order.parcel('CANCELLED', 'CANCELLED');
    world.write('Shipments', 'o1', undefined);
    expect(world.atRest()).toEqual([
      'order o1: our shipment is missing, the carrier has a booking',
    ]);
  });

  it('finds money and parcels of no order, on either side', () => {
    const { world, order } = begun(ledgerTruth);
    order.money({ status: 'canceled' }, 'VOIDED').parcel('CANCELLED', 'CANCELLED');
    world.write('Orders', 'o1', undefined);
    expect(world.atRest()).toEqual([
      'canceled for o1, which is no order',
      'CANCELLED for o1, which is no order',
      'VOIDED for o1, which is no order',
      'CANCELLED for o1, which is no order',
    ]);
  });
});
