import { describe, expect, it } from 'vitest';
import { honestReasons } from '../../../../bin/explore/invariants/honest-reasons.ts';
import type { Row } from '../../../../bin/explore/world.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory, placedMs, stocked } from './order-story.ts';

const never = (reason: string) =>
  `order o1 (REJECTED, version 2) is rejected for ${reason}, which was never so`;

function rejected(reason: string, before: (order: OrderStory) => void = () => {}, more: Row = {}) {
  const world = stocked(new ToldWorld(honestReasons));
  world.nowMs = placedMs;
  const order = new OrderStory(world).placed();
  before(order);
  const row = order.row(['OrderPlaced', 'OrderRejected'], { reason, ...more });
  world.write('Orders', order.id, row, 'reject-order');
  return world.found();
}

describe('honest-reasons', () => {
  it('finds an order that was out of stock, with enough of everything', () => {
    expect(rejected('OUT_OF_STOCK')).toEqual([never('OUT_OF_STOCK')]);
  });

  it('finds an order that was out of stock, with all its units held for it', () => {
    const heldAll = (order: OrderStory) => {
      const key = `order#${order.id}`;
      const sold = {
        table: 'Stock',
        key: 'sku#mug',
        row: { id: 'sku#mug', available: 0 },
      } as const;
      const reservation = { table: 'Stock', key, row: { id: key, status: 'HELD' } } as const;
      order.world.transact([reservation, sold]);
    };
    expect(rejected('OUT_OF_STOCK', heldAll)).toEqual([never('OUT_OF_STOCK')]);
  });

  it('lets an order be out of stock that lacked a unit at some moment', () => {
    const soldAndBack = ({ world }: OrderStory) => {
      world.write('Stock', 'sku#cup', { id: 'sku#cup', available: 1 });
      world.write('Stock', 'sku#cup', { id: 'sku#cup', available: 10 });
    };
    expect(rejected('OUT_OF_STOCK', soldAndBack)).toEqual([]);
  });

  it('finds a payment that was declined by nobody', () => {
    expect(rejected('PAYMENT_DECLINED')).toEqual([never('PAYMENT_DECLINED')]);
    const held = (order: OrderStory) => void order.money({}, 'AUTHORIZED');
    expect(rejected('PAYMENT_DECLINED', held)).toEqual([never('PAYMENT_DECLINED')]);
    const declined = (order: OrderStory) => void order.money({ authorized: 0 }, 'DECLINED');
    expect(rejected('PAYMENT_DECLINED', declined)).toEqual([]);
  });

  it('finds an address that the carrier serves', () => {
    const shipping = { postalCode: '12345' };
    expect(rejected('UNDELIVERABLE_ADDRESS', undefined, { shipping })).toEqual([
      never('UNDELIVERABLE_ADDRESS'),
    ]);
    expect(rejected('UNDELIVERABLE_ADDRESS')).toEqual([]);
  });

  it('finds an order that was too late before its deadline, clocks that differ aside', () => {
    const at = (nowMs: number) => (order: OrderStory) => {
      order.world.nowMs = nowMs;
    };
    const deadline = placedMs + 840_000;
    expect(rejected('DEADLINE_EXCEEDED', at(deadline - 5_001))).toEqual([
      never('DEADLINE_EXCEEDED'),
    ]);
    expect(rejected('DEADLINE_EXCEEDED', at(deadline - 5_000))).toEqual([]);
  });

  it('finds an order that was given up while tries were left', () => {
    const tried = (times: number) => (order: OrderStory) => {
      const event = { orderId: order.id };
      for (let time = 0; time < times; time++)
        order.world.deliver({ entry: 'confirm-order', outcome: 'Runtime.ExitError', event });
    };
    expect(rejected('UNAVAILABLE', tried(2))).toEqual([never('UNAVAILABLE')]);
    expect(rejected('UNAVAILABLE', tried(3))).toEqual([]);
  });

  it("takes a provider's broken answer for a reason, and no other permanent fault", () => {
    const failing =
      (...kinds: readonly string[]) =>
      ({ id, world }: OrderStory) => {
        for (const kind of kinds)
          world.faults.push({ site: 'authorize-payment/Query.Sandbox@1', kind, atMs: 0 });
        const event = { orderId: id };
        world.deliver({ entry: 'authorize-payment', outcome: 'PermanentFault', event });
      };
    expect(rejected('UNAVAILABLE', failing('P'))).toEqual([]);
    expect(rejected('UNAVAILABLE', failing('S'))).toEqual([never('UNAVAILABLE')]);
  });

  it('counts a try that failed before its function began', () => {
    const failed = ({ world }: OrderStory) => {
      for (const n of [1, 2, 3])
        world.faults.push({ site: `book-shipment/on.states@${n}`, kind: 'B', atMs: 0 });
    };
    expect(rejected('UNAVAILABLE', failed)).toEqual([]);
  });

  it('finds a reason that nobody knows', () => {
    expect(rejected('BAD_LUCK')).toEqual([never('BAD_LUCK')]);
  });

  it('judges an order once: what is recorded of it later is another matter', () => {
    const world = new ToldWorld(honestReasons);
    const order = new OrderStory(world);
    const events = ['OrderPlaced', 'OrderRejected'];
    world.given('Orders', 'o1', order.row(events, { reason: 'OUT_OF_STOCK' }));
    world.write('Orders', 'o1', order.row([...events, 'OrderParked'], { reason: 'OUT_OF_STOCK' }));
    expect(world.found()).toEqual([]);
  });
});

describe('honest-reasons, of a request', () => {
  const refusal = { status: 422, json: { type: '/problems/unknown-product' } };
  const sold = () => {
    const world = new ToldWorld(honestReasons);
    world.given('Catalogue', 'mug', { sku: 'mug' });
    const order = new OrderStory(world);
    return { world, order };
  };

  it('finds that a product is unknown which is sold', () => {
    const { world, order } = sold();
    world.given('Catalogue', 'cup', { sku: 'cup' });
    world.exchange(order.request(), refusal);
    expect(world.found()).toEqual([
      'key-o1 of alice: refused for an unknown product, and all are sold',
    ]);
  });

  it('lets it be when a product is missing, and when it has come since the first request', () => {
    const { world, order } = sold();
    world.exchange(order.request(), refusal);
    world.nowMs += 1000;
    world.write('Catalogue', 'cup', { sku: 'cup' });
    world.exchange(order.request(), refusal);
    expect(world.found()).toEqual([]);
    world.nowMs += 1000;
    world.exchange(order.request('another'), refusal);
    expect(world.found()).toEqual([
      'another of alice: refused for an unknown product, and all are sold',
    ]);
  });

  it('does not mind another refusal', () => {
    const { world, order } = sold();
    world.exchange(order.request(), { status: 400, json: { type: '/problems/invalid-request' } });
    expect(world.found()).toEqual([]);
  });
});
