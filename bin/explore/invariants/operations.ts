/** What a client has asked for and what it was told, read out of one operation of the history. */
import { Buffer } from 'node:buffer';
import type { Operation, World } from '../world.ts';

type Json = Readonly<Record<string, unknown>>;

export function headerOf({ request }: Operation, name: string): string | undefined {
  const entries = Object.entries(request.headers ?? {});
  return entries.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** The idempotency key, however it was written. */
export const keyOf = (operation: Operation): string | undefined =>
  headerOf(operation, 'idempotency-key')
    ?.trim()
    .replace(/^"(.+)"$/, '$1');

/** Undefined for what is no JSON object. */
export function bodyOf({ request: { body } }: Operation): Json | undefined {
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  const value = isText ? parse(Buffer.from(body).toString()) : body;
  return isObject(value) ? value : undefined;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isPlacing = ({ request: { method, path } }: Operation): boolean =>
  method === 'POST' && path === '/orders';

/** The product whose stock an operator adjusts. */
export const adjustedSku = ({ request: { method, path } }: Operation): string | undefined =>
  method === 'POST' ? /^\/products\/([^/]+)\/stock-adjustments$/.exec(path)?.[1] : undefined;

/** Rows of adjustments do not tell their keys: everything that asked for one like this, by its key. */
export function keysAdjusting(world: World, { sku, delta, reason }: Json): ReadonlySet<string> {
  const alike = world.operations.filter((operation) => {
    const wish = bodyOf(operation);
    return adjustedSku(operation) === sku && wish?.delta === delta && wish?.reason === reason;
  });
  return new Set(alike.map((operation) => `${operation.client} ${keyOf(operation)}`));
}

/** The order that a client cancels. */
export const cancelledId = ({ request: { method, path } }: Operation): string | undefined =>
  method === 'POST' ? /^\/orders\/([^/]+)\/cancellation$/.exec(path)?.[1] : undefined;

/** The order that a client reads. */
export const readId = ({ request: { method = 'GET', path } }: Operation): string | undefined =>
  method === 'GET' ? /^\/orders\/([^/?]+)$/.exec(path)?.[1] : undefined;

const isListing = ({ request: { method = 'GET', path } }: Operation): boolean =>
  method === 'GET' && /^\/orders(\?|$)/.test(path);

/** The version that a tag such as `"3"` stands for. */
export const versionOf = (tag: string | undefined): number | undefined =>
  tag === undefined ? undefined : Number(/^"(\d+)"$/.exec(tag)?.[1] ?? Number.NaN);

/** An order as an answer shows it. */
export interface ShownOrder {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly _links?: { readonly cancel?: unknown };
}

/** Every order in the answer to a reading: of one, or of a list. */
export function shownOrders(operation: Operation): readonly ShownOrder[] {
  if (operation.status !== 200) return [];
  if (readId(operation) !== undefined) return [operation.json as ShownOrder];
  return isListing(operation) ? (operation.json as { orders: ShownOrder[] }).orders : [];
}

/** The kind of problem that an answer tells, as `stale-version`. */
export const problemOf = ({ json }: Operation): string | undefined =>
  isObject(json) && typeof json.type === 'string' ? json.type.split('/').at(-1) : undefined;

/** Answered for good: neither unknown, nor throttled, nor told to ask again. */
export const isSettled = (operation: Operation): boolean =>
  (operation.outcome === 'ok' || operation.outcome === 'fail') &&
  operation.status !== 429 &&
  problemOf(operation) !== 'request-in-progress';

/** What is to be done, apart from the key: equal for equal requests. */
export const wishOf = (operation: Operation): string =>
  `${operation.request.path} ${JSON.stringify(bodyOf(operation) ?? null)}`;

/** Everything that clients have asked for under a key. */
export const keyedOperations = (world: World): readonly Operation[] =>
  world.operations.filter(
    (operation) =>
      keyOf(operation) !== undefined &&
      (isPlacing(operation) || adjustedSku(operation) !== undefined),
  );
