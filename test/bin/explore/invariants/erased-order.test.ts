import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../../../bin/explore/invariants/invariant.ts';
import { modelPath } from '../../../../bin/explore/invariants/model-path.ts';
import { oneOrder } from '../../../../bin/explore/invariants/v01-one-order.ts';
import { ackDurable } from '../../../../bin/explore/invariants/v03-ack-durable.ts';
import { ledgerTruth } from '../../../../bin/explore/invariants/v12-ledger-truth.ts';
import { viewEqualsFold } from '../../../../bin/explore/invariants/v22-view-equals-fold.ts';
import { readYourWrites } from '../../../../bin/explore/invariants/v25-read-your-writes.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory } from './order-story.ts';

/** An order that was placed and undone, whose item then goes. */
function erasedBy(by: string, invariant: Invariant): ToldWorld {
  const world = new ToldWorld(invariant);
  const order = new OrderStory(world).placed().viewed();
  world.write('Shipments', 'o1', { orderId: 'o1', status: 'CANCELLED', version: 1 });
  world.write('Orders', 'o1', undefined, by);
  const tombstone = { id: 'order#o1', version: 2, deleted: true };
  world.write('OrderView', 'order#o1', tombstone, 'project-order');
  world.exchange({ path: `/orders/${order.id}`, as: 'alice' }, { status: 404 });
  return world;
}

describe('an order that an operator has erased', () => {
  it.each([oneOrder, ackDurable, ledgerTruth, viewEqualsFold, readYourWrites])(
    'is missed by nobody ($id $name), unless another has deleted it',
    (invariant) => {
      expect(erasedBy('operator', invariant).atRest()).toEqual([]);
      expect(erasedBy('somebody', invariant).atRest()).not.toEqual([]);
    },
  );

  it('is not of the model, which knows no operators', () => {
    const world = new ToldWorld(modelPath);
    world.given('Orders', 'o1', new OrderStory(world).row(['OrderPlaced']));
    world.write('Orders', 'o1', undefined, 'operator');
    expect(world.found()).toEqual([]);
  });

  it('leaves the view', () => {
    const world = new ToldWorld(viewEqualsFold);
    new OrderStory(world).placed().viewed();
    world.write('Orders', 'o1', undefined, 'operator');
    expect(world.atRest()).toEqual(['the view shows o1, which is no order']);
  });
});
