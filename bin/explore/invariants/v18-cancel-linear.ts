/** V18: cancelling and confirming have one winner, and who was told of a cancellation keeps it. */
import type { Operation, QuietWorld, Row, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { cancelledId, headerOf, problemOf, versionOf } from './operations.ts';
import { findOrder, isOrder, nameOf } from './order-row.ts';
import { parcelsOf, paymentsOf, sumOf, takenBy } from './provider-truth.ts';

export const cancelLinear: Invariant = {
  id: 'V18',
  name: 'cancel-linear',
  sentence: 'An order is cancelled or confirmed, never both, and an accepted cancellation stands.',
  watch: () => ({
    always(happening, world) {
      if (happening.kind === 'answer') return answerProblems(happening.operation, world);
      if (happening.kind !== 'change' || happening.change.table !== 'Orders') return [];
      return winnerProblems(happening.change.after);
    },
    atRest: (world) => acceptedIds(world).flatMap((id) => shippedProblems(id, world)),
  }),
};

function winnerProblems(row: Row | undefined): string[] {
  if (!isOrder(row)) return [];
  const types = new Set(row.outbox.map(({ type }) => type));
  const isBoth = types.has('OrderCancelled') && types.has('OrderConfirmed');
  const isKept = row.cancelledFrom === undefined || row.status === 'CANCELLED';
  return [
    ...(isBoth ? [`${nameOf(row)}: cancelled and confirmed`] : []),
    ...(isKept ? [] : [`${nameOf(row)}: was cancelled from version ${row.cancelledFrom}`]),
  ];
}

function answerProblems(operation: Operation, world: World): string[] {
  const id = cancelledId(operation);
  const order = id === undefined ? undefined : findOrder(world, id);
  if (!order) return [];
  if (operation.status === 202) return acceptedProblems(operation, order);
  const problem = problemOf(operation);
  if (problem === 'order-decided' && order.status === 'PENDING')
    return [`${nameOf(order)}: told to be decided`];
  return problem === 'order-decided' || problem === 'stale-version'
    ? repeatProblems(operation, order)
    : [];
}

/** On a repeat too, the version is the one that the cancellation made. */
function acceptedProblems(
  operation: Operation,
  order: NonNullable<ReturnType<typeof findOrder>>,
): string[] {
  const from = versionOf(headerOf(operation, 'if-match'));
  const { version } = operation.json as { version: number };
  if (order.status === 'CANCELLED' && order.cancelledFrom === from && version === Number(from) + 1)
    return [];
  return [
    `${nameOf(order)}, cancelled from version ${order.cancelledFrom}: its cancelling from ${from} was accepted as version ${version}`,
  ];
}

/** What it asks for has been done, by itself or by its twin. */
function repeatProblems(
  operation: Operation,
  order: NonNullable<ReturnType<typeof findOrder>>,
): string[] {
  const from = versionOf(headerOf(operation, 'if-match'));
  if (order.cancelledFrom !== from || order.customer !== operation.client) return [];
  return [
    `${nameOf(order)}: cancelled from version ${from}, which is then refused: ${operation.text}`,
  ];
}

const acceptedIds = (world: World): readonly string[] => [
  ...new Set(
    world.operations
      .filter(({ status }) => status === 202)
      .map(cancelledId)
      .filter((id) => id !== undefined),
  ),
];

function shippedProblems(id: string, world: QuietWorld): string[] {
  const { status } = findOrder(world, id) ?? { status: 'missing' };
  const taken = sumOf(paymentsOf(world, id).map(takenBy));
  return [
    ...(status === 'CANCELLED'
      ? []
      : [`order ${id}: its cancelling was accepted, it is ${status}`]),
    ...(taken === 0 ? [] : [`order ${id}: its cancelling was accepted, ${taken} was taken`]),
    ...(parcelsOf(world, id).length > 0 && !world.row('Parked', `order:${id}:CancelShipment`)
      ? [`order ${id}: its cancelling was accepted, and it is shipped`]
      : []),
  ];
}
