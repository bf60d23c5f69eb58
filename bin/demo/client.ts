/**
 * The clients of a run, in a thread of their own as they would be on a machine of their own. A tenth of
 * the requests goes out twice at once, a tenth again when all are through; whatever comes back for one
 * key must be the same answer. Where nobody answers they try again, as clients of a restarted server do.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import type { BookOrder } from './order-book.ts';

export interface LoadOptions {
  readonly origin: string;
  readonly clients: number;
  readonly orders: readonly BookOrder[];
  /** Access token by customer. */
  readonly tokens: Readonly<Record<string, string>>;
  /** How often a request is sent before its last answer counts, or its connection's error is thrown. */
  readonly mostTries: number;
}

export interface Placement {
  readonly key: string;
  readonly customer: string;
  readonly status: number;
  /** The order's id, when it was accepted. */
  readonly id: string | undefined;
  /** From the first byte sent to the last received, in ms. */
  readonly latencyMs: number;
  readonly requests: number;
  /** What was wrong with a repeated request's answer. */
  readonly problems: readonly string[];
}

export interface LoadResult {
  readonly placements: readonly Placement[];
  /** After an answer 429 or 503, or without any, a client tries again with the same key. */
  readonly triedAgain: number;
}

type Answer = { status: number; body: string; isReplay: boolean };
type Message = { placed: number } | { result: LoadResult };
/** From outside: what is not begun is left. */
const enough = 'enough';

/** Runs the load in a worker thread; `onPlaced` hears how many orders are through. */
export function runLoad(options: LoadOptions, onPlaced: (count: number) => void) {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const result = new Promise<LoadResult>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the clients ended before their work was done')));
    worker.on('message', (message: Message) =>
      'placed' in message ? onPlaced(message.placed) : resolve(message.result),
    );
  });
  return {
    result,
    /** No further orders; those begun, and the repeats, still go through. */
    finish: () => worker.postMessage(enough),
    stop: () => worker.terminate(),
  };
}

const isSentTwiceAtOnce = (index: number): boolean => index % 10 === 3;
const isSentAgainLater = (index: number): boolean => index % 10 === 7;
const longestPauseMs = 1000;

async function load(options: LoadOptions): Promise<LoadResult> {
  const { origin, clients, orders, tokens, mostTries } = options;
  const pool = new Pool(origin, { connections: clients + 2 });
  let triedAgain = 0;
  const post = async ({ customer, key, lines, payment, shipping }: BookOrder) => {
    const { statusCode, headers, body } = await pool.request({
      path: '/orders',
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokens[customer]}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ lines, payment, shipping }),
    });
    const isReplay = headers['idempotency-replayed'] === 'true';
    return { status: statusCode, body: await body.text(), isReplay };
  };
  const send = async (order: BookOrder): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      const answer = await post(order).catch((error: Error) => error);
      const isAnswer = !(answer instanceof Error);
      if (isAnswer && answer.status !== 429 && answer.status !== 503) return answer;
      if (tries === mostTries) {
        if (isAnswer) return answer;
        throw answer;
      }
      triedAgain++;
      const pauseMs = Math.min(50 * tries, longestPauseMs);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };

  const first = new Map<string, Answer>();
  const placements: Placement[] = [];
  let next = 0;
  parentPort?.on('message', (message) => {
    if (message === enough) next = orders.length;
  });
  const client = async () => {
    for (let index = next++; index < orders.length; index = next++) {
      const order = orders[index] as BookOrder;
      const startedAt = performance.now();
      const copies = isSentTwiceAtOnce(index) ? 2 : 1;
      const answers = await Promise.all(Array.from({ length: copies }, () => send(order)));
      const [answer] = answers as [Answer, ...Answer[]];
      first.set(order.key, answer);
      placements.push({
        key: order.key,
        customer: order.customer,
        status: answer.status,
        id: answer.status === 202 ? (JSON.parse(answer.body) as { id: string }).id : undefined,
        latencyMs: performance.now() - startedAt,
        requests: copies,
        problems: answers.flatMap((each) => difference(answer, each)),
      });
      parentPort?.postMessage({ placed: placements.length } satisfies Message);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));

  const later: Placement[] = [];
  for (const [index, order] of orders.entries()) {
    const before = first.get(order.key);
    if (!before || !isSentAgainLater(index)) continue;
    const again = await send(order);
    const problems = difference(before, again);
    if (!again.isReplay) problems.push('a later repeat was not marked as replayed');
    const { key, customer } = order;
    const { status } = again;
    later.push({ key, customer, status, id: undefined, latencyMs: 0, requests: 1, problems });
  }
  await pool.close();
  return { placements: [...placements, ...later], triedAgain };
}

function difference(first: Answer, other: Answer): string[] {
  if (first.status !== other.status) return [`answered ${first.status}, then ${other.status}`];
  return first.body === other.body ? [] : ['answered with another body'];
}

if (!isMainThread) {
  const result = await load(workerData as LoadOptions);
  parentPort?.postMessage({ result } satisfies Message);
  parentPort?.close();
}
