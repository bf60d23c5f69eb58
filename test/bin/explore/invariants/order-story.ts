/** The story of an order in the chapters that it has; a broken one leaves a chapter out or tells another. */
import type { Row } from '../../../../bin/explore/world.ts';
import type { ToldWorld } from '../../../support/world.ts';

export const placedMs = Date.UTC(2026, 2, 14, 9);
const issuer = 'https://issuer.example';
/** A mug at 12.50 and two cups at 4.50. */
export const total = 2150;
const lines = [
  ['mug', 'Mug', 1, 1250],
  ['cup', 'Cup', 2, 450],
];
const held = [
  ['mug', 1],
  ['cup', 2],
];

const states: Readonly<Record<string, Row>> = {
  OrderPlaced: { status: 'PENDING', payment: 'PENDING', shipment: { status: 'PENDING' } },
  OrderConfirmed: { status: 'CONFIRMED', payment: 'AUTHORIZED' },
  OrderRejected: {
    ...{ status: 'REJECTED', payment: 'VOIDED', shipment: { status: 'CANCELLED' } },
    reason: 'UNDELIVERABLE_ADDRESS',
  },
  OrderCancelled: {
    ...{ status: 'CANCELLED', payment: 'VOIDED', shipment: { status: 'CANCELLED' } },
  },
  PaymentCaptured: { payment: 'CAPTURED' },
  PaymentParked: { payment: 'PARKED' },
  OrderParked: { parked: ['VoidPayment'] },
};

export interface Teller {
  readonly id?: string;
  readonly customer?: string;
}

export class OrderStory {
  readonly world: ToldWorld;
  readonly id: string;
  readonly customer: string;
  events: readonly string[] = [];

  constructor(world: ToldWorld, { id = 'o1', customer = 'alice' }: Teller = {}) {
    this.world = world;
    this.id = id;
    this.customer = customer;
  }

  /** The order's row after these events. */
  row(events: readonly string[] = this.events, more: Row = {}): Row {
    const shipment = { status: 'BOOKED', trackingNumber: `TRK-${this.id}` };
    return {
      ...{ id: this.id, issuer, customer: this.customer, currency: 'USD', lines },
      ...{
        paymentMethod: 'pm_card_visa',
        shipping: this.#shipping(),
        deadline: placedMs + 840_000,
      },
      ...{ traceparent: '00-a-b-01', fingerprint: 'f', writeId: 'w' },
      ...Object.assign({}, ...events.map((type) => states[type])),
      ...(events.includes('OrderConfirmed') && { shipment }),
      ...(events.includes('OrderCancelled') && { cancelledFrom: events.indexOf('OrderCancelled') }),
      version: events.length,
      outbox: events.map((type, index) => ({ type, time: placedMs + 1000 * index })),
      ...more,
    };
  }

  /** The n-th event as it travels, counted from 1. */
  event(version: number): Row {
    const { id, customer } = this;
    return {
      ...{ specversion: '1.0', id: `${id}:${version}`, source: '/everonce/orders', subject: id },
      type: this.events[version - 1],
      time: new Date(placedMs + 1000 * (version - 1)).toISOString(),
      data: { orderId: id, version, customer },
    };
  }

  request(key = `key-${this.id}`) {
    return {
      ...{
        method: 'POST',
        path: '/orders',
        headers: { 'idempotency-key': key },
        as: this.customer,
      },
      body: {
        lines: held.map(([sku, quantity]) => ({ sku, quantity })),
        payment: { method: 'pm_card_visa' },
        shipping: this.#shipping(),
      },
    };
  }

  accepted(version = 1) {
    const { id } = this;
    return { status: 202, json: { id, version }, headers: { location: `/orders/${id}` } };
  }

  /** Asked for, stored, answered. */
  placed(): this {
    const operation = this.world.ask(this.request());
    this.happens('OrderPlaced', 'place-order');
    this.world.answer(operation, this.accepted());
    return this;
  }

  /** One more event, with the state that it brings. */
  happens(type: string, by: string): this {
    this.events = [...this.events, type];
    this.world.write('Orders', this.id, this.row(), by);
    return this;
  }

  reserved(status = 'HELD', lines: Row[string] = held): this {
    const key = `order#${this.id}`;
    const units = status === 'HELD' ? -1 : 1;
    const moves = lines === held ? [this.#move('mug', units), this.#move('cup', 2 * units)] : [];
    const by = status === 'HELD' ? 'reserve-stock' : 'release-stock';
    this.world.transact([{ table: 'Stock', key, row: { id: key, status, lines } }, ...moves], by);
    return this;
  }

  /** What the provider has, and what we know of it. */
  money(change: Row, status: string): this {
    const intent = `pi-${this.id}`;
    const amounts = { amount: total, currency: 'USD', authorized: total, captured: 0, voided: 0 };
    const { id: orderId } = this;
    this.world.write('Sandbox', intent, {
      ...{ kind: 'payment', id: intent, orderId, ...amounts, refunded: 0 },
      ...{ createdAt: this.world.nowMs, ...change },
    });
    this.world.write('Payments', orderId, {
      ...{ orderId, status, version: 1, amount: total, authorizationId: intent },
    });
    return this;
  }

  parcel(at: string, status: string): this {
    const { id: orderId } = this;
    const number = `CN-${orderId}`;
    const trackingNumber = `TRK-${orderId}`;
    const row = { kind: 'shipment', orderId, number, trackingNumber, status: at };
    this.world.write('Sandbox', number, row);
    const booked = status === 'BOOKED' && { bookingId: number, trackingNumber };
    this.world.write('Shipments', orderId, { orderId, status, version: 1, ...booked });
    return this;
  }

  told(template: string, version: number): this {
    const { id: orderId, customer: to } = this;
    const eventId = `${orderId}:${version}`;
    const row = { kind: 'email', orderId, eventId, to, template };
    this.world.write('Sandbox', `mail-${eventId}`, row, 'notify-customer');
    const claim = { eventId: `/everonce/orders|${eventId}`, orderId, status: 'SENT' };
    this.world.write('Notifications', claim.eventId, claim, 'notify-customer');
    return this;
  }

  /** Sent to a queue and handled by its consumer. */
  delivered(version: number, queue: string, entry: string): this {
    this.world.send(queue, this.event(version));
    this.world.consume(entry, { [`${entry}-${this.id}-${version}`]: this.event(version) });
    return this;
  }

  /** The relay has read the write that made this version. */
  relayed(version: number): this {
    const image = (of: number) => ({ id: { S: this.id }, version: { N: String(of) } });
    const NewImage = image(version);
    const dynamodb = { NewImage, ...(version > 1 && { OldImage: image(version - 1) }) };
    const event = { Records: [{ dynamodb }] };
    this.world.deliver({ entry: 'relay-outbox', source: 'stream:Orders', event });
    return this;
  }

  /** As a client is shown it. */
  shown(version: number, more: Row = {}): Row {
    const { id } = this;
    const events = this.events.slice(0, version);
    const { status, payment, shipment, reason, parked } = this.row(events);
    const money = (amount: number) => ({ amount, currency: 'USD' });
    const timeline = events.map((type, index) => ({
      ...{ at: new Date(placedMs + 1000 * index).toISOString(), type },
    }));
    return {
      ...{ id, status, version, total: money(total), placedAt: timeline[0]?.at },
      lines: lines.map(([sku, title, quantity, price]) => ({
        ...{ sku, title, quantity, unitPrice: money(Number(price)) },
        lineTotal: money(Number(quantity) * Number(price)),
      })),
      ...{ payment: { status: payment, amount: money(total) }, shipment },
      ...(reason !== undefined && { reason: { code: reason } }),
      ...{ parked: parked !== undefined, timeline, ...more },
    };
  }

  viewed(version = this.events.length, more: Row = {}): this {
    const { status, placedAt } = this.shown(version);
    const key = `order#${this.id}`;
    const order = JSON.stringify(this.shown(version));
    const customer = `${issuer}|${this.customer}`;
    const row = { id: key, version, status, placedAt, customer, order, ...more };
    this.world.write('OrderView', key, row, 'project-order');
    return this;
  }

  counted(orders = 1, revenue = total): this {
    const id = 'sales#2026-03-14#3';
    this.world.write('OrderView', id, { id, orders, 'revenue#USD': revenue }, 'project-order');
    return this;
  }

  #shipping(): Row {
    const name = `Canary-${this.customer}`;
    const place = { city: 'Springfield', postalCode: '00000', country: 'US' };
    return { name, line1: '1 Canary Street', ...place };
  }

  #move(sku: string, units: number) {
    const key = `sku#${sku}`;
    const available = Number(this.world.row('Stock', key)?.available ?? 10) + units;
    return { table: 'Stock' as const, key, row: { id: key, available } };
  }
}

/** Ten mugs and ten cups before it begins. */
export function stocked(world: ToldWorld): ToldWorld {
  for (const id of ['sku#mug', 'sku#cup']) world.given('Stock', id, { id, available: 10 });
  return world;
}

/** All of a confirmed order, as it should go. */
export function confirmed(world: ToldWorld, teller: Teller = {}): OrderStory {
  const story = new OrderStory(stocked(world), teller).placed().viewed();
  story.delivered(1, 'PlaceOrderStartQueue1', 'start-saga').relayed(1);
  story.delivered(1, 'PlaceOrderDeadlineQueue1', 'watch-deadline').relayed(1);
  story.reserved().money({}, 'AUTHORIZED').parcel('BOOKED', 'BOOKED');
  story.happens('OrderConfirmed', 'confirm-order');
  story.delivered(2, 'BillingQueue1', 'capture-payment').relayed(2);
  story.delivered(2, 'NotificationQueue1', 'notify-customer').relayed(2);
  story.told('order-confirmed', 2).money({ captured: total }, 'CAPTURED');
  return story.happens('PaymentCaptured', 'capture-payment').viewed().counted();
}

/** All of an order that was undone after everything had been done for it. */
export function undone(world: ToldWorld, teller: Teller = {}): OrderStory {
  const story = new OrderStory(stocked(world), teller).placed().viewed();
  story.delivered(1, 'PlaceOrderStartQueue1', 'start-saga').relayed(1);
  story.delivered(1, 'PlaceOrderDeadlineQueue1', 'watch-deadline').relayed(1);
  story.reserved().money({}, 'AUTHORIZED').parcel('BOOKED', 'BOOKED');
  story.happens('OrderRejected', 'reject-order').viewed();
  story.delivered(2, 'NotificationQueue1', 'notify-customer').relayed(2);
  story.told('order-rejected', 2).parcel('CANCELLED', 'CANCELLED');
  return story.money({ voided: total }, 'VOIDED').reserved('RELEASED');
}
