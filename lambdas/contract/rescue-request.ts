/**
 * What the rescue queue carries: an operator's `{"since":"2026-11-20T00:00:00Z"}`, or the page after
 * one that is done, as the rescue sends it to itself. Unknown fields are ignored.
 */
import * as z from 'zod/mini';
import { epochMs, type Instant, instant } from '../domain/values.ts';
import { PermanentFault } from './faults.ts';
import { timeouts } from './timeouts.ts';

export type RescuePage = {
  /** Orders whose last event is older are left alone. */
  readonly since: Instant;
  /** Names the whole scan: the id of the operator's message. */
  readonly run: string;
  /** From 1 on. */
  readonly page: number;
  /** Tells a page's message from its twins. */
  readonly token: string;
  /** Id of the last item of the page before; absent at the first page. */
  readonly after?: string | undefined;
  readonly total: RescueCounts;
};

/** What the pages before have come to. */
export type RescueCounts = {
  readonly read: number;
  readonly fed: number;
  readonly parked: number;
};

/** Where a message comes from, and when it is read. */
export type RescueDelivery = { readonly messageId: string; readonly now: Instant };

const form = 'must be a moment with its offset, as 2026-11-20T00:00:00Z';
const moment = z.iso.datetime({ offset: true, error: form });
const count = z.int().check(z.gte(0));
const name = z.string().check(z.minLength(1));
const request = z.object({ since: moment });
const continuation = z.object({
  since: moment,
  run: name,
  page: z.int().check(z.gte(2)),
  token: name,
  after: name,
  total: z.object({ read: count, fed: count, parked: count }),
});

export function parseRescueRequest(body: string, { messageId, now }: RescueDelivery): RescuePage {
  const value = parseJson(body);
  const isContinuation = typeof value === 'object' && value !== null && 'run' in value;
  const page: Omit<RescuePage, 'since'> & { since: string } = isContinuation
    ? parse(continuation, value)
    : { ...parse(request, value), ...firstPage(messageId) };
  const since = instant(Date.parse(page.since));
  if (epochMs(since) > epochMs(now) + timeouts.clockSkewMs)
    throw new PermanentFault(`${what}: since: must not be in the future; it is ${now}`);
  return { ...page, since };
}

const firstPage = (messageId: string) => ({
  run: messageId,
  page: 1,
  token: messageId,
  total: { read: 0, fed: 0, parked: 0 },
});

const what = 'not a rescue request';

function parse<T>(shape: z.ZodMiniType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`${what}: ${issue?.path.join('.')}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PermanentFault('a rescue request must be JSON', { cause });
  }
}
