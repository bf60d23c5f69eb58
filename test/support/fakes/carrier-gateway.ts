/** A carrier in memory that books as often as it is asked; postal code 00000 is undeliverable. */
import type { Booking, BookingId } from '../../../lambdas/domain/shipment.ts';
import type { OrderId } from '../../../lambdas/domain/values.ts';
import type { CarrierGateway } from '../../../lambdas/shell/shipment-ports.ts';

export type FakeCarrier = CarrierGateway & {
  /** Parcels on their way to the order's customer. */
  live(reference: OrderId): number;
  /** The next booking is not taken. */
  busyOnce(): void;
};

export function createFakeCarrier(): FakeCarrier {
  const made: { reference: OrderId; booking: Booking }[] = [];
  let isBusy = false;
  const of = (reference: OrderId): Booking[] =>
    made.filter((one) => one.reference === reference).map((one) => one.booking);
  return {
    live: (reference) => of(reference).filter(({ status }) => status !== 'CANCELLED').length,
    busyOnce() {
      isBusy = true;
    },
    async book({ reference, shipping }) {
      const wasBusy = isBusy;
      isBusy = false;
      if (wasBusy) return { outcome: 'busy' };
      if (shipping.postalCode === '00000') return { outcome: 'undeliverable', code: 'address' };
      const name = `booking-${made.length + 1}`;
      const booking: Booking = { id: name as BookingId, status: 'BOOKED', trackingNumber: name };
      made.push({ reference, booking });
      return { outcome: 'booked', booking };
    },
    findByReference: async (reference) => of(reference),
    async cancel(id) {
      const found = made.find(({ booking }) => booking.id === id);
      if (!found) throw new Error(`the fake carrier has no booking ${id}`);
      if (found.booking.status === 'UNDER_WAY') return { outcome: 'under way' };
      found.booking = { ...found.booking, status: 'CANCELLED' };
      return { outcome: 'cancelled' };
    },
  };
}
