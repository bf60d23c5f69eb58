import { describe, expect, it } from 'vitest';
import { effectOnce } from '../../../../bin/explore/invariants/v07-effect-once.ts';
import { noStuck } from '../../../../bin/explore/invariants/v20-no-stuck.ts';
import {
  boundedWork,
  recoveries,
  triesOf,
} from '../../../../bin/explore/invariants/v21-bounded-work.ts';
import { recoveryWaitsMs } from '../../../../lambdas/domain/recovery.ts';
import { forwardRetry, untilDoneRetry } from '../../../../lib/constructs/saga-definition.ts';
import { ToldWorld } from '../../../support/world.ts';
import { OrderStory } from './order-story.ts';

const execution = (name: string, status = 'SUCCEEDED') => ({
  ...{ name, status, arn: `arn:${name}`, states: ['ReserveStock'] },
});

describe('V7 effect-once', () => {
  const begun = () => {
    const world = new ToldWorld(effectOnce);
    return { world, order: new OrderStory(world).happens('OrderPlaced', 'place-order') };
  };

  it('finds a customer who is told twice, whatever the second e-mail names', () => {
    const { world, order } = begun();
    order.happens('OrderConfirmed', 'confirm-order').told('order-confirmed', 2);
    const again = { kind: 'email', orderId: 'o1', eventId: 'o1:2', to: 'alice' };
    world.write('Sandbox', 'again', { ...again, template: 'order-confirmed' });
    expect(world.found()).toEqual(['order o1: 2 e-mails order-confirmed']);
  });

  it('finds an e-mail for an event that is not committed, or has another meaning', () => {
    const { world, order } = begun();
    order.told('order-confirmed', 2).told('order-rejected', 1);
    expect(world.found()).toEqual([
      'an e-mail order-confirmed was sent for o1:2, which is undefined',
      'an e-mail order-rejected was sent for o1:1, which is OrderPlaced',
    ]);
  });

  it('finds an e-mail to another customer', () => {
    const { world, order } = begun();
    order.happens('OrderRejected', 'reject-order');
    const row = { kind: 'email', orderId: 'o1', eventId: 'o1:2', to: 'bob' };
    world.write('Sandbox', 'mail', { ...row, template: 'order-rejected' });
    expect(world.found()).toEqual(['an e-mail about order o1 of alice went to bob']);
  });

  it('finds a customer whom nobody told, unless the message waits in sight', () => {
    const { world, order } = begun();
    order.happens('OrderCancelled', 'cancel-order');
    expect(world.atRest()).toEqual([
      'order o1 (CANCELLED, version 2): nobody told the customer of OrderCancelled',
    ]);
    world.deadLetters = { NotificationDeadLetters1: [JSON.stringify(order.event(2))] };
    expect(world.atRest()).toEqual([]);
  });

  it('finds an adjustment that was made twice for one key', () => {
    const { world } = begun();
    const body = { delta: 5, reason: 'delivery' };
    const path = '/products/mug/stock-adjustments';
    const ask = (key: string) =>
      world.ask({
        method: 'POST',
        path,
        headers: { 'idempotency-key': key },
        body,
        as: 'operator',
      });
    const make = (id: string) => world.write('Stock', id, { id, sku: 'mug', ...body });
    ask('k1');
    ask('k2');
    make('adjustment#1');
    make('adjustment#2');
    expect(world.found()).toEqual([]);
    make('adjustment#3');
    expect(world.found()).toEqual([
      'mug by 5 (delivery) was adjusted 3 times, expected once for each of 2 keys',
    ]);
  });
});

describe('V20 no-stuck', () => {
  it('finds what the engine still has under way', () => {
    const world = Object.assign(new ToldWorld(noStuck), {
      pending: ['2 messages in BillingQueue'],
    });
    expect(world.atRest()).toEqual(['still under way: 2 messages in BillingQueue']);
  });

  it('finds an execution that runs', () => {
    const world = new ToldWorld(noStuck);
    world.executions = [execution('o1', 'RUNNING'), execution('o2', 'FAILED')];
    expect(world.atRest()).toEqual(['execution o1 is still in ReserveStock']);
  });

  it('finds an undecided order, unless its recovery waits in sight', () => {
    const world = new ToldWorld(noStuck);
    const order = new OrderStory(world).happens('OrderPlaced', 'place-order');
    const found = [
      'order o1 (PENDING, version 1) is undecided, expected an end after its deadline',
    ];
    expect(world.atRest()).toEqual(found);
    world.deadLetters = { BillingDeadLetters1: [JSON.stringify(order.event(1))] };
    expect(world.atRest()).toEqual(found);
    world.write('Parked', 'order:o1', { id: 'order:o1', payload: '{"orderId":"o1"}' });
    expect(world.atRest()).toEqual([]);
  });

  it('finds a claim that nobody settles, unless its message waits in sight', () => {
    const world = new ToldWorld(noStuck);
    const claim = { eventId: '/everonce/orders|o1:2', orderId: 'o1', status: 'CLAIMED' };
    world.write('Notifications', claim.eventId, claim);
    expect(world.atRest()).toEqual([
      'notification /everonce/orders|o1:2 is CLAIMED, expected SENT',
    ]);
    const id = 'message:arn:NotificationQueue:m1';
    world.write('Parked', id, { id, payload: '{"subject":"o1"}' });
    expect(world.atRest()).toEqual([]);
  });

  it('finds a lease that is left, also one that is over, unless its client has given up', () => {
    const world = new ToldWorld(noStuck);
    const asked = {
      ...{ method: 'POST', path: '/products/mug/stock-adjustments', as: 'operator' },
      headers: { 'idempotency-key': 'k' },
    };
    world.write('Idempotency', 'k', { id: 'k', status: 'INPROGRESS', in_progress_expiration: 1 });
    expect(world.atRest()).toEqual(['lease of k is left, and 0 clients have given up']);
    world.exchange(asked, { status: 503 });
    world.exchange(asked, { status: 409, json: { type: '/problems/request-in-progress' } });
    expect(world.atRest()).toEqual([]);
    world.exchange(asked, { status: 200 });
    expect(world.atRest()).toHaveLength(1);
  });

  it.each([
    ['R5s', 'PutItem.Idempotency@1', 0],
    ['T', 'PutItem.Idempotency@1', 0],
    ['Tb', 'GetItem.Stock@3', 0],
    ['Lx', 'PutItem.Idempotency@1', 1],
  ])('lets a lease be that came after its client was served: %s at %s', (kind, call, found) => {
    const world = new ToldWorld(noStuck);
    world.write('Idempotency', 'k', { id: 'k', status: 'INPROGRESS', in_progress_expiration: 1 });
    world.faults.push({ site: `adjust-stock/${call}`, kind, atMs: 0 });
    expect(world.atRest()).toHaveLength(found);
  });

  it('finds a try to book that nobody ends, unless its undo waits in sight', () => {
    const world = new ToldWorld(noStuck);
    world.write('Shipments', 'o1', { orderId: 'o1', status: 'TRIED', leaseUntil: 1 });
    expect(world.atRest()).toEqual(['the shipment of o1 is TRIED, expected an end of the try']);
    const id = 'order:o1:CancelShipment';
    world.write('Parked', id, { id, payload: '{"orderId":"o1"}' });
    expect(world.atRest()).toEqual([]);
  });
});

describe('V21 bounded-work', () => {
  const often = (times: number, tell: () => void) => {
    for (let count = 0; count < times; count++) tell();
  };

  it('counts with the retriers and recoveries that the template has', () => {
    const tries = (retry: typeof forwardRetry) =>
      1 + retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
    expect(triesOf).toEqual({ step: tries(forwardRetry), patient: tries(untilDoneRetry) });
    expect(recoveries).toBe(recoveryWaitsMs.length);
  });

  it.each([
    ['reserve-stock', 168],
    ['void-payment', 408],
    ['reject-order', 408],
  ])('finds that %s runs more than %i times for an order', (entry, most) => {
    const world = new ToldWorld(boundedWork);
    const event = { orderId: 'o1' };
    often(most, () => world.deliver({ entry, event }));
    world.deliver({ entry, event: { orderId: 'o2' } });
    world.deliver({ entry, event, source: 'apigateway:Api' });
    world.deliver({ entry, event, outcome: 'throttled' });
    expect(world.found()).toEqual([]);
    often(2, () => world.deliver({ entry, event }));
    expect(world.found()).toEqual([`${entry} for order o1: expected at most ${most} times`]);
  });

  it('finds a message that is delivered without end; a fault allows one more', () => {
    const world = new ToldWorld(boundedWork);
    world.strike();
    often(11, () => world.consume('start-saga', { m1: 'x' }));
    world.consume('start-saga', { m2: 'x' });
    expect(world.found()).toEqual([]);
    world.consume('start-saga', { m1: 'x' });
    expect(world.found()).toEqual(['delivery of m1 to start-saga: expected at most 11 times']);
  });

  it('finds reminders without end', () => {
    const world = new ToldWorld(boundedWork);
    const remind = () => world.send('PlaceOrderRecoveryQueue', { orderId: 'o1' }, 'recover-saga');
    often(1152, remind);
    world.send('PlaceOrderRecoveryQueue', 'something else');
    expect(world.found()).toEqual([]);
    remind();
    expect(world.found()).toEqual([
      'reminder of order o1 to PlaceOrderRecoveryQueue: expected at most 1152 times',
    ]);
  });

  it('finds a second execution that is no recovery', () => {
    const world = new ToldWorld(boundedWork);
    new OrderStory(world).happens('OrderPlaced', 'place-order');
    world.executions = [execution('o1'), execution('o1-r5f'), execution('o2')];
    expect(world.atRest()).toEqual([]);
    world.executions = [execution('o1-a'), execution('o1-b')];
    expect(world.atRest()).toEqual(['order o1: 2 first executions, expected one']);
  });

  it('finds more recoveries than there may be', () => {
    const world = new ToldWorld(boundedWork);
    new OrderStory(world).happens('OrderPlaced', 'place-order');
    world.executions = ['', '-r1', '-r2', '-r3', '-r4', '-r5'].map((end) => execution(`o1${end}`));
    expect(world.atRest()).toEqual([]);
    world.executions = [...world.executions, execution('o1-r6')];
    expect(world.atRest()).toEqual(['order o1: 6 recoveries, expected at most 5']);
  });
});
