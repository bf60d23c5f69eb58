/** V20: nothing is left under way that nobody moves any more: no order, execution, claim, lease or try. */
import type { Operation, QuietWorld } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { adjustedSku, isSettled, keyOf } from './operations.ts';
import { nameOf, ordersOf } from './order-row.ts';

export const noStuck: Invariant = {
  id: 'V20',
  name: 'no-stuck',
  sentence:
    'Past all deadlines no order is pending, nothing runs, and no claim, lease or try is left.',
  watch: () => ({
    atRest: (world) => [
      ...world.pending.map((what) => `still under way: ${what}`),
      ...runningExecutions(world),
      ...undecidedOrders(world),
      ...openClaims(world),
      ...leftLeases(world),
      ...openTries(world),
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

/**
 * A lease that is over is the next try's: one is left only by a client that gave up, and by what comes
 * when its client is served: a call that was held up, and a function that stood still. It ends by itself.
 */
function leftLeases(world: QuietWorld): string[] {
  const left = world.rows('Idempotency').filter(({ status }) => status === 'INPROGRESS');
  const keys = (operations: readonly Operation[]) =>
    new Set(operations.map((operation) => `${operation.client} ${keyOf(operation)}`));
  const asked = world.operations.filter((operation) => adjustedSku(operation) !== undefined);
  const givenUp = keys(asked).size - keys(asked.filter(isSettled)).size;
  const heldUp = world.faults.filter(
    ({ site, kind }) => /^(R5s|Tb?)/.test(kind) && site.startsWith('adjust-stock/'),
  );
  if (left.length <= givenUp + heldUp.length) return [];
  return left.map(({ id }) => `lease of ${id} is left, and ${givenUp} clients have given up`);
}

/** Whoever tried a booking has it, or its undo has settled the try. */
const openTries = (world: QuietWorld): string[] =>
  world
    .rows('Shipments')
    .filter(
      ({ orderId, status }) => status === 'TRIED' && !isExcused(world, String(orderId), 'parcel'),
    )
    .map(({ orderId }) => `the shipment of ${orderId} is TRIED, expected an end of the try`);
