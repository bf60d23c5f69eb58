/** What the providers themselves know of an order, out of the sandboxes' rows. */
import type { Row, World } from '../world.ts';

/** One authorisation that was asked for; amounts in minor units. */
export interface PaymentTruth extends Row {
  readonly id: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
  readonly authorized: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
  readonly createdAt: number;
}

/** One booking. */
export interface ParcelTruth extends Row {
  readonly orderId: string;
  readonly number: string;
  readonly status: 'BOOKED' | 'CANCELLED';
  readonly trackingNumber: string;
}

export interface EmailTruth extends Row {
  readonly orderId: string;
  readonly eventId: string;
  readonly to: string;
  readonly template: string;
}

const ofKind = (world: World, kind: string, orderId?: string): readonly Row[] =>
  world
    .rows('Sandbox')
    .filter((row) => row.kind === kind && (orderId === undefined || row.orderId === orderId));

export const paymentsOf = (world: World, orderId?: string) =>
  ofKind(world, 'payment', orderId) as readonly PaymentTruth[];

/** Cancelled ones too. */
export const bookingsOf = (world: World, orderId?: string) =>
  ofKind(world, 'shipment', orderId) as readonly ParcelTruth[];

/** What will be delivered. */
export const parcelsOf = (world: World, orderId?: string): readonly ParcelTruth[] =>
  bookingsOf(world, orderId).filter(({ status }) => status === 'BOOKED');

export const emailsOf = (world: World, orderId?: string) =>
  ofKind(world, 'email', orderId) as readonly EmailTruth[];

/** A provider lets go of a hold after seven days, without a word and without a change of its row. */
const holdMs = 7 * 86_400_000;

/** Money that is held and not taken. */
export function heldBy({ authorized, captured, voided, createdAt }: PaymentTruth, nowMs: number) {
  return createdAt + holdMs <= nowMs ? 0 : authorized - captured - voided;
}

export const takenBy = ({ captured, refunded }: PaymentTruth): number => captured - refunded;

export const sumOf = (amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + amount, 0);
