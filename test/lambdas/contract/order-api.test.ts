import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambdas/contract/limits.ts';
import {
  acceptedAnswer,
  linkedOrder,
  listOrdersQuery,
  orderAnswer,
  placeOrderRequest,
} from '../../../lambdas/contract/order-api.ts';
import {
  acceptedRepresentation,
  orderRepresentation,
  placedRepresentation,
} from '../../../lambdas/contract/order-representation.ts';
import { cancel, confirm, recordParked, reject } from '../../../lambdas/domain/order.ts';
import { later, placedOrder } from '../../support/customer-orders.ts';

const request = {
  lines: [{ sku: 'tea', quantity: 2 }],
  payment: { method: 'pm_card_visa' },
  shipping: {
    name: 'Alice',
    line1: '1 Main Street',
    city: 'Springfield',
    postalCode: '12345',
    country: 'US',
  },
};
const isValid = (change: object) => placeOrderRequest.safeParse({ ...request, ...change }).success;
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sku: `sku-${index}`, quantity: 1 }));
const shipping = (change: object) => ({ shipping: { ...request.shipping, ...change } });

describe('a request to place an order', () => {
  it('is admitted up to its limits', () => {
    expect(isValid({})).toBe(true);
    expect(isValid({ lines: lines(limits.linesPerOrder) })).toBe(true);
    expect(isValid({ lines: [{ sku: 's'.repeat(64), quantity: 1000 }] })).toBe(true);
    expect(isValid(shipping({ name: 'n'.repeat(100), postalCode: 'p'.repeat(16) }))).toBe(true);
  });

  it.each([
    ['no lines', { lines: [] }],
    ['one line too many', { lines: lines(limits.linesPerOrder + 1) }],
    ['a SKU twice', { lines: [...lines(1), ...lines(1)] }],
    ['a SKU that is too long', { lines: [{ sku: 's'.repeat(65), quantity: 1 }] }],
    ['none of a product', { lines: [{ sku: 'tea', quantity: 0 }] }],
    ['too many of a product', { lines: [{ sku: 'tea', quantity: 1001 }] }],
    ['half of a product', { lines: [{ sku: 'tea', quantity: 0.5 }] }],
    ['a price of its own', { lines: [{ sku: 'tea', quantity: 1, unitPrice: 1 }] }],
    ['a status of its own', { status: 'CONFIRMED' }],
    ['a card number', { payment: { method: '4242424242424242' } }],
    ['a blank name', shipping({ name: '  ' })],
    ['a long city', shipping({ city: 'c'.repeat(101) })],
    ['a long postal code', shipping({ postalCode: 'p'.repeat(17) })],
    ['a line break', shipping({ line1: 'a\nb' })],
    ['half a surrogate pair', shipping({ name: '\ud83c' })],
    ['an unknown form of country', shipping({ country: 'us' })],
  ])('is refused with %s', (_what, change) => {
    expect(isValid(change)).toBe(false);
  });

  it('is judged, and never breaks anything, whatever JSON it is', () => {
    const any = fc.oneof(
      fc.jsonValue(),
      fc.record({ lines: fc.jsonValue(), payment: fc.jsonValue(), shipping: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(any, (value) => {
        expect(typeof placeOrderRequest.safeParse(value).success).toBe('boolean');
        expect(typeof listOrdersQuery.safeParse(value).success).toBe('boolean');
      }),
    );
  });
});

describe('an order as its customer sees it', () => {
  const placed = placedOrder();
  const confirmed = confirm(placed, { trackingNumber: 'T1', at: later }).order;
  const rejected = reject(placed, { code: 'OUT_OF_STOCK', at: later }).order;
  const cancelled = cancel(placed, { ifVersion: 1, at: later }).order;

  it('has totals computed from its lines', () => {
    expect(orderRepresentation(placed)).toMatchObject({
      lines: [{ lineTotal: { amount: 900 } }, { lineTotal: { amount: 1200 } }],
      total: { amount: 2100, currency: 'USD' },
      payment: { status: 'PENDING', amount: { amount: 2100 } },
      shipment: { status: 'PENDING' },
      parked: false,
      timeline: [{ at: placed.placedAt, type: 'OrderPlaced' }],
    });
  });

  it('tells what was decided', () => {
    expect(orderRepresentation(confirmed)).toMatchObject({
      status: 'CONFIRMED',
      shipment: { status: 'BOOKED', trackingNumber: 'T1' },
    });
    expect(orderRepresentation(rejected).reason).toEqual({ code: 'OUT_OF_STOCK' });
    expect(orderRepresentation(recordParked(rejected, { step: 's', at: later }).order).parked).toBe(
      true,
    );
  });

  it('matches its published schema in every state, and shows nothing else', () => {
    for (const order of [placed, confirmed, rejected, cancelled]) {
      const shown = linkedOrder(orderRepresentation(order));
      expect(orderAnswer.parse(shown)).toEqual(shown);
      expect(JSON.stringify(shown)).not.toMatch(/pm_card_visa|Main Street|alice/);
    }
  });

  it('can be cancelled exactly while it is pending', () => {
    const canCancel = (order: typeof placed) =>
      'cancel' in linkedOrder(orderRepresentation(order))._links;
    expect([placed, confirmed, rejected, cancelled].map(canCancel)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('answers the same bytes about its placing at every later version', () => {
    for (const order of [confirmed, rejected, cancelled]) {
      expect(JSON.stringify(acceptedRepresentation(order))).toBe(
        JSON.stringify(acceptedRepresentation(placed)),
      );
      expect(JSON.stringify(placedRepresentation(order))).toBe(
        JSON.stringify(orderRepresentation(placed)),
      );
    }
    const body = { ...acceptedRepresentation(placed), _links: { self: { href: '/orders/x' } } };
    expect(acceptedAnswer.parse(body)).toEqual(body);
  });
});
