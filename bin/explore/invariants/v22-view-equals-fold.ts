/** V22: the view shows what the order's events come to, and on the way never goes back or ahead. */
import { isDeepStrictEqual } from 'node:util';
import type { Change, QuietWorld, World } from '../world.ts';
import { fold } from './fold.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { erasedIds, findOrder, nameOf, type OrderRow, ordersOf } from './order-row.ts';

export const viewEqualsFold: Invariant = {
  id: 'V22',
  name: 'view-equals-fold',
  sentence:
    'The view equals the fold of the events; a row of it never goes back, and never ahead of its order.',
  watch: () => ({
    always(happening, world) {
      if (happening.kind !== 'change' || happening.change.table !== 'OrderView') return [];
      return rowProblems(happening.change, world);
    },
    atRest: (world) => [
      ...ordersOf(world)
        .filter(({ id }) => !isExcused(world, id, 'view'))
        .flatMap((order) => differences(order, world)),
      ...strangers(world),
    ],
  }),
};

const orderIdOf = (rowId: unknown): string | undefined => /^order#(.*)$/.exec(String(rowId))?.[1];

function rowProblems({ before, after }: Change, world: World): string[] {
  const id = orderIdOf((after ?? before)?.id);
  if (id === undefined) return [];
  if (!after) return [`order ${id} was deleted from the view`];
  const version = Number(after.version);
  const newest = findOrder(world, id)?.version ?? 0;
  return [
    ...(version > Number(before?.version ?? 0)
      ? []
      : [`order ${id}: version ${before?.version} of the view was replaced by ${version}`]),
    ...(version <= newest || erasedIds(world).has(id)
      ? []
      : [`order ${id}: the view shows version ${version}, committed is ${newest}`]),
  ];
}

function differences(order: OrderRow, world: QuietWorld): string[] {
  const row = world.row('OrderView', `order#${order.id}`);
  if (!row) return [`${nameOf(order)} is not in the view`];
  const expected = fold(order, world);
  const shown = JSON.parse(String(row.order)) as Record<string, unknown>;
  const { status, version, placedAt } = expected;
  const columns = { status, version, placedAt, customer: `${order.issuer}|${order.customer}` };
  return [
    ...unlike(shown, expected).map((name) => `${nameOf(order)}: the view shows another ${name}`),
    ...unlike(row, columns).map(
      (name) => `${nameOf(order)}: the view is filed under another ${name}`,
    ),
  ];
}

const unlike = (found: Readonly<Record<string, unknown>>, expected: Record<string, unknown>) =>
  Object.keys(expected).filter((name) => !isDeepStrictEqual(found[name], expected[name]));

const strangers = (world: QuietWorld): string[] =>
  world
    .rows('OrderView')
    .filter(({ deleted }) => !deleted)
    .map(({ id }) => orderIdOf(id))
    .filter((id) => id !== undefined && !findOrder(world, id))
    .map((id) => `the view shows ${id}, which is no order`);
