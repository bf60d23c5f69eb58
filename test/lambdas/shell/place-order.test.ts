import { describe, expect, it } from 'vitest';
import type { PlaceOrderRequest } from '../../../lambdas/contract/order-api.ts';
import type { Currency, Sku } from '../../../lambdas/domain/values.ts';
import type {
  Offer,
  OfferBook,
  OrderIntake,
  RecordedAnswer,
} from '../../../lambdas/shell/order-intake.ts';
import { type PlaceOrder, placeOrder } from '../../../lambdas/shell/place-order.ts';
import { alice, orderId, placedAt, placedOrder } from '../../support/customer-orders.ts';

const { shipping } = placedOrder();
const request: PlaceOrderRequest = {
  lines: [
    { sku: 'tea' as Sku, quantity: 2 },
    { sku: 'cup' as Sku, quantity: 1 },
  ],
  payment: { method: 'pm_card_visa' },
  shipping,
};
const command = (change: Partial<PlaceOrder> = {}): PlaceOrder => ({
  id: orderId,
  principal: alice,
  request,
  fingerprint: 'fingerprint-1',
  writeId: 'attempt-1',
  traceparent: 'trace',
  now: placedAt,
  deadlineMs: 60_000,
  ...change,
});

const offer = (amount: number, currency = 'USD'): Offer => ({
  title: 'A product',
  price: { amount, currency: currency as Currency },
});
const offering = (offers: Record<string, Offer>): OfferBook => ({
  findOffers: async (skus) =>
    new Map((Object.entries(offers) as [Sku, Offer][]).filter(([sku]) => skus.includes(sku))),
});
const offers = offering({ tea: offer(450), cup: offer(1200) });

function createIntake(): OrderIntake & { stored: RecordedAnswer | undefined } {
  return {
    stored: undefined,
    async record(answer) {
      if (this.stored) return { outcome: 'found', stored: this.stored };
      this.stored = answer;
      return { outcome: 'recorded' };
    },
  };
}

describe('placing an order', () => {
  it('prices the lines from what is sold, and sets the deadline', async () => {
    const result = await placeOrder({ offers, intake: createIntake() }, command());
    expect(result).toMatchObject({
      outcome: 'accepted',
      isReplay: false,
      order: {
        version: 1,
        status: 'PENDING',
        deadline: '2026-03-14T09:27:53.589Z',
        lines: [{ unitPrice: { amount: 450 } }, { unitPrice: { amount: 1200 } }],
        events: [{ type: 'OrderPlaced', version: 1 }],
      },
    });
  });

  it('answers a repeat with the first order, whatever the catalogue says by now', async () => {
    const intake = createIntake();
    const first = await placeOrder({ offers, intake }, command());
    const dearer = offering({ tea: offer(9_999) });
    const again = await placeOrder({ offers: dearer, intake }, command({ writeId: 'attempt-2' }));
    expect(again).toEqual({ ...first, isReplay: true });
  });

  it('refuses another request under the same key', async () => {
    const intake = createIntake();
    await placeOrder({ offers, intake }, command());
    const other = command({ fingerprint: 'fingerprint-2', writeId: 'attempt-2' });
    expect(await placeOrder({ offers, intake }, other)).toEqual({ outcome: 'key reused' });
  });

  it('recognises its own write when the answer to it was lost', async () => {
    // The SDK repeats a Put whose answer was lost: the condition then finds this attempt's own item.
    const intake = createIntake();
    await placeOrder({ offers, intake }, command());
    expect(await placeOrder({ offers, intake }, command())).toMatchObject({
      outcome: 'accepted',
      isReplay: false,
    });
  });

  it('records a refusal for unknown products, and answers it for ever', async () => {
    const intake = createIntake();
    const first = await placeOrder({ offers: offering({ tea: offer(1) }), intake }, command());
    expect(first).toMatchObject({
      outcome: 'refused',
      isReplay: false,
      problem: {
        status: 422,
        errors: [{ pointer: '#/lines/1/sku', detail: 'is not sold here' }],
      },
    });
    expect(intake.stored?.answer).toMatchObject({ kind: 'refusal', id: orderId });
    const again = await placeOrder({ offers, intake }, command({ writeId: 'attempt-2' }));
    expect(again).toEqual({ ...first, isReplay: true });
  });

  it('refuses products priced in different currencies', async () => {
    const mixed = offering({ tea: offer(1), cup: offer(1, 'EUR') });
    const result = await placeOrder({ offers: mixed, intake: createIntake() }, command());
    expect(result).toMatchObject({
      outcome: 'refused',
      problem: {
        type: '/problems/currency-mismatch',
        detail: 'Nothing was ordered: the prices are in EUR and USD.',
      },
    });
  });
});
