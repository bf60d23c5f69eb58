/** One run of the demo: start, place, wait, measure, check. */
import { createEngine, type Engine } from '../../local/engine.ts';
import { diff } from '../../local/gateway/meter.ts';
import { listen } from '../../local/http-api/server.ts';
import { EngineDied } from '../command/explain.ts';
import { createProgress } from '../command/progress.ts';
import { synthesize } from '../command/synthesize.ts';
import { type Facts, gatherFacts, outcomesOf, runChecks } from './checks.ts';
import { type LoadResult, type Placement, runLoad } from './client.ts';
import { countsPerOrder } from './counts.ts';
import { cpuTime } from './cpu.ts';
import { secondsPerThousand, watchMemory } from './long-run.ts';
import {
  addStock,
  countPlainOrders,
  latencies,
  measureSingleOrders,
  passDeadlines,
  round,
  stockUp,
} from './measurements.ts';
import type { Options } from './options.ts';
import {
  type BookProduct,
  generateOrderBook,
  type OrderBook,
  plainOrder,
  readOrderBook,
} from './order-book.ts';
import type { Report } from './report.ts';

/** Time, of the engine, that a book may take to come to rest after its last order was placed. */
const restLimitMs = 10 * 60_000;
const defaultGenerated = 1000;
const mostTries = 20;

/** Rejects when it is interrupted, or when something ends that it cannot do without. */
export async function runDemo(options: Options, signal: AbortSignal): Promise<Report> {
  const book = readBook(options);
  const assembly = await synthesize(signal);
  const cutShort = Promise.withResolvers<never>();
  // It may come while nobody waits for it yet.
  cutShort.promise.catch(() => {});
  signal.addEventListener('abort', () => cutShort.reject(signal.reason), { once: true });
  const loadedAt = performance.now();
  const engine = await createEngine({
    assembly,
    kernel: 'real',
    onDeath: (message) => cutShort.reject(new EngineDied(message)),
    watchdog: true,
  });
  try {
    signal.throwIfAborted();
    const engineReadyMs = Math.round(performance.now() - loadedAt);
    await engine.request({ path: '/' });
    const startMs = Math.round(performance.now());
    const running = runBook(engine, book, options, signal);
    return { ...(await Promise.race([running, cutShort.promise])), startMs, engineReadyMs };
  } finally {
    await engine.stop();
  }
}

const readBook = ({ input, orders }: Options): OrderBook =>
  input === undefined
    ? generateOrderBook(orders ?? defaultGenerated)
    : readOrderBook(input, orders);

type Measured = Omit<Report, 'startMs' | 'engineReadyMs'>;

async function runBook(
  engine: Engine,
  book: OrderBook,
  { input, clients }: Options,
  signal: AbortSignal,
): Promise<Measured> {
  await stockUp(engine, book.products);
  await engine.quiesce(restLimitMs);
  const usedBefore = engine.usage();
  const cpuBefore = cpuTime();
  const memory = watchMemory();
  const startedAt = performance.now();
  const { placements, triedAgain } = await placeAll(engine, book, clients, signal);
  await engine.quiesce(restLimitMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const memoryMb = memory.stop();
  const cpu = cpuTime();
  const used = diff(usedBefore, engine.usage());
  await passDeadlines(engine);
  const facts = await gatherFacts(engine, { placements, products: book.products });
  const checks = runChecks(facts);

  const orders = book.orders.length;
  const counts = countsPerOrder(used, orders);
  const databaseCpu = (cpu.databaseMs ?? Number.NaN) - (cpuBefore.databaseMs ?? Number.NaN);
  await supplyPlainOrders(engine);
  const [, ...singles] = await measureSingleOrders(engine);
  await engine.quiesce(restLimitMs);
  return {
    book: book.name,
    clients,
    orders,
    requests: placements.reduce((sum, { requests }) => sum + requests, 0),
    triedAgain,
    outcomes: outcomesOf(facts),
    seconds: round(seconds, 2),
    ordersPerSecond: round(orders / seconds),
    post: latencies(firstOnes(placements).map(({ latencyMs }) => latencyMs)),
    decided: latencies(decisionTimes(facts)),
    single: latencies(singles),
    thousands: secondsPerThousand(
      facts.orders.map(({ outbox: [, decided] }) => decided?.time ?? 0),
    ),
    memoryMb,
    perOrder: {
      sdkCalls: round(counts.sdkCalls),
      engineCpuMs: round((cpu.engineMs - cpuBefore.engineMs) / orders),
      databaseCpuMs: Number.isNaN(databaseCpu) ? undefined : round(databaseCpu / orders),
      writeUnits: round(counts.writeUnits),
      sqsRequests: round(counts.sqsRequests),
      statesEntered: round(counts.statesEntered),
      invocations: round(counts.invocations),
    },
    plain: input === undefined ? await countPlainOrders(engine) : undefined,
    checks,
  };
}

async function placeAll(
  engine: Engine,
  book: OrderBook,
  clients: number,
  signal: AbortSignal,
): Promise<LoadResult> {
  const tokens: Record<string, string> = {};
  for (const { customer } of book.orders)
    tokens[customer] ??= await engine.token(customer, 'orders');
  const server = await listen(engine.handle, 0, (error) => console.error(error));
  const progress = createProgress('placing', book.orders.length);
  const origin = `http://127.0.0.1:${server.port}`;
  const load = runLoad(
    { origin, clients, orders: book.orders, tokens, mostTries },
    progress.update,
  );
  const onAbort = () => void load.stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await load.result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    progress.finish();
    await server.close();
  }
}

/** Products and stock for the orders that are measured one by one. */
async function supplyPlainOrders(engine: Engine): Promise<void> {
  const orders = Array.from({ length: 60 }, (_, n) => plainOrder(n));
  const skus = new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  const products: BookProduct[] = [...skus].map((sku) => ({
    sku,
    title: `Product ${sku}`,
    price: { amount: 1250, currency: 'USD' },
    stock: 0,
  }));
  await stockUp(engine, products);
  const token = await engine.token('demo', 'operator');
  for (const sku of skus) await addStock(engine, token, { sku, delta: 1000, key: `more-${sku}` });
  await engine.quiesce(restLimitMs);
}

const firstOnes = (placements: readonly Placement[]): Placement[] =>
  placements.filter(({ id, latencyMs }) => id !== undefined && latencyMs > 0);

const decisionTimes = ({ orders }: Facts): number[] =>
  orders.map(({ outbox: [placed, decided] }) => (decided?.time ?? 0) - (placed?.time ?? 0));
