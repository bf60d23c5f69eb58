/** V22: the view shows what the order's events come to, and on the way never goes back or ahead. */
import { isDeepStrictEqual } from 'node:util';
import type { Change, QuietWorld, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { eventsOf, findOrder, nameOf, type OrderRow, ordersOf, totalOf } from './order-row.ts';
import { parcelsOf } from './provider-truth.ts';

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
    ...(version <= newest
      ? []
      : [`order ${id}: the view shows version ${version}, committed is ${newest}`]),
  ];
}

interface Folded {
  readonly status: string;
  readonly payment: string;
  readonly shipment: string;
  readonly parked: boolean;
}

const placed: Folded = {
  status: 'PENDING',
  payment: 'PENDING',
  shipment: 'PENDING',
  parked: false,
};
const undone = { payment: 'VOIDED', shipment: 'CANCELLED' };
const becomes: Readonly<Record<string, Partial<Folded>>> = {
  OrderPlaced: placed,
  OrderConfirmed: { status: 'CONFIRMED', payment: 'AUTHORIZED', shipment: 'BOOKED' },
  OrderRejected: { status: 'REJECTED', ...undone },
  OrderCancelled: { status: 'CANCELLED', ...undone },
  PaymentCaptured: { payment: 'CAPTURED' },
  PaymentParked: { payment: 'PARKED' },
  OrderParked: { parked: true },
};

/** The whole representation, from the events and from what was placed. */
function fold(order: OrderRow, world: World): Record<string, unknown> {
  const events = eventsOf(order);
  const state: Folded = Object.assign({}, placed, ...events.map(({ type }) => becomes[type]));
  const { id, currency, lines, reason } = order;
  const money = (amount: number) => ({ amount, currency });
  const isDeclined = state.status === 'REJECTED' && reason === 'PAYMENT_DECLINED';
  const [parcel] = state.shipment === 'BOOKED' ? parcelsOf(world, id) : [];
  return {
    id,
    status: state.status,
    version: events.length,
    lines: lines.map(([sku, title, quantity, price]) => ({
      ...{ sku, title, quantity, unitPrice: money(price), lineTotal: money(quantity * price) },
    })),
    total: money(totalOf(order)),
    placedAt: events[0]?.at,
    payment: { status: isDeclined ? 'DECLINED' : state.payment, amount: money(totalOf(order)) },
    shipment: {
      status: state.shipment,
      ...(parcel && { trackingNumber: parcel.trackingNumber }),
    },
    reason: state.status === 'REJECTED' ? { code: reason } : undefined,
    parked: state.parked,
    timeline: events.map(({ at, type }) => ({ at, type })),
  };
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
    .map(({ id }) => orderIdOf(id))
    .filter((id) => id !== undefined && !findOrder(world, id))
    .map((id) => `the view shows ${id}, which is no order`);
