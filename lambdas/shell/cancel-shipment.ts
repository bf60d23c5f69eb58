/** Undoes the booking, or keeps it from ever happening, once no trier can be with the carrier. */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import {
  cancelled,
  cancelMove,
  type ShipmentRow,
  type UndoneShipment,
} from '../domain/shipment.ts';
import type { OrderId } from '../domain/values.ts';
import type { Clock } from './ports.ts';
import type { CarrierGateway, ShipmentStore } from './shipment-ports.ts';

export type CancelShipmentPorts = {
  readonly shipments: ShipmentStore;
  readonly carrier: CarrierGateway;
  readonly clock: Clock;
};

const maxMoves = 8;

export async function cancelShipment(
  { shipments, carrier, clock }: CancelShipmentPorts,
  { orderId }: { orderId: OrderId },
): Promise<{ outcome: 'done' }> {
  let shipment: ShipmentRow | undefined;
  for (let count = 0; count < maxMoves; count++) {
    const move = cancelMove(shipment, { orderId, now: clock() });
    switch (move.next) {
      case 'save':
        shipment = await shipments.save(shipment, move.shipment);
        break;
      case 'cancel':
        await cancelAll(carrier, move.cancelling);
        shipment = await shipments.save(move.cancelling, cancelled(move.cancelling));
        break;
      case 'wait':
        throw new TransientFault(`lease held: the shipment of ${orderId} until ${move.until}`);
      case 'done':
        return { outcome: 'done' };
    }
  }
  throw new TransientFault(`shipment of ${orderId} changed ${maxMoves} times meanwhile`);
}

/** What the carrier lists, and what the row knows and the list may not show yet. */
async function cancelAll(
  carrier: CarrierGateway,
  { orderId, bookingId }: UndoneShipment,
): Promise<void> {
  const found = await carrier.findByReference(orderId);
  const live = found.filter(({ status }) => status !== 'CANCELLED').map(({ id }) => id);
  const isListed = found.some(({ id }) => id === bookingId);
  for (const id of bookingId && !isListed ? [bookingId, ...live] : live) {
    const { outcome } = await carrier.cancel(id);
    if (outcome === 'under way')
      throw new PermanentFault(`the shipment of order ${orderId} is under way, not cancelled`);
  }
}
