/** V26: a link is a promise: what is offered at a version works at that version. */
import type { Operation, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { cancelledId, headerOf, type ShownOrder, shownOrders, versionOf } from './operations.ts';
import { findOrder } from './order-row.ts';

export const affordance: Invariant = {
  id: 'V26',
  name: 'affordance',
  sentence:
    'Cancelling is offered exactly while an order is shown as pending, and then works unless the order moved.',
  watch: () => {
    const offered = new Set<string>();
    return {
      always(happening, world) {
        if (happening.kind !== 'answer') return [];
        const { operation } = happening;
        for (const { id, version, _links } of shownOrders(operation))
          if (_links?.cancel) offered.add(`${operation.client} ${id} ${version}`);
        return [
          ...shownOrders(operation).flatMap(linkProblems),
          ...refusalProblems(operation, offered, world),
        ];
      },
    };
  },
};

function linkProblems({ id, status, version, _links }: ShownOrder): string[] {
  const isOffered = _links?.cancel !== undefined;
  if (isOffered === (status === 'PENDING')) return [];
  return [
    `order ${id}, version ${version}: ${status} ${isOffered ? 'with' : 'without'} a link to cancel it`,
  ];
}

/** Nobody has moved the order when it still is at the version that the link came with. */
function refusalProblems(
  operation: Operation,
  offered: ReadonlySet<string>,
  world: World,
): string[] {
  const id = cancelledId(operation);
  const { client, outcome, status, text } = operation;
  if (id === undefined || outcome !== 'fail' || status === 429) return [];
  const version = versionOf(headerOf(operation, 'if-match'));
  const isUnmoved = findOrder(world, id)?.version === version;
  if (!isUnmoved || !offered.has(`${client} ${id} ${version}`)) return [];
  return [
    `${client} was offered to cancel order ${id} at version ${version}, where it still is, and is refused: ${text}`,
  ];
}
