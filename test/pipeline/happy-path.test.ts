import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
let id: string;

beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 10, cup: 5 } });
  id = await pipeline.place(placing('first', { lines: { mug: 2, cup: 1 } }));
  await pipeline.settle();
});
afterAll(() => pipeline.stop());

describe('an order that nothing is against', () => {
  it('is confirmed, its money captured, its parcel booked, its customer told once', async () => {
    expect(await pipeline.order(id)).toMatchObject({ status: 'CONFIRMED', payment: 'CAPTURED' });
    expect(await pipeline.sandbox('payment', id)).toEqual([
      expect.objectContaining({ authorized: 3750, captured: 3750, voided: 0, refunded: 0 }),
    ]);
    expect(await pipeline.sandbox('shipment', id)).toEqual([
      expect.objectContaining({ status: 'BOOKED' }),
    ]);
    expect(await pipeline.sandbox('email', id)).toEqual([
      expect.objectContaining({ to: 'alice', template: 'order-confirmed', eventId: `${id}:2` }),
    ]);
    expect(await pipeline.available('mug')).toBe(8);
    expect(await pipeline.problems()).toEqual([]);
  });

  it('shows its customer the same as the order itself', async () => {
    const [parcel] = await pipeline.sandbox('shipment', id);
    expect(await pipeline.read(id)).toMatchObject({
      id,
      status: 'CONFIRMED',
      version: 3,
      total: { amount: 3750, currency: 'USD' },
      payment: { status: 'CAPTURED', amount: { amount: 3750, currency: 'USD' } },
      shipment: { status: 'BOOKED', trackingNumber: parcel?.trackingNumber },
      parked: false,
    });
  });

  it('tells every step of its way in the order in which they happened', async () => {
    const { outbox } = await pipeline.order(id);
    const { timeline, placedAt } = await pipeline.read(id);
    expect(timeline).toEqual(
      outbox.map(({ type, time }) => ({ type, at: new Date(time).toISOString() })),
    );
    expect(outbox.map(({ type }) => type)).toEqual([
      'OrderPlaced',
      'OrderConfirmed',
      'PaymentCaptured',
    ]);
    expect(placedAt).toBe(new Date(outbox[0]?.time ?? 0).toISOString());
  });

  it('takes four states of one execution, and no choice', async () => {
    expect(await pipeline.states(id)).toEqual([
      ['ReserveStock', 'AuthorizePayment', 'BookShipment', 'ConfirmOrder'],
    ]);
  });

  it('counts into the sales of its day', async () => {
    const { placedAt } = await pipeline.read(id);
    const day = String(placedAt).slice(0, 10);
    const answer = await pipeline.ask({ path: `/sales?day=${day}`, as: 'operator' });
    expect(answer.json).toEqual({ day, orders: 1, revenue: { amount: 3750, currency: 'USD' } });
  });
});
