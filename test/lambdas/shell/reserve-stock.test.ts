import { describe, expect, it } from 'vitest';
import { dynamoStockStore } from '../../../lambdas/adapters/dynamo-stock-store.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { limits } from '../../../lambdas/contract/limits.ts';
import { cancel, type Order, place } from '../../../lambdas/domain/order.ts';
import type { Reservation } from '../../../lambdas/domain/stock.ts';
import { type Currency, instant, type OrderId, type Sku } from '../../../lambdas/domain/values.ts';
import { releaseStock } from '../../../lambdas/shell/release-stock.ts';
import { reserveStock } from '../../../lambdas/shell/reserve-stock.ts';
import type { StockStore } from '../../../lambdas/shell/stock-store.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import { createFakeOrderStore } from '../../support/fakes/order-store.ts';

const table = 'Stock';
const placedMs = Date.UTC(2026, 2, 14);
const orderId = (name: string): OrderId => name.padEnd(43, '0') as OrderId;
const one = orderId('one');

function orderOf(id: OrderId, quantities: Readonly<Record<string, number>>): Order {
  return place({
    id,
    principal: { issuer: 'https://issuer.example', subject: 'c1' },
    lines: Object.entries(quantities).map(([sku, quantity]) => ({
      sku: sku as Sku,
      title: sku,
      quantity,
      unitPrice: { amount: 100, currency: 'USD' as Currency },
    })),
    paymentMethod: 'pm_card_visa',
    shipping: { name: 'A', line1: 'B 1', city: 'C', postalCode: '1', country: 'US' },
    deadline: instant(placedMs + 60_000),
    traceparent: '00-0-0-00',
    at: instant(placedMs),
  });
}

function warehouse(available: Readonly<Record<string, number>>, ...orders: readonly Order[]) {
  const tables = createFakeTables({ [table]: 'id' });
  for (const [sku, count] of Object.entries(available))
    tables.put(table, { id: `sku#${sku}`, available: count });
  const clock = createFakeClock(instant(placedMs));
  const store = createFakeOrderStore(...orders);
  const ports = { orders: store, stock: dynamoStockStore(tables.client, table), clock };
  return {
    tables,
    clock,
    store,
    reserve: (id: OrderId = one) => reserveStock(ports, id),
    release: (id: OrderId = one) => releaseStock(ports, id),
    available: (sku: string) => tables.get(table, `sku#${sku}`)?.available,
    row: (id: OrderId = one) => tables.get(table, `order#${id}`),
    writes: () => tables.calls.filter(({ command }) => command === 'TransactWriteItemsCommand'),
  };
}

describe('reserving stock', () => {
  it('holds all lines of the order', async () => {
    const w = warehouse({ TEA: 5, CUP: 1 }, orderOf(one, { TEA: 2, CUP: 1 }));
    expect(await w.reserve()).toEqual({ outcome: 'done' });
    expect([w.available('TEA'), w.available('CUP')]).toEqual([3, 0]);
    expect(w.row()).toMatchObject({
      status: 'HELD',
      lines: [
        ['TEA', 2],
        ['CUP', 1],
      ],
    });
  });

  it('takes once when it is asked twice', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    await w.reserve();
    expect(await w.reserve()).toEqual({ outcome: 'done' });
    expect(w.available('TEA')).toBe(3);
  });

  it('recognises its own write when the answer was lost and the SDK sent it again', async () => {
    const w = warehouse({ TEA: 2 }, orderOf(one, { TEA: 2 }));
    w.tables.repeatNext('TransactWriteItemsCommand');
    expect(await w.reserve()).toEqual({ outcome: 'done' });
    expect(w.available('TEA')).toBe(0);
  });

  it('repeats itself with the same token and the same parameters', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    await w.reserve();
    w.clock.advance(1000);
    await w.reserve();
    const [first, second] = w.writes().map(({ input }) => input);
    expect(second).toEqual(first);
    const { ClientRequestToken } = first as { ClientRequestToken: string };
    expect(ClientRequestToken).toMatch(/^[\w-]{36}$/);
  });

  it('holds nothing when one product is short, and says what is missing', async () => {
    const w = warehouse({ TEA: 5, CUP: 1 }, orderOf(one, { TEA: 2, CUP: 3, MUG: 4 }));
    expect(await w.reserve()).toEqual({
      outcome: 'refused',
      reason: 'OUT_OF_STOCK',
      shortages: [
        { sku: 'CUP', missing: 2 },
        { sku: 'MUG', missing: 4 },
      ],
    });
    expect([w.available('TEA'), w.available('CUP'), w.row()]).toEqual([5, 1, undefined]);
  });

  it('refuses an order that was released, however much there is', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    await w.release();
    expect(await w.reserve()).toEqual({ outcome: 'refused', reason: 'RELEASED' });
    expect(w.available('TEA')).toBe(5);
  });

  it('refuses an order that is decided, before any write', async () => {
    const order = orderOf(one, { TEA: 2 });
    const cancelled = cancel(order, { ifVersion: 1, at: instant(placedMs) }).order;
    const w = warehouse({ TEA: 5 }, cancelled);
    expect(await w.reserve()).toEqual({ outcome: 'refused', reason: 'ORDER_NOT_PENDING' });
    expect(w.writes()).toEqual([]);
  });

  it('refuses at the deadline, before any write', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    w.clock.advance(60_000);
    expect(await w.reserve()).toEqual({ outcome: 'refused', reason: 'DEADLINE_EXCEEDED' });
    expect(w.writes()).toEqual([]);
  });

  it('takes an order that is not there for a broken contract', async () => {
    await expect(warehouse({}).reserve()).rejects.toThrow(PermanentFault);
  });

  it('fits the largest legal order into one transaction', async () => {
    const skus = Array.from({ length: limits.linesPerOrder }, (_, n) => `SKU-${n}`.padEnd(64, 'x'));
    const stock = Object.fromEntries(skus.map((sku) => [sku, limits.quantityPerLine]));
    const w = warehouse(stock, orderOf(one, stock));
    expect(await w.reserve()).toEqual({ outcome: 'done' });
    expect(w.writes()).toMatchObject([{ input: { TransactItems: { length: 41 } } }]);
  });
});

describe('releasing stock', () => {
  it('gives back exactly what was held', async () => {
    const w = warehouse({ TEA: 5, CUP: 1 }, orderOf(one, { TEA: 2, CUP: 1 }));
    await w.reserve();
    expect(await w.release()).toEqual({ outcome: 'done' });
    expect([w.available('TEA'), w.available('CUP')]).toEqual([5, 1]);
    expect(w.row()).toMatchObject({ status: 'RELEASED' });
  });

  it('gives back once when it is asked twice', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    await w.reserve();
    await w.release();
    expect(await w.release()).toEqual({ outcome: 'done' });
    expect(w.available('TEA')).toBe(5);
  });

  it('gives back once when the answer was lost and the SDK sent it again', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    await w.reserve();
    w.tables.repeatNext('TransactWriteItemsCommand');
    expect(await w.release()).toEqual({ outcome: 'done' });
    expect(w.available('TEA')).toBe(5);
  });

  it('gives back what a reservation took between the read and the tombstone', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    w.tables.beforeNext('PutItemCommand', () => {
      w.tables.put(table, { id: 'sku#TEA', available: 3 });
      w.tables.put(table, { id: `order#${one}`, status: 'HELD', lines: [['TEA', 2]] });
    });
    expect(await w.release()).toEqual({ outcome: 'done' });
    expect([w.available('TEA'), w.row()?.status]).toEqual([5, 'RELEASED']);
  });

  it('leaves a reservation that changes three times to a retry', async () => {
    // Whatever is written, the reservation is found held again.
    const held: Reservation = { status: 'HELD', lines: [] };
    let commits = 0;
    const stock: StockStore = {
      findReservation: async () => held,
      async commitReservation() {
        commits++;
        return { outcome: 'lost', stored: held };
      },
    };
    await expect(releaseStock({ stock }, one)).rejects.toBeInstanceOf(TransientFault);
    expect(commits).toBe(3);
  });

  it('asserts that giving back is never short of anything', async () => {
    const stock: StockStore = {
      findReservation: async () => undefined,
      commitReservation: async () => ({ outcome: 'short', shortages: [] }),
    };
    await expect(releaseStock({ stock }, one)).rejects.toThrow('never short');
  });

  it('leaves a tombstone with a single write when nothing was held', async () => {
    const w = warehouse({ TEA: 5 }, orderOf(one, { TEA: 2 }));
    expect(await w.release()).toEqual({ outcome: 'done' });
    expect(w.row()).toMatchObject({ status: 'RELEASED', lines: [] });
    expect(w.writes()).toEqual([]);
  });
});
