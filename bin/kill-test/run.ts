/** One kill test: lives and deaths of an engine under load, and the checks of what they left. */
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../local/engine.ts';
import { freePort } from '../../local/free-port.ts';
import { seededRandom } from '../../local/kernel/random.ts';
import { createProgress } from '../command/progress.ts';
import { type CheckResult, gatherFacts, runChecks } from '../demo/checks.ts';
import { type LoadResult, runLoad } from '../demo/client.ts';
import {
  type Latencies,
  latencies,
  passDeadlines,
  round,
  type Shop,
  stockUp,
} from '../demo/measurements.ts';
import { generateOrderBook, type OrderBook } from '../demo/order-book.ts';
import { httpShop } from './http-shop.ts';
import { Lives } from './lives.ts';
import type { Options } from './options.ts';
import type { Setup } from './own-folder.ts';
import { Victim } from './victim.ts';

export interface KillReport {
  readonly kills: number;
  readonly seed: number;
  readonly clients: number;
  readonly orders: number;
  /** Requests without an answer, or with 429 or 503, that a client sent again. */
  readonly triedAgain: number;
  readonly seconds: number;
  /** From the start of the process to its first answer, template there. */
  readonly ready: Latencies;
  /** From the end of the load to the moment in which nothing was in flight. */
  readonly restSeconds: number;
  readonly checks: readonly CheckResult[];
}

/** More than clients can place in one life. */
const ordersPerLife = 400;
/** After so many deaths the next life ends while it starts. */
const stillbornEvery = 5;
const longestStartMs = 600;
const longestLifeMs = 3000;
const restLimitMs = 15 * 60_000;

const startFile = fileURLToPath(new URL('../local.ts', import.meta.url));

/** Rejects when an engine ends by itself, or when it is interrupted; no process is left then. */
export async function runKillTest(
  options: Options,
  setup: Setup,
  signal: AbortSignal,
): Promise<KillReport> {
  const { assembly, dataDir } = setup;
  const port = await freePort();
  const where = ['--assembly', assembly, '--data', dataDir, '--port', `${port}`, '--empty'];
  const spawn = () => new Victim({ command: [startFile, ...where], port });
  const lives = new Lives({ port, spawn, signal });
  return lives.during(() => run(options, setup, lives));
}

async function run(
  { kills, clients, seed }: Options,
  setup: Setup,
  lives: Lives,
): Promise<KillReport> {
  const startedAt = performance.now();
  const book = generateOrderBook(kills * ordersPerLife);
  await lives.begin();
  const shop = httpShop(lives.origin);
  await stockUp(shop, book.products);
  const tokens = await tokensOf(shop, book);
  const mostTries = Number.POSITIVE_INFINITY;
  const options = { origin: lives.origin, clients, orders: book.orders, tokens, mostTries };
  const load = runLoad(options, () => {});
  // An engine that fails stops the test, and so do clients that fail.
  await Promise.race([dieOften(lives, kills, seed), load.result.then(tooFewOrders)]);
  load.finish();
  const loaded = await load.result;
  const loadedAt = performance.now();
  await lives.rest();
  const restSeconds = round((performance.now() - loadedAt) / 1000);
  await lives.endWell();
  const placed = loaded.placements.filter(({ id, latencyMs }) => id !== undefined && latencyMs > 0);
  return {
    ...{ kills, seed, clients, restSeconds },
    orders: placed.length,
    triedAgain: loaded.triedAgain,
    seconds: round((performance.now() - startedAt) / 1000),
    ready: latencies(lives.readyMs),
    checks: [...(await checkAll(setup, loaded, book)), noOrphans(lives.orphans)],
  };
}

async function tokensOf(shop: Shop, { orders }: OrderBook): Promise<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const { customer } of orders) tokens[customer] ??= await shop.token(customer, 'orders');
  return tokens;
}

function tooFewOrders(): never {
  throw new Error('all orders were placed before the last kill: the load was too light');
}

/** Alive before and after. */
async function dieOften(lives: Lives, kills: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const progress = createProgress('killing', kills);
  let killed = 0;
  const kill = async (longestMs: number) => {
    await lives.killAfter(random() * longestMs);
    progress.update(++killed);
  };
  while (killed < kills) {
    await kill(longestLifeMs);
    if (killed % stillbornEvery === 0 && killed < kills) {
      lives.spawn();
      await kill(longestStartMs);
    }
    await lives.begin();
  }
  progress.finish();
}

/** In this process, on what is in the folder: the checks read tables, queues and executions. */
async function checkAll(
  { assembly, dataDir }: Setup,
  { placements }: LoadResult,
  { products }: OrderBook,
): Promise<CheckResult[]> {
  const engine = await createEngine({ assembly, dataDir, kernel: 'real' });
  try {
    await engine.quiesce(restLimitMs);
    await passDeadlines(engine);
    return runChecks(await gatherFacts(engine, { placements, products }));
  } finally {
    await engine.stop();
  }
}

export const noOrphans = (pids: readonly number[]): CheckResult => ({
  name: 'no process outlives a killed engine',
  problems: pids.map((pid) => `process ${pid} was still there`),
});
