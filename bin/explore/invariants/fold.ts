/** What an order's events come to, as its customer should see it: a model of the view. */
import type { World } from '../world.ts';
import { eventsOf, type OrderRow, totalOf } from './order-row.ts';
import { parcelsOf } from './provider-truth.ts';

interface Folded {
  readonly status: string;
  readonly payment: string;
  readonly shipment: string;
  readonly parked: boolean;
}

const placed: Folded = {
  status: 'PENDING',
  payment: 'PENDING',
  shipment: 'PENDING',
  parked: false,
};
const undone = { payment: 'VOIDED', shipment: 'CANCELLED' };
const becomes: Readonly<Record<string, Partial<Folded>>> = {
  OrderPlaced: placed,
  OrderConfirmed: { status: 'CONFIRMED', payment: 'AUTHORIZED', shipment: 'BOOKED' },
  OrderRejected: { status: 'REJECTED', ...undone },
  OrderCancelled: { status: 'CANCELLED', ...undone },
  PaymentCaptured: { payment: 'CAPTURED' },
  PaymentParked: { payment: 'PARKED' },
  OrderParked: { parked: true },
};

/** The whole representation, from the events and from what was placed. */
export function fold(order: OrderRow, world: World): Record<string, unknown> {
  const events = eventsOf(order);
  const state: Folded = Object.assign({}, placed, ...events.map(({ type }) => becomes[type]));
  const { id, currency, lines, reason } = order;
  const money = (amount: number) => ({ amount, currency });
  const isDeclined = state.status === 'REJECTED' && reason === 'PAYMENT_DECLINED';
  const [parcel] = state.shipment === 'BOOKED' ? parcelsOf(world, id) : [];
  return {
    id,
    status: state.status,
    version: events.length,
    lines: lines.map(([sku, title, quantity, price]) => ({
      ...{ sku, title, quantity, unitPrice: money(price), lineTotal: money(quantity * price) },
    })),
    total: money(totalOf(order)),
    placedAt: events[0]?.at,
    payment: { status: isDeclined ? 'DECLINED' : state.payment, amount: money(totalOf(order)) },
    shipment: {
      status: state.shipment,
      ...(parcel && { trackingNumber: parcel.trackingNumber }),
    },
    reason: state.status === 'REJECTED' ? { code: reason } : undefined,
    parked: state.parked,
    timeline: events.map(({ at, type }) => ({ at, type })),
  };
}
