/** V3: what a client was told stands, and what stands a client has asked for. */
import type { Operation, QuietWorld, Row } from '../world.ts';
import { contentOf, wishedContent } from './contents.ts';
import type { Invariant } from './invariant.ts';
import { adjustedSku, bodyOf, cancelledId, isPlacing, keyOf } from './operations.ts';
import { erasedIds, findOrder, nameOf, ordersOf } from './order-row.ts';

export const ackDurable: Invariant = {
  id: 'V3',
  name: 'ack-durable',
  sentence: 'Whatever was accepted is stored, and every order was asked for by a client.',
  watch: () => ({
    atRest: (world) => [
      ...world.operations.flatMap((operation) => acceptedProblems(operation, world)),
      ...lostAdjustments(world),
      ...unaskedOrders(world),
    ],
  }),
};

function acceptedProblems(operation: Operation, world: QuietWorld): string[] {
  if (operation.status !== 202 && operation.status !== 200) return [];
  if (isPlacing(operation)) {
    const { id } = operation.json as { id: string };
    return findOrder(world, id) || erasedIds(world).has(id)
      ? []
      : [`order ${id} was accepted with 202, and is not stored`];
  }
  const cancelled = cancelledId(operation);
  if (cancelled !== undefined) {
    const status = findOrder(world, cancelled)?.status;
    return status === 'CANCELLED'
      ? []
      : [`order ${cancelled}: its cancelling was accepted, but it is ${status}`];
  }
  return [];
}

/** Rows do not tell their keys: of equal adjustments there is one for each key that was answered. */
function lostAdjustments(world: QuietWorld): string[] {
  const answered = new Map<string, Set<string>>();
  for (const operation of world.operations) {
    const sku = adjustedSku(operation);
    if (sku === undefined || operation.status !== 200) continue;
    const name = adjustmentName({ sku, ...bodyOf(operation) });
    const key = `${keyOf(operation)} of ${operation.client}`;
    answered.set(name, (answered.get(name) ?? new Set()).add(key));
  }
  const stored = world
    .rows('Stock')
    .filter(({ id }) => String(id).startsWith('adjustment#'))
    .map(adjustmentName);
  return [...answered].flatMap(([name, keys]) => {
    const count = stored.filter((each) => each === name).length;
    if (count >= keys.size) return [];
    return [`${name}: answered to ${[...keys].join(', ')}, stored ${count} times`];
  });
}

const adjustmentName = ({ sku, delta, reason }: Row): string =>
  `adjustment of ${sku} by ${delta} (${reason})`;

function unaskedOrders(world: QuietWorld): string[] {
  const asked = new Set(
    world.operations
      .filter((operation) => isPlacing(operation) && keyOf(operation) !== undefined)
      .map((operation) => `${operation.client} ${wishedContent(operation)}`),
  );
  return ordersOf(world)
    .filter((order) => !asked.has(`${order.customer} ${contentOf(order)}`))
    .map((order) => `${nameOf(order)}: no client has sent its key with ${contentOf(order)}`);
}
