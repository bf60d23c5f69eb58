/** One order from placing to its end, to show that everything is at work. */
import type { Engine } from '../../local/engine.ts';

interface OrderAnswer {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly timeline: readonly { readonly at: string; readonly type: string }[];
}

/** Waits of the API itself (`Prefer: wait`); this many, and the order is shown as it then is. */
const longestWaits = 4;

export const sampleBody = {
  lines: [
    { sku: 'coffee', quantity: 2 },
    { sku: 'mug', quantity: 1 },
  ],
  payment: { method: 'pm_card_visa' },
  shipping: {
    name: 'Alice Doe',
    line1: '1 Main Street',
    city: 'Springfield',
    postalCode: '01101',
    country: 'US',
  },
};

/** The lines to print: what happened, and how long after the order was placed. */
export async function showSampleOrder(engine: Engine): Promise<string[]> {
  const token = await engine.token('alice', 'orders');
  const startMs = engine.kernel.now();
  const placed = await engine.request({
    method: 'POST',
    path: '/orders',
    token,
    headers: { 'idempotency-key': `sample-${startMs}` },
    body: sampleBody,
  });
  if (placed.status !== 202)
    throw new Error(`POST /orders answered ${placed.status}: ${placed.text}`);
  const accepted = `202 after ${engine.kernel.now() - startMs} ms`;
  const order = await followOrder(engine, token, placed.headers.location ?? '');
  const placedMs = Date.parse(order.timeline[0]?.at ?? '');
  const steps = order.timeline.map(({ at, type }) => `${type} +${Date.parse(at) - placedMs} ms`);
  return [
    `POST /orders         ${accepted}`,
    `GET /orders/${order.id.slice(0, 6)}…   ${steps.join('  →  ')}`,
  ];
}

/** Long polls for newer versions until the money is captured, or nothing newer comes. */
async function followOrder(engine: Engine, token: string, path: string): Promise<OrderAnswer> {
  let order = (await engine.request({ path, token })).json as OrderAnswer;
  for (let waits = 0; waits < longestWaits && !isSettled(order); waits++) {
    const headers = { 'if-none-match': `"${order.version}"`, prefer: 'wait=2' };
    const answer = await engine.request({ path, token, headers });
    if (answer.status === 200) order = answer.json as OrderAnswer;
    else if (answer.status !== 304)
      throw new Error(`GET ${path} answered ${answer.status}: ${answer.text}`);
  }
  return order;
}

const isSettled = ({ status, timeline }: OrderAnswer): boolean =>
  status === 'REJECTED' ||
  status === 'CANCELLED' ||
  timeline.some(({ type }) => type.startsWith('Payment'));
