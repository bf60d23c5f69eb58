import { describe, expect, it } from 'vitest';
import { honestReasons } from '../../../../bin/explore/invariants/honest-reasons.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory } from './order-story.ts';

/** An order is placed, a step of it tried and tried again, and the order rejected for want of tries. */
function triedAndRejected(
  world: ToldWorld,
  { entry = 'reserve-stock', outcome = 'TransientFault', tries = 7 },
): readonly string[] {
  const order = new OrderStory(world).placed();
  for (let tried = 0; tried < tries; tried++)
    world.deliver({ entry, outcome, event: { orderId: order.id } });
  const rejected = order.row(['OrderPlaced', 'OrderRejected'], { reason: 'UNAVAILABLE' });
  world.write('Orders', order.id, rejected, 'reject-order');
  return world.found();
}

describe('honest-reasons, of an order whose tries ran out,', () => {
  it('finds that its stock could have been reserved: nothing was broken', () => {
    expect(triedAndRejected(new ToldWorld(honestReasons), {})).toEqual([
      'order o1 (REJECTED, version 2) is rejected for UNAVAILABLE, which was never so',
    ]);
  });

  it.each([
    ['crashed', { outcome: 'Runtime.ExitError', tries: 3 }],
    ['did its work, and was not heard', { outcome: 'ok', tries: 3 }],
    ['waited for the carrier', { entry: 'book-shipment' }],
  ])('lets it be when the step %s', (_, story) => {
    expect(triedAndRejected(new ToldWorld(honestReasons), story)).toEqual([]);
  });

  it('lets it be when a fault has struck where stock is reserved', () => {
    const world = new ToldWorld(honestReasons);
    const site = 'reserve-stock/TransactWriteItems.Stock@1';
    world.faults.push({ site, kind: 'Bx', atMs: 0 });
    expect(triedAndRejected(world, {})).toEqual([]);
  });
});
