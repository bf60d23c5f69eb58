import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing } from '../support/requests.ts';

let pipeline: Pipeline;
let ids: Record<string, string>;

const outOfStock = 'OUT_OF_STOCK';
const declined = 'PAYMENT_DECLINED';
const undeliverable = 'UNDELIVERABLE_ADDRESS';

beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 10, cup: 1 } });
  ids = {
    // Two cups are asked for, and there is one.
    [outOfStock]: await pipeline.place(placing('a', { lines: { mug: 1, cup: 2 } })),
    // The payment sandbox declines this token.
    [declined]: await pipeline.place(placing('b', { method: 'pm_card_chargeDeclined' })),
    // The carrier sandbox does not go there.
    [undeliverable]: await pipeline.place(placing('c', { postalCode: '00000' })),
  };
  await pipeline.settle(1);
});
afterAll(() => pipeline.stop());

const idOf = (code: string): string => ids[code] ?? '';
const forward = {
  [outOfStock]: ['ReserveStock'],
  [declined]: ['ReserveStock', 'AuthorizePayment'],
  [undeliverable]: ['ReserveStock', 'AuthorizePayment', 'BookShipment'],
};

describe('a refused order', () => {
  it.each([outOfStock, declined, undeliverable])('is rejected, saying %s', async (code) => {
    expect(await pipeline.read(idOf(code))).toMatchObject({
      status: 'REJECTED',
      reason: { code },
      payment: { status: code === declined ? 'DECLINED' : 'VOIDED' },
      shipment: { status: 'CANCELLED' },
      timeline: [{ type: 'OrderPlaced' }, { type: 'OrderRejected' }],
    });
  });

  it.each([outOfStock, declined, undeliverable] as const)(
    'was undone in reverse, the whole chain, after %s',
    async (code) => {
      expect(await pipeline.states(idOf(code))).toEqual([
        [
          ...forward[code],
          ...['RejectOrder', 'IsConfirmed', 'CancelShipment', 'VoidPayment', 'ReleaseStock'],
          ...['IsAnythingParked', 'Undone'],
        ],
      ]);
    },
  );

  it('holds nothing: no stock, no money, no parcel', async () => {
    expect([await pipeline.available('mug'), await pipeline.available('cup')]).toEqual([10, 1]);
    for (const id of Object.values(ids)) {
      for (const payment of await pipeline.sandbox('payment', id))
        expect(Number(payment.authorized) - Number(payment.voided)).toBe(0);
      expect(await pipeline.sandbox('shipment', id)).toEqual([]);
    }
    // Money was held before the carrier refused, and is no more.
    expect(await pipeline.sandbox('payment', idOf(undeliverable))).toEqual([
      expect.objectContaining({ authorized: 1250, voided: 1250, captured: 0 }),
    ]);
  });

  it('is told to its customer once, and to nobody else', async () => {
    for (const id of Object.values(ids))
      expect(await pipeline.sandbox('email', id)).toEqual([
        expect.objectContaining({ template: 'order-rejected', to: 'alice', eventId: `${id}:2` }),
      ]);
  });

  it('leaves everything else as it should be', async () => {
    expect(await pipeline.problems()).toEqual([]);
  });
});
