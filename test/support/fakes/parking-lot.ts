/** Parked entries in memory; the first entry of an id stays, as in the real lot. */
import type { ParkedEntry, ParkingLot } from '../../../lambdas/shell/ports.ts';

export type FakeParkingLot = ParkingLot & {
  readonly entries: ReadonlyMap<string, ParkedEntry>;
  /** The next call of either method throws without effect. */
  failNext(error: Error): void;
};

export function createFakeParkingLot(...initial: readonly ParkedEntry[]): FakeParkingLot {
  const entries = new Map(initial.map((entry) => [entry.id, entry]));
  let failure: Error | undefined;
  const throwOnce = () => {
    const error = failure;
    failure = undefined;
    if (error) throw error;
  };
  return {
    entries,
    failNext(error) {
      failure = error;
    },
    async park(entry) {
      throwOnce();
      if (!entries.has(entry.id)) entries.set(entry.id, entry);
    },
    async isParked(id) {
      throwOnce();
      return entries.has(id);
    },
  };
}
