/**
 * What the shell needs from outside, as roles. Every answer is done, refused or, as a
 * `TransientFault`, unknown; adapters translate, nobody else looks at an SDK's or provider's error.
 */
import type { Order } from '../domain/order.ts';
import type { Instant, OrderId } from '../domain/values.ts';

/** Reads of the write model are strongly consistent. */
export interface OrderStore {
  find(id: OrderId): Promise<Order | undefined>;
  /**
   * Stores `next` on condition that the stored version is still `order.version`: state, version
   * and event in one write. On a lost race the stored order comes back, to be decided again.
   */
  commit(
    order: Order,
    next: Order,
  ): Promise<{ outcome: 'committed' } | { outcome: 'lost'; stored: Order }>;
}

/** Wall clock, as an argument of the shell. */
export type Clock = () => Instant;

/** Something a person has to look at; kept with its reason until then, and counted by an alarm. */
export interface ParkingLot {
  /**
   * Idempotent by `id`: parking the same thing again keeps the first entry, and raises the alarm
   * again, which must not be lost with an answer.
   */
  park(entry: ParkedEntry): Promise<void>;
  /** True when an entry with this id is parked. */
  isParked(id: string): Promise<boolean>;
}

export type ParkedEntry = {
  /** `order:<order id>` for a whole order, `order:<order id>:<step>`, or `message:<source>:<id>`. */
  readonly id: string;
  /** The fault's message: a code or a field name, never the payload. */
  readonly reason: string;
  readonly at: Instant;
  /** What could not be handled, as it came; at most 256 KiB, longer ones are cut and marked. */
  readonly payload: string;
};
