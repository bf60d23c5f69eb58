/** V3: what a client was told stands, and what stands a client has asked for. */
import type { Operation, QuietWorld } from '../world.ts';
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
  const sku = adjustedSku(operation);
  return sku === undefined ? [] : adjustmentProblems(sku, operation, world);
}

function adjustmentProblems(sku: string, operation: Operation, world: QuietWorld): string[] {
  const { delta, reason } = bodyOf(operation) ?? {};
  const isStored = world
    .rows('Stock')
    .filter(({ id }) => String(id).startsWith('adjustment#'))
    .some((row) => row.sku === sku && row.delta === delta && row.reason === reason);
  if (isStored) return [];
  return [`${sku}: the adjustment ${keyOf(operation)} by ${delta} was answered, and is not stored`];
}

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
