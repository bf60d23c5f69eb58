/** One kill test: lives and deaths of an engine under load, and the checks of what they left. */
import { setTimeout as pause } from 'node:timers/promises';
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
import type { Options } from './options.ts';
import { Victim, type VictimOptions } from './victim.ts';

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

export interface Setup {
  readonly assembly: string;
  readonly dataDir: string;
}

/** Rejects when an engine ends by itself, or when it is interrupted; no process is left then. */
export async function runKillTest(
  options: Options,
  setup: Setup,
  signal: AbortSignal,
): Promise<KillReport> {
  const lives = new Lives({ ...setup, port: await freePort() }, options.seed, signal);
  const cutShort = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => cutShort.reject(signal.reason), { once: true });
  try {
    return await Promise.race([run(options, setup, lives), cutShort.promise]);
  } finally {
    lives.end();
  }
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
  await Promise.race([lives.dieOften(kills), load.result.then(tooFewOrders)]);
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

/** One engine after the other on the same folder and port. */
class Lives {
  readonly origin: string;
  readonly readyMs: number[] = [];
  readonly orphans: number[] = [];
  readonly #where: VictimOptions;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  #victim: Victim | undefined;

  constructor(where: VictimOptions, seed: number, signal: AbortSignal) {
    this.origin = `http://127.0.0.1:${where.port}`;
    this.#where = where;
    this.#random = seededRandom(seed);
    this.#signal = signal;
  }

  async begin(): Promise<void> {
    const startedAt = performance.now();
    await this.#spawn().ready();
    this.readyMs.push(performance.now() - startedAt);
  }

  /** Alive before and after. */
  async dieOften(kills: number): Promise<void> {
    const progress = createProgress('killing', kills);
    let killed = 0;
    const kill = async (longestMs: number) => {
      await this.#pause(this.#random() * longestMs);
      this.orphans.push(...((await this.#victim?.kill()) ?? []));
      progress.update(++killed);
    };
    while (killed < kills) {
      await kill(longestLifeMs);
      if (killed % stillbornEvery === 0 && killed < kills) {
        this.#spawn();
        await kill(longestStartMs);
      }
      await this.begin();
    }
    progress.finish();
  }

  /** Until nothing is in flight. */
  async rest(): Promise<void> {
    const latest = performance.now() + restLimitMs;
    for (;;) {
      const answer = await fetch(`${this.origin}/_local/quiesced`);
      const body = await answer.text();
      if (answer.status === 200) return;
      if (performance.now() > latest)
        throw new Error(`not at rest after ${restLimitMs / 1000} s: ${body}`);
      await this.#pause(200);
    }
  }

  async endWell(): Promise<void> {
    await this.#victim?.interrupt();
  }

  /** However far it came. */
  end(): void {
    this.#victim?.destroy();
  }

  #spawn(): Victim {
    this.#victim = new Victim(this.#where);
    return this.#victim;
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.#signal });
  }
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

const noOrphans = (pids: readonly number[]): CheckResult => ({
  name: 'no process outlives a killed engine',
  problems: pids.map((pid) => `process ${pid} was still there`),
});
