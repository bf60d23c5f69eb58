/** V12: our rows and the providers' say the same, by reference, in both directions. */
import type { QuietWorld, Row } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isExcused } from './left-over.ts';
import { erasedIds, ordersOf } from './order-row.ts';
import {
  bookingsOf,
  heldBy,
  type PaymentTruth,
  parcelsOf,
  paymentsOf,
  takenBy,
} from './provider-truth.ts';

export const ledgerTruth: Invariant = {
  id: 'V12',
  name: 'ledger-truth',
  sentence:
    'Our records of money and parcels equal the providers’ own, and neither knows what the other does not.',
  watch: () => ({
    atRest: (world) => [
      ...unknownOrders(world),
      ...ordersOf(world).flatMap(({ id }) => [
        ...(isExcused(world, id, 'money') ? [] : moneyDifferences(id, world)),
        ...(isExcused(world, id, 'parcel') ? [] : parcelDifferences(id, world)),
      ]),
    ],
  }),
};

function moneyDifferences(orderId: string, world: QuietWorld): string[] {
  const ours = world.row('Payments', orderId);
  const name = `order ${orderId}: our payment is ${ours?.status ?? 'missing'}`;
  const theirs = paymentsOf(world, orderId);
  const [live, ...more] = theirs.filter(
    (payment) => heldBy(payment, world.now()) > 0 || takenBy(payment) > 0,
  );
  if (more.length > 0) return [`${name}, the provider has ${more.length + 1} live ones`];
  if (theirs.length > 0 && !ours) return [`${name}, the provider knows ${theirs[0]?.id}`];
  const found = stateOf(live);
  const expected = expectedOf(ours);
  if (found !== expected) return [`${name}, the provider’s is ${found}, expected ${expected}`];
  if (!live || (live.id === ours?.authorizationId && live.amount === ours.amount)) return [];
  return [`${name} ${ours?.authorizationId}, the provider’s is ${live.id} over ${live.amount}`];
}

const stateOf = (payment: PaymentTruth | undefined): string => {
  if (!payment) return 'nothing';
  return takenBy(payment) > 0 ? 'captured' : 'held';
};

function expectedOf(ours: Row | undefined): string {
  if (ours?.status === 'CAPTURED') return 'captured';
  if (ours?.status === 'AUTHORIZED') return 'held';
  return ours?.status === 'TRIED' ? 'settled' : 'nothing';
}

function parcelDifferences(orderId: string, world: QuietWorld): string[] {
  const ours = world.row('Shipments', orderId);
  const name = `order ${orderId}: our shipment is ${ours?.status ?? 'missing'}`;
  const numbers = parcelsOf(world, orderId).map(({ number }) => number);
  if (bookingsOf(world, orderId).length > 0 && !ours) return [`${name}, the carrier has a booking`];
  if (ours?.status === 'TRIED' || ours?.status === 'CANCELLING') return [`${name}: not settled`];
  const expected = ours?.status === 'BOOKED' ? [ours.bookingId] : [];
  if (numbers.join() === expected.join()) return [];
  return [`${name}, expected the carrier to hold [${expected}], found [${numbers}]`];
}

function unknownOrders(world: QuietWorld): string[] {
  const known = new Set([...ordersOf(world).map(({ id }) => id), ...erasedIds(world)]);
  return [
    ...paymentsOf(world),
    ...bookingsOf(world),
    ...world.rows('Payments'),
    ...world.rows('Shipments'),
  ]
    .filter(({ orderId }) => !known.has(String(orderId)))
    .map(({ orderId, status }) => `${status} for ${orderId}, which is no order`);
}
