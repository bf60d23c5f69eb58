/** A trip: its states, its transitions, its events. Pure; deciding twice gives the first answer. */
import assert from 'node:assert/strict';

export type TripEventType = 'TripPlaced' | 'TripConfirmed' | 'TripRejected';
export type Trip = {
  readonly id: string;
  /** 1 when placed; every transition adds one, and one event. */
  readonly version: number;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REJECTED';
  readonly flight: string;
  /** Epoch milliseconds. No step of the saga starts at or after it. */
  readonly deadline: number;
  readonly reason?: string;
  /** Every event so far, oldest first: the outbox. The n-th belongs to version n. */
  readonly outbox: readonly { readonly type: TripEventType; readonly time: number }[];
};

export type Decision =
  | { readonly outcome: 'changed'; readonly trip: Trip }
  | { readonly outcome: 'unchanged'; readonly trip: Trip }
  | { readonly outcome: 'refused'; readonly reason: string };

/** The pivot. Only a pending trip is confirmed; whoever comes late reads the winner. */
export function confirm(trip: Trip, now: number): Decision {
  if (trip.status === 'CONFIRMED') return { outcome: 'unchanged', trip };
  if (trip.status !== 'PENDING') return { outcome: 'refused', reason: 'TRIP_NOT_PENDING' };
  if (now >= trip.deadline) return { outcome: 'refused', reason: 'DEADLINE_EXCEEDED' };
  return changed(trip, 'TripConfirmed', now, { status: 'CONFIRMED' });
}

/** The abort decision. A confirmed trip stays confirmed. */
export function reject(trip: Trip, { reason, now }: { reason: string; now: number }): Decision {
  if (trip.status !== 'PENDING') return { outcome: 'unchanged', trip };
  return changed(trip, 'TripRejected', now, { status: 'REJECTED', reason });
}

function changed(trip: Trip, type: TripEventType, time: number, change: Partial<Trip>): Decision {
  assert.equal(trip.outbox.length, trip.version, 'each version has exactly one event');
  const outbox = [...trip.outbox, { type, time }];
  return { outcome: 'changed', trip: { ...trip, ...change, version: trip.version + 1, outbox } };
}
