/** The port to stock and reservations. One commit moves the fence and the quantities together. */
import type { Movement, Reservation } from '../domain/stock.ts';
import type { OrderId, Sku } from '../domain/values.ts';

export type Shortage = { readonly sku: Sku; readonly missing: number };

export type ReservationCommit =
  | { readonly outcome: 'committed' }
  /** The order's reservation is not the one that was decided on: decide again on this one. */
  | { readonly outcome: 'lost'; readonly stored: Reservation }
  /** The fence stood as expected, but these products have not enough. */
  | { readonly outcome: 'short'; readonly shortages: readonly Shortage[] };

export interface StockStore {
  /** Strongly consistent. */
  findReservation(orderId: OrderId): Promise<Reservation | undefined>;
  /**
   * Stores `reservation` and all movements, or nothing: on condition that the stored reservation has
   * still the status of `found` (undefined: that there is none) and that no stock falls below zero.
   */
  commitReservation(
    orderId: OrderId,
    change: {
      readonly found: Reservation | undefined;
      readonly reservation: Reservation;
      readonly movements: readonly Movement[];
    },
  ): Promise<ReservationCommit>;
}
