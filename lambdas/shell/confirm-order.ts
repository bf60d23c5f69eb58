/**
 * The pivot of the saga: with money and parcel secured the order is confirmed, by one conditional
 * write. What the view shows of them is copied into the order, its one source.
 */
import { PermanentFault } from '../contract/faults.ts';
import { confirm, type Decision, mayProceed, type Order } from '../domain/order.ts';
import type { Instant, OrderId } from '../domain/values.ts';
import { decideFrom, existing } from './decide-order.ts';
import type { Clock, OrderStore } from './ports.ts';

/** The order, and what the steps before the pivot left; undefined where there is nothing. */
export type Effects = {
  readonly order: Order | undefined;
  readonly payment: { readonly status: string } | undefined;
  readonly shipment: { readonly status: string; readonly trackingNumber?: string } | undefined;
};

export interface EffectsReader {
  /** Strongly consistent. */
  find(orderId: OrderId): Promise<Effects>;
}

export type ConfirmOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: 'ORDER_NOT_PENDING' | 'DEADLINE_EXCEEDED' };

export async function confirmOrder(
  ports: { orders: Pick<OrderStore, 'commit'>; effects: EffectsReader; clock: Clock },
  orderId: OrderId,
): Promise<ConfirmOutcome> {
  const effects = await ports.effects.find(orderId);
  const found = existing(orderId, effects.order);
  const decision = await decideFrom(ports.orders, found, (order) =>
    decide(order, effects, ports.clock()),
  );
  if (decision.outcome === 'refused') return { outcome: 'refused', reason: decision.reason };
  return { outcome: 'done' };
}

function decide(
  order: Order,
  effects: Effects,
  at: Instant,
): Decision<'ORDER_NOT_PENDING' | 'DEADLINE_EXCEEDED'> {
  const may = mayProceed(order, at);
  if (may === 'DEADLINE_EXCEEDED') return { outcome: 'refused', reason: may, order };
  // Once the order is decided, effects may be missing by right: only a pending one must have them.
  const trackingNumber = may === 'yes' ? secured(order.id, effects) : '';
  return confirm(order, { trackingNumber, at });
}

function secured(orderId: OrderId, { payment, shipment }: Effects): string {
  if (payment?.status !== 'AUTHORIZED' && payment?.status !== 'CAPTURED')
    throw new PermanentFault(`payment of order ${orderId} is ${payment?.status}, not AUTHORIZED`);
  if (shipment?.status !== 'BOOKED' || !shipment.trackingNumber)
    throw new PermanentFault(`shipment of order ${orderId} is ${shipment?.status}, not BOOKED`);
  return shipment.trackingNumber;
}
