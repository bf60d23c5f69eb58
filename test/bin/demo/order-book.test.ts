import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateOrderBook, plainOrder, readOrderBook } from '../../../bin/demo/order-book.ts';

const product = { sku: 'mug', title: 'Mug', price: { amount: 1250, currency: 'USD' }, stock: 3 };
const lines = (...values: unknown[]): string =>
  values.map((each) => JSON.stringify(each)).join('\n');

describe('order book of a folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'order-book-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const write = (orders: string, products = lines(product)) => {
    writeFileSync(join(dir, 'products.jsonl'), products);
    writeFileSync(join(dir, 'orders.jsonl'), orders);
  };

  it('has its products and orders, empty lines and unknown fields left out', () => {
    write(`${lines({ ...plainOrder(0), placedAt: '1996-07-04' })}\n\n${lines(plainOrder(1))}\n`);
    expect(readOrderBook(dir)).toEqual({
      name: dir,
      products: [product],
      orders: [plainOrder(0), plainOrder(1)],
    });
  });

  it('ends where it is told to', () => {
    write(lines(plainOrder(0), plainOrder(1), plainOrder(2)));
    expect(readOrderBook(dir, 2).orders).toHaveLength(2);
  });

  it('names the file that is missing', () => {
    expect(() => readOrderBook(join(dir, 'none'))).toThrow(
      `${join(dir, 'none', 'products.jsonl')} does not exist: --input needs a folder with it`,
    );
  });

  it('names file, line and field of what it cannot read', () => {
    const { customer: _, ...anonymous } = plainOrder(1);
    write(lines(plainOrder(0), anonymous));
    expect(() => readOrderBook(dir)).toThrow(/orders\.jsonl:2: customer: .*expected string/);
    write(lines(plainOrder(0)), lines(product, { ...product, price: { amount: 1.5 } }));
    expect(() => readOrderBook(dir)).toThrow(/products\.jsonl:2: price\.amount: .*expected int/);
    write(`${lines(plainOrder(0))}\n{"key":`);
    expect(() => readOrderBook(dir)).toThrow(/orders\.jsonl:2: not JSON/);
    write('5');
    expect(() => readOrderBook(dir)).toThrow(/orders\.jsonl:1: the line: .*expected object/);
  });

  it('has at least one order', () => {
    write('');
    expect(() => readOrderBook(dir)).toThrow('orders.jsonl has no orders');
  });
});

describe('generated order book', () => {
  it('is the same for the same number', () => {
    expect(generateOrderBook(30)).toEqual(generateOrderBook(30));
  });

  it('has orders that are declined, undeliverable, short of stock, and mostly none of it', () => {
    const { products, orders } = generateOrderBook(200);
    const declined = orders.filter(({ payment }) => payment.method !== 'pm_card_visa');
    const undeliverable = orders.filter(({ shipping }) => shipping.postalCode === '00000');
    expect([orders.length, declined.length, undeliverable.length]).toEqual([200, 8, 5]);
    const ordered = Map.groupBy(
      orders.flatMap(({ lines: each }) => each),
      ({ sku }) => sku,
    );
    const short = products.filter(
      ({ sku, stock }) =>
        stock < (ordered.get(sku) ?? []).reduce((n, line) => n + line.quantity, 0),
    );
    expect(short.map(({ sku }) => sku)).toEqual([
      'GEN-10',
      'GEN-20',
      'GEN-30',
      'GEN-40',
      'GEN-50',
      'GEN-60',
    ]);
  });

  it('gives the first order of a book of one what it needs', () => {
    const { products, orders } = generateOrderBook(1);
    const stock = new Map(products.map((each) => [each.sku, each.stock]));
    for (const { sku, quantity } of orders[0]?.lines ?? []) expect(stock.get(sku)).toBe(quantity);
  });
});
