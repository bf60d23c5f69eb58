import { describe, expect, it } from 'vitest';
import { modelPath } from '../../../../bin/explore/invariants/model-path.ts';
import type { Row, Table } from '../../../../bin/explore/world.ts';
import { ToldWorld } from '../../../support/world.ts';

type Write = readonly [entry: string, table: Table, row: Row];

const order = (status: string, version: number, more: Row = {}): Row => ({
  ...{ id: 'o1', status, version, payment: 'PENDING', ...more },
});
const row = (status: string): Row => ({ orderId: 'o1', status });
const intent = (status: string): Row => ({ kind: 'payment', ...row(status) });
const stock = (status: string): Row => ({ id: 'order#o1', status });

/** An address to which no carrier goes, up to the decision and the first undo. */
const rejected: readonly Write[] = [
  ['place-order', 'Orders', order('PENDING', 1)],
  ['reserve-stock', 'Stock', stock('HELD')],
  ['authorize-payment', 'Payments', row('TRIED')],
  ['authorize-payment', 'Sandbox', intent('requires_capture')],
  ['authorize-payment', 'Payments', row('AUTHORIZED')],
  ['book-shipment', 'Shipments', row('TRIED')],
  ['reject-order', 'Orders', order('REJECTED', 2)],
  ['cancel-shipment', 'Shipments', row('CANCELLING')],
  ['cancel-shipment', 'Shipments', row('CANCELLED')],
];
const voided: readonly Write[] = [
  ['void-payment', 'Sandbox', intent('canceled')],
  ['void-payment', 'Payments', row('VOIDED')],
];
const released: Write = ['release-stock', 'Stock', stock('RELEASED')];
const told: readonly Write[] = [
  ['notify-customer', 'Notifications', { ...row('CLAIMED'), eventId: 'orders|o1:2' }],
  ['notify-customer', 'Sandbox', { kind: 'email', orderId: 'o1', eventId: 'o1:2' }],
  ['notify-customer', 'Notifications', { ...row('SENT'), eventId: 'orders|o1:2' }],
];

function write(world: ToldWorld, writes: readonly Write[]): void {
  for (const [entry, table, each] of writes)
    world.write(table, `${each.id ?? each.orderId} ${each.kind ?? ''}`, each, entry);
}

describe('the path of an order', () => {
  it('ends where the model may rest', () => {
    const world = new ToldWorld(modelPath);
    write(world, [...rejected, ...voided, released, ...told]);
    expect(world.atRest()).toEqual([]);
  });

  it('does not end before, unless something of the order waits in sight', () => {
    const world = new ToldWorld(modelPath);
    write(world, [...rejected, ...voided]);
    expect(world.atRest()).toEqual([
      expect.stringContaining('order o1: at rest after payment VOIDED'),
    ]);
    world.deadLetters = { NotificationDeadLetters: ['{"subject":"o1"}'] };
    expect(world.atRest()).toEqual([]);
  });

  it('has no compensation left out, whose parking nothing has hindered', () => {
    const world = new ToldWorld(modelPath);
    write(world, [...rejected, released]);
    expect(world.found()).toEqual([
      expect.stringMatching(/^order o1: after .* the model has no step that writes reservation/),
    ]);
  });

  it.each([
    [
      'a fault',
      (world: ToldWorld) => {
        world.strike('park-compensation/on.states@1');
      },
    ],
    [
      'its story',
      (world: ToldWorld) =>
        world.deliver({ entry: 'park-compensation', event: {}, outcome: 'Runtime.ExitError' }),
    ],
  ])('may leave one out where %s has kept it from being parked', (_, hit) => {
    const world = new ToldWorld(modelPath);
    write(world, rejected);
    hit(world);
    write(world, [released]);
    expect(world.found()).toEqual([]);
  });
});
