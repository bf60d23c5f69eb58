import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../../bin/explore/invariants/invariant.ts';
import { viewEqualsFold } from '../../../../bin/explore/invariants/v22-view-equals-fold.ts';
import { counters } from '../../../../bin/explore/invariants/v23-counters.ts';
import { readYourWrites } from '../../../../bin/explore/invariants/v25-read-your-writes.ts';
import { affordance } from '../../../../bin/explore/invariants/v26-affordance.ts';
import { tenant } from '../../../../bin/explore/invariants/v27-tenant.ts';
import { hygiene } from '../../../../bin/explore/invariants/v29-hygiene.ts';
import type { Row } from '../../../../bin/explore/world.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory, total } from './order-story.ts';

const placed = (invariant: Invariant) => {
  const world = new ToldWorld(invariant);
  return { world, order: new OrderStory(world).placed() };
};
const cancelling = { method: 'POST', path: '/orders/o1/cancellation' };
const reading = { path: '/orders/o1' };
const shows = (version: number, more: object = {}) => ({
  ...{ status: 200, json: { id: 'o1', status: 'CONFIRMED', version, ...more } },
});
const lists = (...orders: readonly object[]) => ({ status: 200, json: { orders } });

describe('V22 view-equals-fold', () => {
  const histories = [
    ['OrderConfirmed', 'PaymentCaptured'],
    ['OrderConfirmed', 'PaymentParked'],
    ['OrderRejected', 'OrderParked'],
    ['OrderCancelled'],
  ];

  it.each(histories)('folds OrderPlaced, %s, %s into what the view shows', (...events) => {
    const { world, order } = placed(viewEqualsFold);
    if (events.includes('OrderConfirmed')) order.parcel('BOOKED', 'BOOKED');
    for (const type of events) if (type) order.happens(type, 'somebody');
    order.viewed();
    expect(world.atRest()).toEqual([]);
  });

  it('shows a payment that was declined as such', () => {
    const { world, order } = placed(viewEqualsFold);
    const state = { reason: 'PAYMENT_DECLINED', payment: 'DECLINED' };
    order.happens('OrderRejected', 'reject-order');
    world.write('Orders', 'o1', order.row(order.events, state));
    const payment = { status: 'DECLINED', amount: { amount: total, currency: 'USD' } };
    const shown = order.shown(2, { payment, reason: { code: 'PAYMENT_DECLINED' } });
    order.viewed(2, { order: JSON.stringify(shown) });
    expect(world.atRest()).toEqual([]);
  });

  it.each([
    'id',
    'status',
    'version',
    'lines',
    'total',
    'placedAt',
    'payment',
    'shipment',
    'parked',
    'timeline',
    'reason',
  ])('finds a view that shows another %s', (name) => {
    const { world, order } = placed(viewEqualsFold);
    order.viewed(1, { order: JSON.stringify(order.shown(1, { [name]: 'another' })) });
    expect(world.atRest()).toEqual([
      `order o1 (PENDING, version 1): the view shows another ${name}`,
    ]);
  });

  it.each(['status', 'placedAt', 'customer'])('finds a row under another %s', (name) => {
    const { world, order } = placed(viewEqualsFold);
    order.viewed(1, { [name]: 'another' });
    expect(world.atRest()).toEqual([
      `order o1 (PENDING, version 1): the view is filed under another ${name}`,
    ]);
  });

  it('finds an order that the view lacks or shows as it was, unless its record waits in sight', () => {
    const { world, order } = placed(viewEqualsFold);
    expect(world.atRest()).toEqual(['order o1 (PENDING, version 1) is not in the view']);
    order.viewed().happens('OrderCancelled', 'cancel-order');
    expect(world.atRest()).toContain(
      'order o1 (CANCELLED, version 2): the view shows another status',
    );
    const payload = '{"dynamodb":{"NewImage":{"id":{"S":"o1"}}}}';
    world.write('Parked', 'stream:s1', { id: 'stream:s1', payload });
    expect(world.atRest()).toEqual([]);
  });

  it('finds a row that is replaced by an older or equal one', () => {
    const { world, order } = placed(viewEqualsFold);
    order.happens('OrderCancelled', 'cancel-order').viewed(2).viewed(1);
    expect(world.found()).toEqual(['order o1: version 2 of the view was replaced by 1']);
    order.viewed(1, { order: 'another' });
    expect(world.found()).toContain('order o1: version 1 of the view was replaced by 1');
  });

  it('finds a row that is ahead of its order', () => {
    const { world, order } = placed(viewEqualsFold);
    order.viewed(1, { version: 2 });
    expect(world.found()).toEqual(['order o1: the view shows version 2, committed is 1']);
  });

  it('finds a row that was deleted, and one of no order', () => {
    const { world, order } = placed(viewEqualsFold);
    order.viewed();
    world.write('OrderView', 'order#o1', undefined);
    world.write('OrderView', 'sales#2026-03-14#3', { id: 'sales#2026-03-14#3' });
    world.given('OrderView', 'order#o9', { id: 'order#o9' });
    expect(world.atRest()).toEqual([
      'order o1 was deleted from the view',
      'order o1 (PENDING, version 1) is not in the view',
      'the view shows o9, which is no order',
    ]);
  });
});

describe('V23 counters', () => {
  const sold = (...counts: readonly [orders: number, revenue: number][]) => {
    const { world, order } = placed(counters);
    order.happens('OrderConfirmed', 'confirm-order').viewed();
    new OrderStory(world, { id: 'o2' }).placed().viewed();
    counts.forEach(([orders, revenue], shard) => {
      const id = `sales#2026-03-14#${shard}`;
      world.write('OrderView', id, { id, orders, 'revenue#USD': revenue });
    });
    return world.atRest();
  };

  it('lets the shards of a day add up', () => {
    expect(sold([2, total + 5], [-1, -5])).toEqual([]);
  });

  it('finds a sale that was counted twice, or not at all', () => {
    expect(sold([2, 2 * total])).toEqual([
      '2026-03-14 orders: counted 2, recomputed 1',
      `2026-03-14 revenue#USD: counted ${2 * total}, recomputed ${total}`,
    ]);
    expect(sold()).toEqual([
      '2026-03-14 orders: counted 0, recomputed 1',
      `2026-03-14 revenue#USD: counted 0, recomputed ${total}`,
    ]);
  });
});

describe('V25 read-your-writes', () => {
  it('lets readings go forward, those at the same time in any order, and others’ alone', () => {
    const { world } = placed(readYourWrites);
    const [first, second] = [world.ask(reading), world.ask(reading)];
    world.answer(first, shows(2));
    world.answer(second, shows(1));
    world.exchange({ ...reading, as: 'bob' }, { status: 404 });
    world.exchange({ path: '/orders' }, lists({ id: 'o1', version: 3 }, { id: 'o2', version: 1 }));
    world.exchange({ ...reading, headers: { 'if-none-match': '"3"' } }, { status: 304 });
    expect(world.found()).toEqual([]);
  });

  it('finds a reading that goes back, in a list too', () => {
    const { world } = placed(readYourWrites);
    world.exchange(reading, shows(3));
    world.exchange(reading, shows(2));
    world.exchange({ path: '/orders?limit=2' }, lists({ id: 'o1', version: 1 }));
    expect(world.found()).toEqual([
      'alice reads version 2 of order o1 at /orders/o1, after version 3',
      'alice reads version 1 of order o1 at /orders?limit=2, after version 3',
    ]);
  });

  it('finds a reading that goes behind a list', () => {
    const { world } = placed(readYourWrites);
    world.exchange({ path: '/orders' }, lists({ id: 'o1', version: 2 }));
    world.exchange(reading, shows(1));
    expect(world.found()).toEqual([
      'alice reads version 1 of order o1 at /orders/o1, after version 2',
    ]);
  });

  it('finds an accepted order that is missing', () => {
    const { world } = placed(readYourWrites);
    world.exchange({ path: '/orders/o2' }, { status: 404 });
    world.exchange(reading, { status: 404 });
    expect(world.found()).toEqual(['alice is told that order o1 does not exist, after version 1']);
  });

  it('lets the view be behind a cancellation, until its version is shown', () => {
    const { world } = placed(readYourWrites);
    world.exchange(cancelling, { status: 202, json: { id: 'o1', version: 2 } });
    world.exchange(reading, shows(1));
    world.exchange({ ...reading, headers: { 'if-none-match': '"5"' } }, shows(1));
    expect(world.found()).toEqual([]);
    world.exchange({ ...reading, headers: { 'If-None-Match': '"2"' } }, shows(1));
    expect(world.found()).toEqual(['alice has version 2 of order o1, and is sent 1']);
  });

  it('finds that what a client has is sent again', () => {
    const { world } = placed(readYourWrites);
    world.exchange({ ...reading, headers: { 'if-none-match': '"1"' } }, shows(1));
    expect(world.found()).toEqual(['alice has version 1 of order o1, and is sent 1']);
  });
});

describe('V26 affordance', () => {
  const cancel = { status: 'PENDING', _links: { cancel: { href: '/orders/o1/cancellation' } } };
  const asked = { ...cancelling, headers: { 'if-match': '"1"' } };
  const stale = { status: 412, json: { type: '/problems/stale-version' } };

  it('finds a refusal at the version at which the link was offered', () => {
    const { world } = placed(affordance);
    world.exchange({ path: '/orders' }, lists({ id: 'o1', version: 1, ...cancel }));
    world.exchange(asked, stale);
    expect(world.found()).toEqual([
      expect.stringContaining(
        'alice was offered to cancel order o1 at version 1, where it still is',
      ),
    ]);
  });

  it('lets it be refused once the order has moved, or when nothing was offered', () => {
    const { world, order } = placed(affordance);
    world.exchange(asked, stale);
    world.exchange(reading, shows(1, cancel));
    world.exchange({ ...asked, as: 'bob' }, { status: 404 });
    world.exchange(asked, { status: 429 });
    world.exchange(asked, { status: 503 });
    order.happens('OrderConfirmed', 'confirm-order');
    world.exchange(asked, stale);
    expect(world.found()).toEqual([]);
  });

  it('finds a link on a decided order, and none on a pending one', () => {
    const { world } = placed(affordance);
    world.exchange(reading, shows(2, { ...cancel, status: 'CONFIRMED' }));
    world.exchange(reading, shows(1, { status: 'PENDING', _links: {} }));
    expect(world.found()).toEqual([
      'order o1, version 2: CONFIRMED with a link to cancel it',
      'order o1, version 1: PENDING without a link to cancel it',
    ]);
  });
});

describe('V27 tenant', () => {
  const begun = () => {
    const { world } = placed(tenant);
    new OrderStory(world, { id: 'o2', customer: 'bob' }).placed();
    return world;
  };

  it('lets a stranger be refused with the id that he asked for', () => {
    const world = begun();
    world.exchange({ ...reading, as: 'bob' }, { status: 404, text: 'no order o1' });
    world.exchange({ path: '/orders' }, { status: 200, text: '{"orders":[{"id":"o1"}]}' });
    expect(world.found()).toEqual([]);
  });

  it.each([
    ['answer', { path: '/orders/o2' }, { status: 200, text: 'o2' }],
    ['list', { path: '/orders' }, { status: 200, text: '{"orders":[{"id":"o2"}]}' }],
    ['link', { path: '/orders' }, { status: 202, headers: { location: '/orders/o2' } }],
    ['problem', { path: '/orders' }, { status: 422, text: 'the key belongs to o2' }],
  ])('finds another customer’s order in an %s', (_, asked, answer) => {
    const world = begun();
    world.exchange(asked, answer);
    expect(world.found()).toEqual(['alice is told o2, which is another customer’s']);
  });

  it('finds another customer’s name, refused or not', () => {
    const world = begun();
    world.exchange({ path: '/orders/o2' }, { status: 404, text: 'it is that of Canary-bob' });
    expect(world.found()).toEqual(['alice is told Canary-bob, which is another customer’s']);
  });

  it('takes a name that both have for nobody’s secret', () => {
    const { world, order } = placed(tenant);
    const twin = new OrderStory(world, { id: 'o2', customer: 'bob' });
    const { shipping } = order.row();
    world.write('Orders', 'o2', twin.row(['OrderPlaced'], { shipping }));
    world.exchange(reading, { status: 200, text: 'Canary-alice' });
    expect(world.found()).toEqual([]);
  });
});

describe('V29 hygiene', () => {
  const leak = 'sent to 1 Canary Street';
  const payload: Row = { id: 'message:arn:BillingQueue:m', payload: leak };

  it.each([
    ['the log of somebody', (world: ToldWorld) => world.log(leak)],
    ['a message to BillingQueue', (world: ToldWorld) => world.send('BillingQueue', leak)],
    [
      'the problem that alice is told',
      (world: ToldWorld) => world.exchange(reading, { status: 400, text: leak }),
    ],
    [
      'the machine’s input, answer or error of book-shipment',
      (world: ToldWorld) => world.deliver({ entry: 'book-shipment', event: { leak } }),
    ],
    [
      'the machine’s input, answer or error of void-payment',
      (world: ToldWorld) => world.deliver({ entry: 'void-payment', event: {}, answer: leak }),
    ],
    [
      'the machine’s input, answer or error of cancel-shipment',
      (world: ToldWorld) =>
        world.deliver({
          ...{ entry: 'cancel-shipment', event: {}, outcome: 'PermanentFault', message: leak },
        }),
    ],
    [
      'what is parked as message:arn:BillingQueue:m',
      (world: ToldWorld) => world.write('Parked', 'm', payload),
    ],
  ])('finds an address in %s', (where, tell) => {
    const { world } = placed(hygiene);
    tell(world);
    expect(world.found()).toEqual([`“1 Canary Street” stands in ${where}`]);
  });

  it('finds names and payment methods, also of requests that were refused', () => {
    const world = new ToldWorld(hygiene);
    world.exchange(new OrderStory(world).request(), { status: 422 });
    world.log('Canary-alice pays by pm_card_visa');
    expect(world.found()).toEqual([
      '“Canary-alice” stands in the log of somebody',
      '“pm_card_visa” stands in the log of somebody',
    ]);
  });

  it('lets them stand where they belong: in the order, in its answers, in a record kept whole', () => {
    const { world } = placed(hygiene);
    world.exchange(reading, { status: 200, text: leak });
    world.write('Parked', 'stream:s', { id: 'stream:s', payload: leak });
    world.deliver({ entry: 'place-order', source: 'apigateway:Api', event: { leak } });
    world.strike();
    expect(world.found()).toEqual([]);
  });
});
