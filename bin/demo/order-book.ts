/** The order book of a run: read from a folder, or generated; the same for the same arguments. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const money = z.object({ amount: z.int().positive(), currency: z.string().length(3) });
const product = z.object({
  sku: z.string().min(1),
  title: z.string().min(1),
  price: money,
  stock: z.int().nonnegative(),
});
const order = z.object({
  key: z.string().min(1),
  customer: z.string().min(1),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).min(1),
  payment: z.object({ method: z.string() }),
  shipping: z.object({
    name: z.string(),
    line1: z.string(),
    city: z.string(),
    postalCode: z.string(),
    country: z.string(),
  }),
});

export type BookProduct = z.infer<typeof product>;
export type BookOrder = z.infer<typeof order>;
export interface OrderBook {
  readonly name: string;
  readonly products: readonly BookProduct[];
  readonly orders: readonly BookOrder[];
}

/** The folder of `--input` does not hold an order book; the message says where and why. */
export class BadOrderBook extends Error {
  override readonly name = 'BadOrderBook';
}

/** Reads `products.jsonl` and `orders.jsonl`; a bad line is an error naming file, line and field. */
export function readOrderBook(dir: string, limit = Number.POSITIVE_INFINITY): OrderBook {
  const products = readLines(join(dir, 'products.jsonl'), product);
  const orders = readLines(join(dir, 'orders.jsonl'), order).slice(0, limit);
  if (orders.length === 0) throw new BadOrderBook(`${join(dir, 'orders.jsonl')} has no orders`);
  return { name: dir, products, orders };
}

function readLines<T>(path: string, shape: z.ZodType<T>): T[] {
  if (!existsSync(path))
    throw new BadOrderBook(`${path} does not exist: --input needs a folder with it`);
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return [];
    const parsed = shape.safeParse(parseJson(text, `${path}:${index + 1}`));
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || 'the line';
    throw new BadOrderBook(`${path}:${index + 1}: ${field}: ${issue?.message}`);
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadOrderBook(`${where}: not JSON: ${(cause as Error).message}`, { cause });
  }
}

const productCount = 60;

/**
 * `count` orders of two lines each. Every 25th pays with a card that is declined, every 41st ships
 * to where no carrier goes, and of every tenth product there is 70 % of what is ordered.
 */
export function generateOrderBook(count: number): OrderBook {
  const orders = Array.from({ length: count }, (_, n) => generatedOrder(n));
  const ordered = new Map<string, number>();
  for (const { sku, quantity } of orders.flatMap(({ lines }) => lines))
    ordered.set(sku, (ordered.get(sku) ?? 0) + quantity);
  const products = Array.from({ length: productCount }, (_, n) => ({
    sku: skuOf(n),
    title: `Product ${n + 1}`,
    price: { amount: 500 + 125 * n, currency: 'USD' },
    stock: Math.floor((n % 10 === 9 ? 0.7 : 1) * (ordered.get(skuOf(n)) ?? 0)),
  }));
  return { name: `${count} generated orders of two lines`, products, orders };
}

const skuOf = (n: number): string => `GEN-${String((n % productCount) + 1).padStart(2, '0')}`;

/** An order that nothing speaks against, given stock: for counting what one confirmed order takes. */
export const plainOrder = (n: number, key = `plain-${n}`): BookOrder => ({
  key,
  customer: `customer-${n % 97}`,
  lines: [
    { sku: skuOf(n), quantity: 1 + (n % 3) },
    { sku: skuOf(n + 7), quantity: 1 + (n % 2) },
  ],
  payment: { method: 'pm_card_visa' },
  shipping: {
    name: 'Ada Lovelace',
    line1: '12 St James Square',
    city: 'London',
    postalCode: 'SW1Y 4JH',
    country: 'GB',
  },
});

function generatedOrder(n: number): BookOrder {
  const plain = plainOrder(n, `generated-${n}`);
  if (n % 25 === 24) return { ...plain, payment: { method: 'pm_card_chargeDeclined' } };
  if (n % 41 === 7) return { ...plain, shipping: { ...plain.shipping, postalCode: '00000' } };
  return plain;
}
