import { describe, expect, it } from 'vitest';
import { outboxAtomic } from '../../../../bin/explore/invariants/v04-outbox-atomic.ts';
import { delivered } from '../../../../bin/explore/invariants/v05-delivered.ts';
import { noGhost } from '../../../../bin/explore/invariants/v06-no-ghost.ts';
import { messageAccount } from '../../../../bin/explore/invariants/v30-message-account.ts';
import type { Row } from '../../../../bin/explore/world.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory } from './order-story.ts';

const placed = 'OrderPlaced';

describe('V4 outbox-atomic', () => {
  const write = (events: readonly string[], more: Row = {}) => {
    const world = new ToldWorld(outboxAtomic);
    const order = new OrderStory(world).happens(placed, 'place-order');
    world.write('Orders', 'o1', order.row(events, more));
    return world.found();
  };

  it('lets a transition bring its event', () => {
    expect(write([placed, 'OrderRejected'])).toEqual([]);
  });

  it('finds a transition without its event', () => {
    expect(write([placed], { version: 2 })).toEqual([
      'order o1 (PENDING, version 2): expected 2 events, found 1',
    ]);
  });

  it('finds an event beyond the version', () => {
    expect(write([placed, 'OrderRejected'], { version: 1 })).toEqual([
      'order o1 (REJECTED, version 1): expected 1 events, found 2',
    ]);
  });

  it('finds an event that was rewritten', () => {
    const outbox = [{ type: placed, time: 1 }];
    expect(write([placed], { outbox })).toEqual([
      'order o1 (PENDING, version 1): an event that was written has changed or gone',
    ]);
  });

  it('finds an event that has gone', () => {
    expect(write([], { status: 'PENDING' })).toEqual([
      'order o1 (PENDING, version 0): an event that was written has changed or gone',
    ]);
  });

  it('finds two events in one write', () => {
    expect(write([placed, 'OrderConfirmed', 'PaymentCaptured'])).toEqual([
      'order o1 (CONFIRMED, version 3): 2 events in one write',
    ]);
  });

  it('does not look at refusals', () => {
    const world = new ToldWorld(outboxAtomic);
    world.write('Orders', 'r', { id: 'r', status: 'REFUSED' });
    expect(world.found()).toEqual([]);
  });
});

describe('V5 delivered', () => {
  const begun = () => {
    const world = new ToldWorld(delivered);
    const order = new OrderStory(world).happens(placed, 'place-order');
    world.consume('start-saga', { m1: order.event(1) });
    return { world, order };
  };
  const lost = 'OrderPlaced o1:1 was never handled by watch-deadline';

  it('finds an event that a subscriber never got', () => {
    expect(begun().world.atRest()).toEqual([lost]);
  });

  it('does not count a batch that failed, nor a message that was given back', () => {
    const { world, order } = begun();
    world.consume('watch-deadline', { m2: order.event(1) }, { outcome: 'Runtime.ExitError' });
    world.consume('watch-deadline', { m2: order.event(1) }, { failed: ['m2'] });
    expect(world.atRest()).toEqual([lost]);
    world.consume('watch-deadline', { m2: order.event(1) });
    expect(world.atRest()).toEqual([]);
  });

  it('finds another’s event no substitute', () => {
    const { world } = begun();
    const other = new OrderStory(world, { id: 'o2' });
    other.events = [placed];
    world.consume('watch-deadline', { m2: other.event(1) });
    expect(world.atRest()).toEqual([lost]);
  });

  it('counts what waits in sight, where something may', () => {
    const { world, order } = begun();
    world.mayPark = true;
    world.deadLetters = { PlaceOrderDeadlineDeadLetters1: [JSON.stringify(order.event(1))] };
    expect(world.atRest()).toEqual([]);
    world.deadLetters = {};
    world.write('Parked', 'message:arn:PlaceOrderDeadlineQueue:m2', {
      ...{ id: 'message:arn:PlaceOrderDeadlineQueue:m2', payload: JSON.stringify(order.event(1)) },
    });
    expect(world.atRest()).toEqual([]);
  });

  it('counts no garbage that is parked for it', () => {
    const { world } = begun();
    world.mayPark = true;
    for (const id of ['message:arn:PlaceOrderDeadlineQueue:m2', 'stream:s1'])
      world.write('Parked', id, { id, payload: id === 'stream:s1' ? '{"Keys":"o1"}' : '{"poi' });
    expect(world.atRest()).toEqual([lost]);
  });

  it.each([
    ['dead letters', { deadLetters: { BillingDeadLetters1: ['x'] } }, 'capture-payment left x'],
    ['batches on S3', { failureObjects: ['aws/lambda/1'] }, 'stream left aws/lambda/1'],
  ])('finds %s that nothing lasting explains', (_, left, problem) => {
    const world = Object.assign(new ToldWorld(delivered), left);
    expect(world.atRest()).toEqual([`expected nothing to wait, but ${problem}`]);
    world.mayPark = true;
    expect(world.atRest()).toEqual([]);
  });

  it('finds parked things that nothing lasting explains', () => {
    const world = new ToldWorld(delivered);
    world.write('Parked', 'order:o1', { id: 'order:o1', payload: 'x' });
    expect(world.atRest()).toEqual(['expected nothing to wait, but recovery left order:o1 x']);
  });
});

describe('V6 no-ghost', () => {
  const begun = () => {
    const world = new ToldWorld(noGhost);
    return { world, order: new OrderStory(world).happens(placed, 'place-order') };
  };

  it('lets committed events be sent, and again when a delivery of the relay broke off', () => {
    const { world, order } = begun();
    world.send('BillingQueue', order.event(1));
    order.relayed(1);
    const Records = [{ dynamodb: { NewImage: { id: { S: 'o1' }, version: { N: '1' } } } }];
    const outcome = 'Sandbox.Timedout';
    world.deliver({ entry: 'relay-outbox', source: 'stream:x', event: { Records }, outcome });
    world.send('BillingQueue', order.event(1));
    expect(world.atRest()).toEqual([]);
  });

  it('finds an event of an order that is not committed', () => {
    const { world, order } = begun();
    world.write('Orders', 'o1', undefined);
    world.send('BillingQueue', order.event(1), 'rescue-outbox');
    expect(world.found()).toEqual(['OrderPlaced o1:1 tells of an order that is not committed']);
  });

  it('finds an event beyond the committed version', () => {
    const { world, order } = begun();
    order.events = [placed, 'OrderConfirmed'];
    world.send('BillingQueue', order.event(2), 'rescue-outbox');
    expect(world.found()).toEqual(['OrderConfirmed o1:2 is no event of order o1']);
  });

  it('finds an event under an id that was made when it was sent', () => {
    const { world, order } = begun();
    world.send('BillingQueue', { ...order.event(1), id: 'uuid' }, 'rescue-outbox');
    expect(world.found()).toEqual(['OrderPlaced uuid is no event of order o1']);
  });

  it.each([
    ['type', { type: 'OrderRejected' }],
    ['source', { source: '/elsewhere' }],
    ['time', { time: '2026-01-01T00:00:00.000Z' }],
    ['data.orderId', { data: { orderId: 'o2', version: 1, customer: 'alice' } }],
    ['data.version', { data: { orderId: 'o1', version: 2, customer: 'alice' } }],
    ['data.customer', { data: { orderId: 'o1', version: 1, customer: 'bob' } }],
  ])('finds an event with another %s', (name, change) => {
    const { world, order } = begun();
    world.send('BillingQueue', { ...order.event(1), ...change }, 'rescue-outbox');
    expect(world.found()).toEqual([expect.stringContaining(`o1:1: ${name} is `)]);
  });

  it('finds a relay that sends again what an earlier write has added', () => {
    const { world, order } = begun();
    world.send('BillingQueue', order.event(1));
    order.relayed(1).happens('OrderConfirmed', 'confirm-order');
    world.send('BillingQueue', order.event(1));
    world.send('BillingQueue', order.event(2));
    order.relayed(2);
    expect(world.atRest()).toEqual([
      'o1:1 was sent to BillingQueue, but no write had just added it',
    ]);
  });

  it.each([
    ['takes it for a call that a fault has held up', 'SendMessageBatch.Billing@1', 'R5s', 0],
    ['does not, when the fault held up another call', 'SendMessageBatch.Notification@1', 'R5s', 1],
    ['does not, when a fault lost an answer', 'SendMessageBatch.Billing@1', 'L', 1],
    ['does not, when a fault held up the relay itself', 'on.stream@1', 'R5s', 1],
  ])('%s', (_, site, kind, problems) => {
    const { world, order } = begun();
    order.relayed(1);
    world.send('BillingQueue', order.event(1));
    world.faults.push({ site: `relay-outbox/${site}`, kind, atMs: 0 });
    expect(world.atRest()).toHaveLength(problems);
  });

  it('finds a reminder of no order', () => {
    const { world } = begun();
    world.send('PlaceOrderRecoveryQueue', { orderId: 'o1' }, 'recover-saga');
    world.send('PlaceOrderRecoveryQueue', { orderId: 'o2' }, 'recover-saga');
    expect(world.atRest()).toEqual(['recover-saga sent a reminder of o2, which is no order']);
  });
});

describe('V30 message-account', () => {
  const begun = () => {
    const world = new ToldWorld(messageAccount);
    const order = new OrderStory(world).happens(placed, 'place-order');
    world.send('PlaceOrderStartQueue1', order.event(1));
    return { world, order };
  };
  const vanished = 'start-saga: /everonce/orders|o1:1 was sent 1 times; 0 handled, 0 dead';

  it('finds a message that vanished', () => {
    expect(begun().world.atRest()).toEqual([vanished]);
  });

  it('finds one that its consumer only gave back', () => {
    const { world, order } = begun();
    world.consume('start-saga', { m1: order.event(1) }, { failed: ['m1'] });
    expect(world.atRest()).toEqual([vanished]);
  });

  it('finds one of two that vanished', () => {
    const { world, order } = begun();
    world.send('PlaceOrderStartQueue1', order.event(1));
    world.consume('start-saga', { m1: order.event(1) });
    world.consume('start-saga', { m1: order.event(1) });
    expect(world.atRest()).toEqual([
      'start-saga: /everonce/orders|o1:1 was sent 2 times; 1 handled, 0 dead',
    ]);
  });

  it('counts dead letters, and takes a redriven one for one message', () => {
    const { world, order } = begun();
    world.deadLetters = { PlaceOrderStartDeadLetters1: [JSON.stringify(order.event(1))] };
    expect(world.atRest()).toEqual([]);
    world.deadLetters = {};
    world.send('PlaceOrderStartQueue1', order.event(1), 'operator');
    world.consume('start-saga', { m9: order.event(1) });
    expect(world.atRest()).toEqual([]);
  });

  it('finds what an operator has sent and nobody handled', () => {
    const world = new ToldWorld(messageAccount);
    world.send('OrdersRescueQueue1', { since: 'yesterday' }, 'operator');
    expect(world.atRest()).toEqual([
      'rescue-outbox: {"since":"yesterday"} was sent 1 times; 0 handled, 0 dead',
    ]);
  });

  it('finds a message that nobody sent, unless it is poison or a notice of EventBridge', () => {
    const world = new ToldWorld(messageAccount);
    world.consume('recover-saga', { m1: '{"source":"aws.states","detail":{}}' });
    world.consume('start-saga', { m2: '"nobody’s"' });
    expect(world.atRest()).toEqual(['start-saga: "nobody’s" was sent 0 times; 1 handled, 0 dead']);
    world.mayPark = true;
    expect(world.atRest()).toEqual([]);
  });

  it('says loudly that nobody is known to read a queue', () => {
    const world = new ToldWorld(messageAccount);
    world.send('MysteryQueue', 'x');
    expect(() => world.atRest()).toThrow('nobody is known to read MysteryQueue');
  });
});
