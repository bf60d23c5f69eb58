/** What the shipment steps need: the fence's row, and the carrier in our words. */
import type { Booking, BookingId, BookingRequest, ShipmentRow } from '../domain/shipment.ts';
import type { OrderId } from '../domain/values.ts';

export interface ShipmentStore {
  /** Strongly consistent. */
  find(orderId: OrderId): Promise<ShipmentRow | undefined>;
  /**
   * Stores `next` on condition that the stored row is still `expected` (undefined: there is none),
   * and returns the row as it now stands: `next`, or the one that won the race. Rows are for ever.
   */
  save(expected: ShipmentRow | undefined, next: ShipmentRow): Promise<ShipmentRow>;
}

/** Every call is bounded in time and made once; an unknown outcome is a `TransientFault`. */
export interface CarrierGateway {
  /** Books once per call: the carrier knows no keys, so whoever calls has looked up before. */
  book(request: BookingRequest): Promise<BookAnswer>;
  /** All bookings with this reference, cancelled ones too, once the carrier's lag is over. */
  findByReference(reference: OrderId): Promise<readonly Booking[]>;
  /** One found cancelled is `cancelled` again. */
  cancel(id: BookingId): Promise<{ outcome: 'cancelled' } | { outcome: 'under way' }>;
}

export type BookAnswer =
  | { readonly outcome: 'booked'; readonly booking: Booking }
  | { readonly outcome: 'undeliverable'; readonly code: string }
  /** The carrier took nothing and asks to come later. */
  | { readonly outcome: 'busy' };
