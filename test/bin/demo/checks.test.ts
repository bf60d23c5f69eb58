import { describe, expect, it } from 'vitest';
import { allHold, type Facts, runChecks } from '../../../bin/demo/checks.ts';
import { flawless, total } from './facts.ts';

const [confirmed, rejected] = flawless.orders as [Facts['orders'][number], Facts['orders'][number]];

/** Facts with another sandbox row in the place of the one of this kind for order o1. */
const sandboxWith = (kind: string, change: object): Partial<Facts> => ({
  sandbox: flawless.sandbox.map((row) =>
    row.kind === kind && row.orderId === 'o1' ? { ...row, ...change } : row,
  ),
});
const sandboxAnd = (row: Record<string, unknown>): Partial<Facts> => ({
  sandbox: [...flawless.sandbox, row],
});
const stockWith = (id: string, change: object): Partial<Facts> => ({
  stock: flawless.stock.map((row) => (row.id === id ? { ...row, ...change } : row)),
});
const viewWith = (id: string, change: object): Partial<Facts> => ({
  view: flawless.view.map((row) => (row.id === id ? { ...row, ...change } : row)),
});
const placementWith = (change: object): Partial<Facts> => ({
  placements: flawless.placements.map((each, n) => (n === 1 ? { ...each, ...change } : each)),
});

/** The checks that object, and the first thing each says. */
const objections = (tampered: Partial<Facts>): Record<string, string | undefined> =>
  Object.fromEntries(
    runChecks({ ...flawless, ...tampered })
      .filter(({ problems }) => problems.length > 0)
      .map(({ name, problems }) => [name, problems[0]]),
  );

const keys = 'one order per key, one answer per key';
const decided = 'every order is decided';
const stock = 'stock is conserved per SKU, and never negative';
const money = 'captured money = totals of confirmed orders; nothing held for the others';
const parcels = 'one parcel per confirmed order, none for the others';
const emails = 'one e-mail per order and event';
const view = 'read model = write model, for every order';
const sales = 'sales counters = recomputed from the orders';
const rest = 'nothing in flight, parked or in a dead-letter queue';

describe('checks of the demo', () => {
  it('find nothing in a flawless run', () => {
    expect(objections({})).toEqual({});
    expect(allHold(runChecks(flawless))).toBe(true);
  });

  it.each<[string, string, Partial<Facts>, string]>([
    ['a repeat with another answer', keys, placementWith({ problems: ['x'] }), 'key-2: x'],
    ['two keys with one order', keys, placementWith({ id: 'o1' }), 'two keys share an order'],
    ['an accepted order that is not there', keys, placementWith({ id: 'o3' }), 'order o3 is'],
    ['an order that nobody placed', keys, { placements: flawless.placements.slice(1) }, '2 orders'],
    [
      'an undecided order',
      decided,
      { orders: [confirmed, { ...rejected, status: 'PENDING' }] },
      'o2 is PENDING',
    ],
    ['stock below zero', stock, stockWith('sku#mug', { available: -1 }), 'mug: -1 available'],
    ['a unit too many', stock, stockWith('sku#mug', { available: 9 }), 'mug: 11 units, 10'],
    ['a unit too few', stock, stockWith('order#o1', { lines: [['mug', 2]] }), 'kettle: 0 units, 1'],
    ['stock held for a rejected order', stock, stockWith('order#o2', { status: 'HELD' }), 'for o2'],
    ['money not captured', money, sandboxWith('payment', { captured: 0 }), 'captured 0, due'],
    [
      'money captured twice',
      money,
      sandboxAnd({ kind: 'payment', orderId: 'o1', authorized: total, captured: total }),
      `captured ${2 * total}, due ${total}`,
    ],
    ['money given back', money, sandboxWith('payment', { refunded: 1 }), 'captured 7449, due'],
    [
      'money held for a rejected order',
      money,
      sandboxAnd({ kind: 'payment', orderId: 'o2', authorized: 4950 }),
      '4950 still held',
    ],
    [
      'money of nobody',
      money,
      sandboxAnd({ kind: 'payment', orderId: 'o9', authorized: 1, captured: 1 }),
      'payment of no order: o9',
    ],
    ['a missing parcel', parcels, sandboxWith('shipment', { status: 'CANCELLED' }), '0 parcels'],
    [
      'a second parcel',
      parcels,
      sandboxAnd({ kind: 'shipment', orderId: 'o1', status: 'BOOKED' }),
      'with 2 parcels',
    ],
    [
      'a parcel for a rejected order',
      parcels,
      sandboxAnd({ kind: 'shipment', orderId: 'o2', status: 'BOOKED' }),
      'o2 is REJECTED with 1 parcels',
    ],
    [
      'parcel of nobody',
      parcels,
      sandboxAnd({ kind: 'shipment', orderId: 'o9', status: 'BOOKED' }),
      'parcel of no order: o9',
    ],
    ['a missing e-mail', emails, { sandbox: flawless.sandbox.slice(0, 3) }, '0 e-mails for 1'],
    [
      'an e-mail too many',
      emails,
      sandboxAnd({ kind: 'email', orderId: 'o1', eventId: 'e3' }),
      '2 e-mails for 1',
    ],
    [
      'one event told to two customers',
      emails,
      sandboxWith('email', { eventId: 'e2' }),
      'told twice',
    ],
    [
      'an e-mail to nobody',
      emails,
      sandboxAnd({ kind: 'email', orderId: 'o9', eventId: 'e9' }),
      'e-mail of no order: o9',
    ],
    ['an order not shown', view, { view: flawless.view.slice(1) }, 'o1 is not in the read model'],
    [
      'an order shown otherwise',
      view,
      viewWith('order#o2', { order: flawless.view[0]?.order }),
      'o2: status differs',
    ],
    [
      'a row of no order',
      view,
      { view: [...flawless.view, { id: 'order#o9', version: 1, status: 'PENDING', order: '{}' }] },
      'row of the read model of no order: o9',
    ],
    ['a lost sale', sales, { view: flawless.view.slice(0, 2) }, 'counted undefined, recomputed 1'],
    ['a sale counted twice', sales, viewWith('sales#2026-11-22#3', { orders: 2 }), 'counted 2'],
    [
      'revenue that is off',
      sales,
      viewWith('sales#2026-11-22#3', { 'revenue#USD': total - 1 }),
      `counted ${total - 1}, recomputed ${total}`,
    ],
    ['something in flight', rest, { pending: ['1 message in Jobs'] }, '1 message in Jobs'],
    ['a dead letter', rest, { deadLetters: { Dead: 2 } }, '2 messages in Dead'],
    ['something parked', rest, { parked: [{ id: 'p', reason: 'poison' }] }, 'parked: p: poison'],
    [
      'an execution that failed',
      rest,
      { executions: [{ name: 'o1', status: 'FAILED' }] },
      'execution o1 is FAILED',
    ],
  ])('find %s', (_, check, tampered, said) => {
    expect(objections(tampered)[check]).toContain(said);
    expect(allHold(runChecks({ ...flawless, ...tampered }))).toBe(false);
  });
});
