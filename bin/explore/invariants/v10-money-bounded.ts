/** V10: at no moment more money than the order is worth, and none is taken before it is confirmed. */
import type { World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { findOrder, nameOf, totalOf } from './order-row.ts';
import { heldBy, type PaymentTruth, paymentsOf, sumOf, takenBy } from './provider-truth.ts';

export const moneyBounded: Invariant = {
  id: 'V10',
  name: 'money-bounded',
  sentence: 'An order has at most one live authorisation and one capture, of at most its total.',
  watch: () => ({
    always(happening, world) {
      if (happening.kind !== 'change' || happening.change.table !== 'Sandbox') return [];
      const { after } = happening.change;
      return after?.kind === 'payment' ? orderProblems(String(after.orderId), world) : [];
    },
  }),
};

function orderProblems(orderId: string, world: World): string[] {
  const order = findOrder(world, orderId);
  if (!order) return [`money is asked for order ${orderId}, which is not committed`];
  const payments = paymentsOf(world, orderId);
  const total = totalOf(order);
  const due = order.status === 'CONFIRMED' ? total : 0;
  const taken = sumOf(payments.map(takenBy));
  const captures = payments.filter(({ captured }) => captured > 0).length;
  const live = payments.filter((payment) => heldBy(payment, world.now()) > 0).length;
  return [
    ...(taken <= due ? [] : [`captured ${taken}, at most ${due} is due`]),
    ...(captures <= 1 ? [] : [`${captures} captures, expected one`]),
    ...(live <= 1 ? [] : [`${live} live authorisations, expected one`]),
    ...payments.flatMap((payment) => rowProblems(payment, { total, currency: order.currency })),
  ].map((problem) => `${nameOf(order)}: ${problem}`);
}

function rowProblems(
  { authorized, captured, voided, refunded, amount, currency }: PaymentTruth,
  order: { readonly total: number; readonly currency: string },
): string[] {
  return [
    ...(amount === order.total && currency === order.currency
      ? []
      : [`asked for ${amount} ${currency}, the total is ${order.total} ${order.currency}`]),
    ...(refunded <= captured ? [] : [`refunded ${refunded} of ${captured}`]),
    ...(captured + voided <= authorized
      ? []
      : [`captured ${captured} and voided ${voided} of ${authorized}`]),
  ];
}
