/** Books the order's shipment, once, with a carrier that would book as often as it is asked. */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { mayProceed, type Order } from '../domain/order.ts';
import {
  type Booking,
  booked,
  bookingRequest,
  bookMove,
  leaseGivenBack,
  type ShipmentRow,
  type TriedShipment,
} from '../domain/shipment.ts';
import type { OrderId } from '../domain/values.ts';
import type { Clock, OrderStore } from './ports.ts';
import type { BookAnswer, CarrierGateway, ShipmentStore } from './shipment-ports.ts';

export type BookShipmentPorts = {
  readonly orders: OrderStore;
  readonly shipments: ShipmentStore;
  readonly carrier: CarrierGateway;
  readonly clock: Clock;
  /** For how long one trier keeps the others out, in ms; see `Trier.leaseMs`. */
  readonly leaseMs: number;
};

export type BookOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: string };

const maxMoves = 8;

export async function bookShipment(
  ports: BookShipmentPorts,
  { orderId, trier }: { orderId: OrderId; trier: string },
): Promise<BookOutcome> {
  const order = await ports.orders.find(orderId);
  if (!order) throw new PermanentFault(`no order ${orderId}`);
  const proceed = mayProceed(order, ports.clock());
  return proceed === 'yes' ? settle(ports, order, trier) : { outcome: 'refused', reason: proceed };
}

async function settle(ports: BookShipmentPorts, order: Order, trier: string): Promise<BookOutcome> {
  const { shipments, clock, leaseMs } = ports;
  let shipment: ShipmentRow | undefined;
  for (let count = 0; count < maxMoves; count++) {
    const move = bookMove(shipment, { orderId: order.id, trier, leaseMs, now: clock() });
    switch (move.next) {
      case 'save':
        shipment = await shipments.save(shipment, move.shipment);
        break;
      case 'book': {
        const answer = await bookOnce(ports, order, move.isFirstTry);
        if (answer.outcome !== 'booked') return giveBack(ports, move.tried, answer);
        shipment = await shipments.save(move.tried, booked(move.tried, answer.booking));
        break;
      }
      case 'wait':
        throw new TransientFault(`lease held: the shipment of ${order.id} until ${move.until}`);
      case 'refuse':
        return { outcome: 'refused', reason: move.reason };
      case 'done':
        return { outcome: 'done' };
    }
  }
  throw new TransientFault(`shipment of ${order.id} changed ${maxMoves} times meanwhile`);
}

/** The first try needs no look-up: whoever calls the carrier has stored a try before. */
async function bookOnce(
  { carrier }: BookShipmentPorts,
  order: Order,
  isFirstTry: boolean,
): Promise<BookAnswer> {
  const earlier = isFirstTry ? undefined : await findLive(carrier, order.id);
  return earlier ? { outcome: 'booked', booking: earlier } : carrier.book(bookingRequest(order));
}

async function findLive(carrier: CarrierGateway, orderId: OrderId): Promise<Booking | undefined> {
  const found = await carrier.findByReference(orderId);
  const [live, ...more] = found.filter(({ status }) => status !== 'CANCELLED');
  if (more.length > 0)
    throw new PermanentFault(`order ${orderId} has ${more.length + 1} bookings, expected one`);
  return live;
}

/** Nothing was booked, so neither the next trier nor the undo has to wait for this one. */
async function giveBack(
  { shipments, clock }: BookShipmentPorts,
  tried: TriedShipment,
  answer: Exclude<BookAnswer, { outcome: 'booked' }>,
): Promise<BookOutcome> {
  await shipments.save(tried, leaseGivenBack(tried, clock()));
  if (answer.outcome === 'busy')
    throw new TransientFault(`the carrier took no booking for ${tried.orderId}: busy`);
  return { outcome: 'refused', reason: 'UNDELIVERABLE_ADDRESS' };
}
