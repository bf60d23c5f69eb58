/**
 * The clients of a run, in a thread of their own as they would be on a machine of their own. A tenth of
 * the requests goes out twice at once, a tenth again when all are through; whatever comes back for one
 * key must be the same answer.
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
  /** Of the answers 429 and 503, after which a client tries again with the same key. */
  readonly triedAgain: number;
}

type Answer = { status: number; body: string; isReplay: boolean };
type Message = { placed: number } | { result: LoadResult };

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
  return { result, stop: () => worker.terminate() };
}

const isSentTwiceAtOnce = (index: number): boolean => index % 10 === 3;
const isSentAgainLater = (index: number): boolean => index % 10 === 7;
const mostTries = 20;

async function load({ origin, clients, orders, tokens }: LoadOptions): Promise<LoadResult> {
  const pool = new Pool(origin, { connections: clients + 2 });
  let triedAgain = 0;
  const send = async (order: BookOrder): Promise<Answer> => {
    for (let tries = 1; ; tries++) {
      const { statusCode, headers, body } = await pool.request({
        path: '/orders',
        method: 'POST',
        headers: {
          authorization: `Bearer ${tokens[order.customer]}`,
          'content-type': 'application/json',
          'idempotency-key': order.key,
        },
        body: JSON.stringify({
          lines: order.lines,
          payment: order.payment,
          shipping: order.shipping,
        }),
      });
      const text = await body.text();
      const isBusy = statusCode === 429 || statusCode === 503;
      if (!isBusy || tries === mostTries)
        return {
          status: statusCode,
          body: text,
          isReplay: headers['idempotency-replayed'] === 'true',
        };
      triedAgain++;
      await new Promise((resolve) => setTimeout(resolve, 50 * tries));
    }
  };

  const first = new Map<string, Answer>();
  const placements: Placement[] = [];
  let next = 0;
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
    if (!isSentAgainLater(index)) continue;
    const again = await send(order);
    const before = first.get(order.key) as Answer;
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
}
