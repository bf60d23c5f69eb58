/** A step of the saga: reads the trip first, and asks its fence before it asks the airline. */
import { sagaStep } from '../../../lambdas/adapters/saga-step.ts';
import { PermanentFault } from '../../../lambdas/contract/faults.ts';
import type { Trip } from './trip.ts';

export interface Trips {
  find(id: string): Promise<Trip | undefined>;
}
/** The row of the fence: `TRIED` is stored before the airline is called, `RELEASED` is for ever. */
export interface FlightHolds {
  /** Stores `TRIED`, unless there is a row; returns the row as it now stands. */
  attempt(tripId: string): Promise<{ readonly status: 'TRIED' | 'HELD' | 'RELEASED' }>;
  markHeld(tripId: string): Promise<void>;
}
export interface Airline {
  /** Holds once per key. An unknown outcome is a `TransientFault`. */
  hold(flight: string, key: string): Promise<'held' | 'full'>;
}
export type HoldFlightPorts = {
  readonly trips: Trips;
  readonly holds: FlightHolds;
  readonly airline: Airline;
  readonly clock: () => number;
};

type HoldFlightOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: string };

export async function holdFlight(
  { trips, holds, airline, clock }: HoldFlightPorts,
  tripId: string,
): Promise<HoldFlightOutcome> {
  const trip = await trips.find(tripId);
  if (!trip) throw new PermanentFault(`no trip ${tripId}`);
  if (trip.status !== 'PENDING') return { outcome: 'refused', reason: 'TRIP_NOT_PENDING' };
  if (clock() >= trip.deadline) return { outcome: 'refused', reason: 'DEADLINE_EXCEEDED' };
  const { status } = await holds.attempt(tripId);
  if (status === 'HELD') return { outcome: 'done' };
  if (status === 'RELEASED') return { outcome: 'refused', reason: 'FLIGHT_RELEASED' };
  const answer = await airline.hold(trip.flight, `hold:${tripId}`);
  if (answer === 'full') return { outcome: 'refused', reason: 'FLIGHT_FULL' };
  await holds.markHeld(tripId);
  return { outcome: 'done' };
}

/** The file of the entry, `lambdas/hold-flight.ts`, ends with `export const handler = …` of this. */
export const holdFlightEntry = (ports: HoldFlightPorts) =>
  sagaStep(parseTripId, (tripId) => holdFlight(ports, tripId));

function parseTripId(input: unknown): string {
  const { tripId } = (input ?? {}) as { tripId?: unknown };
  if (typeof tripId === 'string' && tripId !== '') return tripId;
  throw new PermanentFault(`not a saga input: tripId is ${JSON.stringify(tripId)}`);
}
