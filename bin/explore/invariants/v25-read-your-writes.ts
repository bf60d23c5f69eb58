/** V25: who has read a version, or was told of one, is never shown an older one afterwards. */
import type { Operation, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import {
  cancelledId,
  headerOf,
  isPlacing,
  readId,
  type ShownOrder,
  shownOrders,
  versionOf,
} from './operations.ts';
import { erasedIds } from './order-row.ts';

interface Sight {
  readonly client: string;
  readonly id: string;
  readonly version: number;
  /** Operations that had begun when it ended: all later ones began after it. */
  readonly begun: number;
}

export const readYourWrites: Invariant = {
  id: 'V25',
  name: 'read-your-writes',
  sentence:
    'A customer’s order is there from its 202 on, and no reading shows an older version than one before.',
  watch: () => {
    /** What was read, and what a client can show to have been told: the version of a cancellation. */
    const read: Sight[] = [];
    const told: Sight[] = [];
    return {
      always(happening, world) {
        if (happening.kind !== 'answer') return [];
        const { operation } = happening;
        const index = world.operations.indexOf(operation);
        const before = (sights: readonly Sight[], id: string) =>
          newest(sights.filter((sight) => sight.begun <= index && isOf(sight, operation, id)));
        const problems = [
          ...shownOrders(operation).flatMap((shown) =>
            shownProblems(operation, shown, before(read, shown.id)),
          ),
          ...tokenProblems(operation, (id) => before([...read, ...told], id)),
          ...missingProblems(operation, world, (id) => before(read, id)),
        ];
        note(operation, world, { read, told });
        return problems;
      },
    };
  },
};

const isOf = (sight: Sight, { client }: Operation, id: string): boolean =>
  sight.client === client && sight.id === id;
const newest = (sights: readonly Sight[]): number =>
  Math.max(0, ...sights.map(({ version }) => version));

function shownProblems({ client, request }: Operation, { id, version }: ShownOrder, known: number) {
  if (version >= known) return [];
  return [
    `${client} reads version ${version} of order ${id} at ${request.path}, after version ${known}`,
  ];
}

/** If-None-Match with a version that exists: a newer one, or none. */
function tokenProblems(operation: Operation, known: (id: string) => number): string[] {
  const id = readId(operation);
  const token = versionOf(headerOf(operation, 'if-none-match'));
  const [shown] = shownOrders(operation);
  if (id === undefined || token === undefined || !shown) return [];
  if (token > known(id) || shown.version > token) return [];
  return [`${operation.client} has version ${token} of order ${id}, and is sent ${shown.version}`];
}

function missingProblems(
  operation: Operation,
  world: World,
  known: (id: string) => number,
): string[] {
  const id = readId(operation);
  if (id === undefined || operation.status !== 404 || known(id) === 0) return [];
  if (erasedIds(world).has(id)) return [];
  return [
    `${operation.client} is told that order ${id} does not exist, after version ${known(id)}`,
  ];
}

function note(
  operation: Operation,
  world: World,
  { read, told }: { read: Sight[]; told: Sight[] },
): void {
  const { client, json, status } = operation;
  const begun = world.operations.length;
  for (const { id, version } of shownOrders(operation)) read.push({ client, id, version, begun });
  if (status !== 202) return;
  const answered = json as { id: string; version: number };
  const sight = { client, id: answered.id, version: answered.version, begun };
  if (isPlacing(operation)) read.push(sight);
  if (cancelledId(operation) !== undefined) told.push(sight);
}
