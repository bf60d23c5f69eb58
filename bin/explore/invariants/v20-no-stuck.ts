/** V20: nothing is left under way that nobody moves any more: no order, execution, claim or lease. */
import type { QuietWorld } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { nameOf, ordersOf } from './order-row.ts';

export const noStuck: Invariant = {
  id: 'V20',
  name: 'no-stuck',
  sentence:
    'Past all deadlines no order is pending, nothing runs, and nobody’s claim or lease is left.',
  watch: () => ({
    atRest: (world) => [
      ...world.pending.map((what) => `still under way: ${what}`),
      ...runningExecutions(world),
      ...undecidedOrders(world),
      ...openClaims(world),
      ...liveLeases(world),
    ],
  }),
};

const runningExecutions = ({ executions }: QuietWorld): string[] =>
  executions
    .filter(({ status }) => status === 'RUNNING')
    .map(({ name, states }) => `execution ${name} is still in ${states.at(-1)}`);

const undecidedOrders = (world: QuietWorld): string[] =>
  ordersOf(world)
    .filter(({ id, status }) => status === 'PENDING' && !isExcused(world, id, 'decision'))
    .map((order) => `${nameOf(order)} is undecided, expected an end after its deadline`);

/** Claimed and not sent is nobody's state once its message is gone. */
const openClaims = (world: QuietWorld): string[] =>
  world
    .rows('Notifications')
    .filter(
      ({ orderId, status }) => status !== 'SENT' && !isExcused(world, String(orderId), 'mail'),
    )
    .map(({ eventId, status }) => `notification ${eventId} is ${status}, expected SENT`);

function liveLeases(world: QuietWorld): string[] {
  const now = world.now();
  const commands = world
    .rows('Idempotency')
    .filter(
      ({ status, in_progress_expiration: until }) => status === 'INPROGRESS' && Number(until) > now,
    )
    .map(({ id }) => `lease of ${id}`);
  const shipments = world
    .rows('Shipments')
    .filter(({ status, leaseUntil }) => status === 'TRIED' && Number(leaseUntil) > now)
    .map(({ orderId }) => `lease of the shipment of ${orderId}`);
  return [...commands, ...shipments].map((lease) => `${lease} has no owner and is not over`);
}
