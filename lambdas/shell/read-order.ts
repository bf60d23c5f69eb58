/**
 * One order as its customer sees it, from the moment of the 202, and never a version older than one
 * that the customer is known to have; on request it waits for a newer one.
 */
import {
  type OrderRepresentation,
  placedRepresentation,
} from '../contract/order-representation.ts';
import { epochMs, isOrderId, type OrderId, type Principal } from '../domain/values.ts';
import type { OrderView, WaitBudget } from './order-view.ts';
import type { Clock, OrderStore } from './ports.ts';

/** Looks often at first, when most orders are decided, and then ever less often. */
const firstPollMs = 40;
const longestPollMs = 300;
const pollGrowth = 1.2;

export type ReadOrderPorts = {
  readonly view: OrderView;
  readonly orders: OrderStore;
  readonly budget: WaitBudget;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
};

export type ReadOrder = {
  /** As it stands in the path. */
  readonly id: string;
  readonly principal: Principal;
  /** The version that the customer already has. */
  readonly known: 'any' | number | undefined;
  /** Longest wait for a newer version; 0 answers at once. */
  readonly waitMs: number;
};

export type ReadOrderOutcome =
  | { readonly outcome: 'not found' }
  | {
      readonly outcome: 'found' | 'not modified';
      readonly order: OrderRepresentation;
      /** The order's, or the newer one that the customer has and the view has not. */
      readonly version: number;
      /** Whether the wish to wait was granted. */
      readonly isWaitGranted: boolean;
    };

export async function readOrder(
  ports: ReadOrderPorts,
  { id, principal, known, waitMs }: ReadOrder,
): Promise<ReadOrderOutcome> {
  if (!isOrderId(id)) return { outcome: 'not found' };
  const untilMs = epochMs(ports.clock()) + waitMs;
  const first = await readOnce(ports, id, principal);
  if (!first) return { outcome: 'not found' };
  const seen = typeof known === 'number' ? Math.max(known, 1) : first.version;
  const isWaitGranted = waitMs > 0 && (first.version > seen || (await ports.budget.take()));
  const order = isWaitGranted ? await newerThan(seen, first, { ports, principal, untilMs }) : first;
  const isNotModified = await isKnown(ports, order, known);
  const version = isNotModified && typeof known === 'number' ? known : order.version;
  return { outcome: isNotModified ? 'not modified' : 'found', order, version, isWaitGranted };
}

/** The view; until it has the order, version 1, which a later read can never take back. */
async function readOnce(
  { view, orders }: ReadOrderPorts,
  id: OrderId,
  principal: Principal,
): Promise<OrderRepresentation | undefined> {
  const seen = await view.find(id, principal);
  if (seen === 'of another customer') return undefined;
  if (seen) return seen;
  const order = await orders.find(id);
  return order && isSame(order.principal, principal) ? placedRepresentation(order) : undefined;
}

async function newerThan(
  version: number,
  first: OrderRepresentation,
  { ports, principal, untilMs }: { ports: ReadOrderPorts; principal: Principal; untilMs: number },
): Promise<OrderRepresentation> {
  let order = first;
  let pollMs = firstPollMs;
  while (order.version <= version) {
    const leftMs = untilMs - epochMs(ports.clock());
    if (leftMs <= 0) return order;
    await ports.sleep(Math.min(pollMs, leftMs));
    pollMs = Math.min(pollMs * pollGrowth, longestPollMs);
    const seen = await ports.view.find(order.id, principal);
    if (typeof seen === 'object') order = seen;
  }
  return order;
}

/**
 * The view may be behind what a cancellation answered: the customer keeps the newer version if it
 * exists, and is not believed if it does not.
 */
async function isKnown(
  { orders }: ReadOrderPorts,
  { id, version }: OrderRepresentation,
  known: 'any' | number | undefined,
): Promise<boolean> {
  if (known === 'any' || known === version) return true;
  if (known === undefined || known < version) return false;
  const stored = await orders.find(id);
  return stored !== undefined && stored.version >= known;
}

const isSame = (a: Principal, b: Principal): boolean =>
  a.issuer === b.issuer && a.subject === b.subject;
