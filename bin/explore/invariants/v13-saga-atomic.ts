/** V13: an order ends with all its effects or with none, or is parked with an alarm raised. */
import type { QuietWorld, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { isUndone, nameOf, type OrderRow, ordersOf, totalOf } from './order-row.ts';
import { heldBy, parcelsOf, paymentsOf, sumOf, takenBy } from './provider-truth.ts';

export const sagaAtomic: Invariant = {
  id: 'V13',
  name: 'saga-atomic',
  sentence:
    'An order is confirmed with all effects, ended with none, or parked with an alarm raised.',
  watch: () => {
    const silent = new Set<string>();
    const alarms: string[] = [];
    return {
      always(happening) {
        if (happening.kind === 'log' && isAlarm(happening.log.line)) {
          const { line } = happening.log;
          alarms.push(line);
          for (const id of silent) if (isFor(line, id)) silent.delete(id);
        }
        if (happening.kind !== 'change' || happening.change.table !== 'Parked') return [];
        const { after, by } = happening.change;
        if (!after || by === 'engine') return [];
        const id = String(after.id);
        if (!alarms.some((line) => isFor(line, id))) silent.add(id);
        return [];
      },
      atRest: (world) => [
        ...[...silent].map((id) => `${id} is parked, and no alarm was raised for it`),
        ...ordersOf(world).flatMap((order) => effectProblems(order, world)),
      ],
    };
  },
};

/** The alarm watches a metric, and the metric is a line of the log; it may come before the row. */
const isAlarm = (line: string): boolean =>
  line.includes('"CloudWatchMetrics"') && line.includes('"Parked":1');

const isFor = (line: string, id: string): boolean => line.includes(JSON.stringify(id));

const all = { reservation: 'HELD', payments: ['CAPTURED'], shipment: 'BOOKED', parcels: 1 };
const none = {
  reservation: 'RELEASED',
  payments: ['VOIDED', 'DECLINED'],
  shipment: 'CANCELLED',
  parcels: 0,
};

function effectProblems(order: OrderRow, world: QuietWorld): string[] {
  if (order.status !== 'CONFIRMED' && !isUndone(order)) return [];
  const { id } = order;
  const expected = order.status === 'CONFIRMED' ? all : none;
  const parts = {
    stock: named('reservation', statusOf(world, 'Stock', `order#${id}`), [expected.reservation]),
    money: [
      ...named('payment', statusOf(world, 'Payments', id), expected.payments),
      ...moneyProblems(order, world),
    ],
    parcel: [
      ...named('shipment', statusOf(world, 'Shipments', id), [expected.shipment]),
      ...named('number of parcels', parcelsOf(world, id).length, [expected.parcels]),
    ],
  };
  return (['stock', 'money', 'parcel'] as const)
    .filter((part) => parts[part].length > 0 && !isExcused(world, id, part))
    .flatMap((part) => parts[part].map((problem) => `${nameOf(order)}: ${problem}`));
}

const statusOf = (world: World, table: 'Stock' | 'Payments' | 'Shipments', key: string): unknown =>
  world.row(table, key)?.status ?? 'missing';

const named = (what: string, found: unknown, expected: readonly unknown[]): string[] =>
  expected.includes(found) ? [] : [`${what} is ${found}, expected ${expected.join(' or ')}`];

function moneyProblems(order: OrderRow, world: World): string[] {
  const payments = paymentsOf(world, order.id);
  const inHand = sumOf(payments.map((payment) => heldBy(payment, world.now()) + takenBy(payment)));
  return named('money', inHand, [order.status === 'CONFIRMED' ? totalOf(order) : 0]);
}
