/** The stretches of a run that are measured: the load, single orders, and counts of plain orders. */
import type { Engine } from '../../local/engine.ts';
import { diff } from '../../local/gateway/meter.ts';
import { type CostModel, type Counts, costModel, countsPerOrder } from './counts.ts';
import { type BookOrder, type BookProduct, plainOrder } from './order-book.ts';

export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function latencies(values: readonly number[]): Latencies {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

const singleOrders = 20;

/** From POST to the moment in which GET shows CONFIRMED, one order at a time, on an idle engine. */
export async function measureSingleOrders(engine: Engine): Promise<number[]> {
  const spent: number[] = [];
  for (let n = 0; n < singleOrders; n++) {
    const order = plainOrder(n, `single-${n}`);
    const token = await engine.token(order.customer, 'orders');
    const startedAt = performance.now();
    const path = await place(engine, token, order);
    await untilConfirmed(engine, token, path);
    spent.push(performance.now() - startedAt);
  }
  return spent;
}

const countedOrders = 200;

export interface PlainOrderCounts {
  readonly orders: number;
  readonly counts: Counts;
  readonly cost: CostModel;
}

/** What a confirmed order of two lines takes, with its POST and two GETs. */
export async function countPlainOrders(engine: Engine): Promise<PlainOrderCounts> {
  const orders = Array.from({ length: countedOrders }, (_, n) => plainOrder(n, `counted-${n}`));
  const before = engine.usage();
  const lanes = Array.from({ length: 8 }, (_, lane) =>
    placeAndRead(
      engine,
      orders.filter((_order, n) => n % 8 === lane),
    ),
  );
  await Promise.all(lanes);
  await engine.quiesce(60_000);
  // The watch of each deadline belongs to the order too.
  await passDeadlines(engine);
  const used = diff(before, engine.usage());
  const counts = countsPerOrder(used, countedOrders);
  const tasks = counts.statesEntered + counts.apiRequests;
  return { orders: countedOrders, counts, cost: costModel(counts, tasks, storedKilobytes) };
}

/** Stored per order and month: order, view, fences, reservation and notification, rounded up. */
const storedKilobytes = 6;

/** Sets the clock past every deadline and waits for what that starts. */
export async function passDeadlines(engine: Engine): Promise<void> {
  if (engine.kernel.mode === 'real') await engine.kernel.skip(15 * 60_000);
  await engine.quiesce(60_000);
}

/** Where requests are answered: an engine in this process, or one in another. */
export type Shop = Pick<Engine, 'request' | 'token'>;

/** Enters the products as an operator would, and their stock. */
export async function stockUp(engine: Shop, products: readonly BookProduct[]): Promise<void> {
  const token = await engine.token('demo', 'operator');
  for (const { sku, title, price, stock } of products) {
    const path = `/products/${sku}`;
    await expectStatus(engine, [200, 201], { method: 'PUT', path, token, body: { title, price } });
    if (stock > 0) await addStock(engine, token, { sku, delta: stock, key: `stock-${sku}` });
  }
}

export async function addStock(
  engine: Shop,
  token: string,
  { sku, delta, key }: { sku: string; delta: number; key: string },
): Promise<void> {
  await expectStatus(engine, [200], {
    method: 'POST',
    path: `/products/${sku}/stock-adjustments`,
    token,
    headers: { 'idempotency-key': key },
    body: { delta, reason: 'delivery' },
  });
}

async function placeAndRead(engine: Engine, orders: readonly BookOrder[]): Promise<void> {
  for (const order of orders) {
    const token = await engine.token(order.customer, 'orders');
    const path = await place(engine, token, order);
    for (let reads = 0; reads < 2; reads++) await expectStatus(engine, [200], { path, token });
  }
}

async function place(engine: Engine, token: string, order: BookOrder): Promise<string> {
  const { key, lines, payment, shipping } = order;
  const answer = await expectStatus(engine, [202], {
    method: 'POST',
    path: '/orders',
    token,
    headers: { 'idempotency-key': key },
    body: { lines, payment, shipping },
  });
  return answer.headers.location as string;
}

async function untilConfirmed(engine: Engine, token: string, path: string): Promise<void> {
  for (let etag = '"1"', status = ''; status !== 'CONFIRMED'; ) {
    const answer = await engine.request({
      path,
      token,
      headers: { 'if-none-match': etag, prefer: 'wait=5' },
    });
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
    status = (answer.json as { status: string }).status;
    etag = answer.headers.etag as string;
    if (status === 'REJECTED') throw new Error(`${path} was rejected: ${answer.text}`);
  }
}

async function expectStatus(
  engine: Shop,
  expected: readonly number[],
  request: Parameters<Engine['request']>[0],
) {
  const answer = await engine.request(request);
  if (expected.includes(answer.status)) return answer;
  throw new Error(
    `${request.method ?? 'GET'} ${request.path} answered ${answer.status}: ${answer.text}`,
  );
}
