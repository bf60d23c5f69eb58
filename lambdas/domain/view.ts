/**
 * The row of an order in the read model. A row is replaced by a newer version only, and what it adds
 * to the sales counters is the difference to the row it replaces: order and repetition do not matter.
 */
import type { Order, OrderStatus } from './order.ts';
import { type Sale, type SalesChange, saleOf, salesChanges } from './sales.ts';
import type { Instant, OrderId } from './values.ts';

export type LiveRow = {
  readonly id: OrderId;
  readonly version: number;
  /** Whose list it belongs to. */
  readonly customer: string;
  readonly status: OrderStatus;
  readonly placedAt: Instant;
  /** The public representation, as JSON. */
  readonly order: string;
  readonly sale?: Sale;
};

/** What is left of a deleted order: enough to keep late events from resurrecting it. */
export type Tombstone = {
  readonly id: OrderId;
  readonly version: number;
  readonly deleted: true;
};

export type ViewRow = LiveRow | Tombstone;

/** What a decision needs to know of the row that is there. */
export type HeldRow = { readonly version: number; readonly sale?: Sale };

export type ViewDecision =
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'replace'; readonly sales: readonly SalesChange[] };

export function liveRow(order: Order, shown: Pick<LiveRow, 'customer' | 'order'>): LiveRow {
  const { id, version, status, placedAt } = order;
  const sale = saleOf(order);
  return { id, version, status, placedAt, ...shown, ...(sale && { sale }) };
}

export const tombstone = (deleted: Order): Tombstone => ({
  id: deleted.id,
  version: deleted.version + 1,
  deleted: true,
});

export function heldRow(order: Order): HeldRow {
  const sale = saleOf(order);
  return { version: order.version, ...(sale && { sale }) };
}

export function decideView(held: HeldRow | undefined, row: ViewRow): ViewDecision {
  if (held && held.version >= row.version) return { outcome: 'stale' };
  const sale = 'sale' in row ? row.sale : undefined;
  return { outcome: 'replace', sales: salesChanges(held?.sale, sale) };
}
