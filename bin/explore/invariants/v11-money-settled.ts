/** V11: in the end a confirmed order is paid, and no other holds a customer's money. */
import type { QuietWorld } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { nameOf, type OrderRow, ordersOf, totalOf } from './order-row.ts';
import { heldBy, paymentsOf, sumOf, takenBy } from './provider-truth.ts';

export const moneySettled: Invariant = {
  id: 'V11',
  name: 'money-settled',
  sentence:
    'At rest a confirmed order has taken its total, every other nothing, and none holds money.',
  watch: () => ({
    atRest: (world) =>
      ordersOf(world)
        .filter(({ id }) => !isExcused(world, id, 'money'))
        .flatMap((order) => unsettled(order, world)),
  }),
};

function unsettled(order: OrderRow, world: QuietWorld): string[] {
  const payments = paymentsOf(world, order.id);
  const due = order.status === 'CONFIRMED' ? totalOf(order) : 0;
  const taken = sumOf(payments.map(takenBy));
  const held = sumOf(payments.map((payment) => heldBy(payment, world.now())));
  return [
    ...(taken === due ? [] : [`${nameOf(order)}: ${taken} taken, ${due} due`]),
    ...(held === 0 ? [] : [`${nameOf(order)}: ${held} still held`]),
  ];
}
