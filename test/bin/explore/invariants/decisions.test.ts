import { describe, expect, it } from 'vitest';
import { versionChain } from '../../../../bin/explore/invariants/v08-version-chain.ts';
import { cancelLinear } from '../../../../bin/explore/invariants/v18-cancel-linear.ts';
import { oneDecision } from '../../../../bin/explore/invariants/v19-one-decision.ts';
import type { Row } from '../../../../bin/explore/world.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory, stocked, total } from './order-story.ts';

const placed = 'OrderPlaced';
const legal = [
  [placed, 'OrderConfirmed', 'PaymentCaptured'],
  [placed, 'OrderConfirmed', 'PaymentParked'],
  [placed, 'OrderRejected', 'OrderParked'],
  [placed, 'OrderParked', 'OrderCancelled'],
];

describe('V8 version-chain', () => {
  const move = (from: readonly string[], to: readonly string[], more: Row = {}) => {
    const world = new ToldWorld(versionChain);
    const order = new OrderStory(world);
    world.given('Orders', 'o1', order.row(from));
    world.write('Orders', 'o1', order.row(to, more));
    return world.found();
  };

  it.each(legal)('lets an order go %s, %s, %s', (...events) => {
    const world = new ToldWorld(versionChain);
    const order = new OrderStory(world);
    for (const type of events) order.happens(type, 'somebody');
    expect(world.found()).toEqual([]);
  });

  it('finds a version that was skipped, and one that was used twice', () => {
    expect(move([placed], [placed, 'OrderConfirmed'], { version: 3 })).toEqual([
      'order o1 (CONFIRMED, version 3): it came after version 1',
    ]);
    expect(move([placed, 'OrderRejected'], [placed, 'OrderRejected'])).toContain(
      'order o1 (REJECTED, version 2): it came after version 2',
    );
  });

  it('finds an order that was cancelled from a version that it did not have', () => {
    expect(move([placed], [placed, 'OrderCancelled'], { cancelledFrom: 7 })).toEqual([
      'order o1 (CANCELLED, version 2): it was cancelled from version 7',
    ]);
  });

  it('finds a step that is parked once more', () => {
    const parked = [placed, 'OrderRejected', 'OrderParked'];
    const twice = { parked: ['VoidPayment', 'VoidPayment'] };
    expect(move(parked, [...parked, 'OrderParked'], twice)).toContain(
      'order o1 (REJECTED, version 4): OrderParked names nothing new',
    );
  });

  it.each([
    [[placed, 'OrderConfirmed'], 'OrderCancelled', 'status is CONFIRMED, expected PENDING'],
    [[placed, 'OrderRejected'], 'OrderConfirmed', 'status is REJECTED, expected PENDING'],
    [[placed, 'OrderCancelled'], 'OrderRejected', 'status is CANCELLED, expected PENDING'],
    [[placed], 'PaymentCaptured', 'payment is PENDING, expected AUTHORIZED'],
    [[placed, 'OrderConfirmed', 'PaymentParked'], 'PaymentCaptured', 'payment is PARKED'],
  ])('finds that after %s there is no %s', (events, type, problem) => {
    expect(move(events, [...events, type])).toContainEqual(
      expect.stringContaining(`before ${type}: ${problem}`),
    );
  });

  it.each([
    ['OrderConfirmed', { payment: 'PENDING' }, 'payment is PENDING, expected AUTHORIZED'],
    ['OrderConfirmed', { shipment: { status: 'PENDING' } }, 'shipment is PENDING, expected BOOKED'],
    ['OrderRejected', { status: 'PENDING' }, 'status is PENDING, expected REJECTED'],
    ['OrderParked', { payment: 'VOIDED' }, 'payment is VOIDED, expected PENDING'],
  ])('finds %s with a state that it does not bring', (type, change, problem) => {
    expect(move([placed], [placed, type], change)).toEqual([
      expect.stringContaining(`after ${type}: ${problem}`),
    ]);
  });

  it('finds an unknown transition', () => {
    expect(move([placed], [placed, 'OrderLost'])).toEqual([
      'order o1 (PENDING, version 2): OrderLost is no transition',
    ]);
  });

  it('finds a parking of nothing new', () => {
    const events = [placed, 'OrderParked'];
    expect(move(events, [...events, 'OrderParked'])).toEqual([
      'order o1 (PENDING, version 3): OrderParked names nothing new',
    ]);
  });

  it.each(['lines', 'customer', 'shipping', 'paymentMethod', 'deadline'])(
    'finds that the %s of an order have changed',
    (name) => {
      expect(move([placed], [placed, 'OrderConfirmed'], { [name]: 'another' })).toEqual([
        `order o1 (CONFIRMED, version 2): ${name} has changed since it was placed`,
      ]);
    },
  );

  it.each([
    ['beyond version 1', [placed, 'OrderConfirmed'], 'expected to be placed at version 1'],
    ['with another event', ['OrderRejected'], 'expected OrderPlaced first'],
  ])('finds an order that begins %s', (_, events, problem) => {
    const world = new ToldWorld(versionChain);
    world.write('Orders', 'o1', new OrderStory(world).row(events));
    expect(world.found()).toContainEqual(expect.stringContaining(problem));
  });

  it('finds an order that begins in another state, or out of a refusal', () => {
    const world = new ToldWorld(versionChain);
    world.write('Orders', 'o1', { id: 'o1', status: 'REFUSED' });
    world.write('Orders', 'o1', new OrderStory(world).row([placed], { payment: 'VOIDED' }));
    expect(world.found()).toEqual([
      'order o1 (PENDING, version 1): an order came out of a refusal',
      'order o1 (PENDING, version 1): placed: payment is VOIDED, expected PENDING',
    ]);
  });
});

const cancelling = (version = 1) => ({
  method: 'POST',
  path: '/orders/o1/cancellation',
  headers: { 'If-Match': `"${version}"` },
});
const accepted = (version = 2) => ({ status: 202, json: { id: 'o1', version } });

describe('V18 cancel-linear', () => {
  const begun = () => {
    const world = new ToldWorld(cancelLinear);
    return { world, order: new OrderStory(world).placed() };
  };

  it('lets a cancellation win, be answered again, and refuse what comes from elsewhere', () => {
    const { world, order } = begun();
    order.happens('OrderCancelled', 'cancel-order');
    world.exchange(cancelling(), accepted());
    world.exchange(cancelling(), accepted());
    world.exchange(cancelling(2), { status: 409, json: { type: '/problems/order-decided' } });
    expect(world.atRest()).toEqual([]);
  });

  it('finds an order that is cancelled and confirmed', () => {
    const { world, order } = begun();
    world.write('Orders', 'o1', order.row([placed, 'OrderConfirmed', 'OrderCancelled']));
    expect(world.found()).toEqual(['order o1 (CANCELLED, version 3): cancelled and confirmed']);
  });

  it('finds a cancelled order that became something else', () => {
    const { world, order } = begun();
    world.write('Orders', 'o1', order.row([placed, 'OrderRejected'], { cancelledFrom: 1 }));
    expect(world.found()).toEqual(['order o1 (REJECTED, version 2): was cancelled from version 1']);
  });

  it.each([
    ['of an order that is not cancelled', 'OrderConfirmed', cancelling(), accepted()],
    ['from another version', 'OrderCancelled', cancelling(2), accepted(3)],
    ['with a version that it did not make', 'OrderCancelled', cancelling(), accepted(3)],
  ])('finds an accepted cancellation %s', (_, event, asked, answer) => {
    const { world, order } = begun();
    order.happens(event, 'somebody');
    world.exchange(asked, answer);
    expect(world.found()).toEqual([expect.stringContaining('was accepted as version')]);
  });

  it('finds a pending order that is called decided', () => {
    const { world } = begun();
    world.exchange(cancelling(), { status: 409, json: { type: '/problems/order-decided' } });
    expect(world.found()).toEqual(['order o1 (PENDING, version 1): told to be decided']);
  });

  it.each(['stale-version', 'order-decided'])('finds its own repeat refused: %s', (type) => {
    const { world, order } = begun();
    order.happens('OrderCancelled', 'cancel-order');
    world.exchange(cancelling(), { status: 412, json: { type: `/problems/${type}` } });
    expect(world.found()).toEqual([
      expect.stringContaining('cancelled from version 1, which is then refused'),
    ]);
  });

  it('finds an accepted cancellation that ends paid, shipped or undone again', () => {
    const { world, order } = begun();
    order.happens('OrderCancelled', 'cancel-order');
    world.exchange(cancelling(), accepted());
    order.money({ captured: total }, 'CAPTURED').parcel('BOOKED', 'BOOKED');
    expect(world.atRest()).toEqual([
      `order o1: its cancelling was accepted, ${total} was taken`,
      'order o1: its cancelling was accepted, and it is shipped',
    ]);
    world.given('Orders', 'o1', order.row([placed, 'OrderRejected']));
    expect(world.atRest()).toContain('order o1: its cancelling was accepted, it is REJECTED');
  });

  it('excuses a parcel whose cancelling is parked', () => {
    const { world, order } = begun();
    order.happens('OrderCancelled', 'cancel-order').parcel('BOOKED', 'BOOKED');
    world.exchange(cancelling(), accepted());
    world.write('Parked', 'order:o1:CancelShipment', { id: 'order:o1:CancelShipment' });
    expect(world.atRest()).toEqual([]);
  });
});

describe('V19 one-decision', () => {
  it('finds an order that was decided twice', () => {
    const world = new ToldWorld(oneDecision);
    const order = new OrderStory(world);
    world.write('Orders', 'o1', order.row([placed, 'OrderRejected', 'OrderConfirmed']));
    expect(world.found()).toEqual([
      'order o1 (CONFIRMED, version 3): decided as OrderRejected and OrderConfirmed',
    ]);
  });

  it('finds stock that is held twice', () => {
    const world = stocked(new ToldWorld(oneDecision));
    const order = new OrderStory(world).reserved().reserved('RELEASED').reserved();
    expect(world.found()).toEqual([]);
    order.reserved();
    expect(world.found()).toEqual(['order o1: ReserveStock stands 2 times']);
  });

  it.each([
    ['parcels', 'BookShipment', { kind: 'shipment', status: 'BOOKED' }],
    ['authorisations', 'AuthorizePayment', { kind: 'payment', authorized: 5, captured: 0 }],
  ])('finds two %s', (_, step, row) => {
    const world = new ToldWorld(oneDecision);
    for (const key of ['1', '2']) world.write('Sandbox', key, { ...row, voided: 0, orderId: 'o1' });
    expect(world.found()).toEqual([`order o1: ${step} stands 2 times`]);
  });
});
