/** The facts of a small, flawless run: one order confirmed, one rejected for lack of stock. */
import type { Facts } from '../../../bin/demo/checks.ts';

const placedMs = Date.UTC(2026, 10, 22, 12);
const at = (seconds: number) => placedMs + 1000 * seconds;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

/** Two mugs at 1250 and a kettle at 4950. */
export const total = 7450;

const events = {
  confirmed: [
    { type: 'OrderPlaced', time: at(0) },
    { type: 'OrderConfirmed', time: at(1) },
    { type: 'PaymentCaptured', time: at(2) },
  ],
  rejected: [
    { type: 'OrderPlaced', time: at(0) },
    { type: 'OrderRejected', time: at(1) },
  ],
};

const placement = (key: string, id: string): Facts['placements'][number] => ({
  key,
  customer: 'alice',
  status: 202,
  id,
  latencyMs: 10,
  requests: 1,
  problems: [],
});

const rowOf = (
  id: string,
  status: string,
  version: number,
  timeline: object[],
  amount: number,
) => ({
  id: `order#${id}`,
  version,
  status,
  order: JSON.stringify({ status, version, total: { amount, currency: 'USD' }, timeline }),
});

const timelineOf = (list: (typeof events)['confirmed']) =>
  list.map(({ type, time }) => ({ at: iso((time - placedMs) / 1000), type }));

export const flawless: Facts = {
  placements: [placement('key-1', 'o1'), placement('key-2', 'o2')],
  products: [
    { sku: 'mug', title: 'Mug', price: { amount: 1250, currency: 'USD' }, stock: 10 },
    { sku: 'kettle', title: 'Kettle', price: { amount: 4950, currency: 'USD' }, stock: 1 },
  ],
  orders: [
    {
      id: 'o1',
      version: 3,
      status: 'CONFIRMED',
      issuer: 'iss',
      customer: 'alice',
      currency: 'USD',
      lines: [
        ['mug', 'Mug', 2, 1250],
        ['kettle', 'Kettle', 1, 4950],
      ],
      outbox: events.confirmed,
    },
    {
      id: 'o2',
      version: 2,
      status: 'REJECTED',
      issuer: 'iss',
      customer: 'alice',
      currency: 'USD',
      lines: [['kettle', 'Kettle', 1, 4950]],
      outbox: events.rejected,
    },
  ],
  stock: [
    { id: 'sku#mug', available: 8 },
    { id: 'sku#kettle', available: 0 },
    {
      id: 'order#o1',
      status: 'HELD',
      lines: [
        ['mug', 2],
        ['kettle', 1],
      ],
    },
    { id: 'order#o2', status: 'RELEASED', lines: [] },
  ],
  view: [
    rowOf('o1', 'CONFIRMED', 3, timelineOf(events.confirmed), total),
    rowOf('o2', 'REJECTED', 2, timelineOf(events.rejected), 4950),
    // The counter is one of several that add up to the day.
    { id: 'sales#2026-11-22#3', orders: 1, 'revenue#USD': total } as never,
  ],
  sandbox: [
    { kind: 'payment', orderId: 'o1', authorized: total, captured: total, voided: 0, refunded: 0 },
    { kind: 'shipment', orderId: 'o1', status: 'BOOKED' },
    { kind: 'email', orderId: 'o1', eventId: 'e1' },
    { kind: 'email', orderId: 'o2', eventId: 'e2' },
  ],
  parked: [],
  executions: [
    { name: 'o1', status: 'SUCCEEDED' },
    { name: 'o2', status: 'SUCCEEDED' },
  ],
  deadLetters: { 'Everonce-BillingDeadLetters': 0 },
  pending: [],
};
