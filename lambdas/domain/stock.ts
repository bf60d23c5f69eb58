/**
 * Stock of products and the reservation of one order. The reservation is the fence: what it says
 * decides before any quantity does. Pure; what the rows look like is not its business.
 */
import assert from 'node:assert/strict';
import type { Sku } from './values.ts';

export type ReservedLine = { readonly sku: Sku; readonly quantity: number };

/** RELEASED without lines is the tombstone of an order that never held anything. */
export type Reservation = {
  readonly status: 'HELD' | 'RELEASED';
  readonly lines: readonly ReservedLine[];
};

/** What the available stock of one product gains, or with a minus gives. */
export type Movement = { readonly sku: Sku; readonly change: number };

export type ReservationDecision<Refusal extends string = never> =
  | {
      readonly outcome: 'changed';
      readonly reservation: Reservation;
      readonly movements: readonly Movement[];
    }
  | { readonly outcome: 'unchanged'; readonly reservation: Reservation }
  | { readonly outcome: 'refused'; readonly reason: Refusal };

/** An order that holds its stock is told so again; one that was released never holds any again. */
export function reserve(
  found: Reservation | undefined,
  lines: readonly ReservedLine[],
): ReservationDecision<'RELEASED'> {
  if (found?.status === 'RELEASED') return { outcome: 'refused', reason: 'RELEASED' };
  if (found) return { outcome: 'unchanged', reservation: found };
  assertReservable(lines);
  return {
    outcome: 'changed',
    reservation: { status: 'HELD', lines },
    movements: lines.map(({ sku, quantity }) => ({ sku, change: -quantity })),
  };
}

/** Gives back exactly what was recorded; an order that holds nothing is kept from ever doing so. */
export function release(found: Reservation | undefined): ReservationDecision {
  if (found?.status === 'RELEASED') return { outcome: 'unchanged', reservation: found };
  const lines = found?.lines ?? [];
  return {
    outcome: 'changed',
    reservation: { status: 'RELEASED', lines },
    movements: lines.map(({ sku, quantity }) => ({ sku, change: quantity })),
  };
}

export type MovementOutcome =
  | { readonly outcome: 'moved'; readonly available: number }
  | { readonly outcome: 'refused'; readonly reason: 'OUT_OF_STOCK'; readonly missing: number };

/** Stock never falls below nothing, whoever asks. */
export function move(available: number, change: number): MovementOutcome {
  assert(available >= 0, `stock is never negative, but was ${available}`);
  const moved = available + change;
  if (moved < 0) return { outcome: 'refused', reason: 'OUT_OF_STOCK', missing: -moved };
  assert(Number.isSafeInteger(moved), `stock is a safe integer, but became ${moved}`);
  return { outcome: 'moved', available: moved };
}

function assertReservable(lines: readonly ReservedLine[]): void {
  assert(lines.length > 0, 'an order has lines');
  assert.equal(new Set(lines.map(({ sku }) => sku)).size, lines.length, 'each SKU stands once');
  for (const { sku, quantity } of lines)
    assert(
      Number.isSafeInteger(quantity) && quantity > 0,
      `${sku}: a quantity is a positive count`,
    );
}
