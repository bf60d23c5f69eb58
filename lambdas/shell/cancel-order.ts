/** A customer's cancellation: from exactly the version it was based on, once, and only of own orders. */
import { cancel } from '../domain/order.ts';
import { type Instant, isOrderId, type OrderId, type Principal } from '../domain/values.ts';
import { decideOrder } from './decide-order.ts';
import type { OrderStore } from './ports.ts';

export type CancelOrder = {
  /** As it stands in the path. */
  readonly id: string;
  readonly principal: Principal;
  /** Undefined for a tag that no version ever had. */
  readonly ifVersion: number | undefined;
  readonly now: Instant;
};

export type CancelOrderOutcome =
  /** `version` is the one that the cancellation made, on a repeat too. */
  | { readonly outcome: 'cancelled'; readonly id: OrderId; readonly version: number }
  | { readonly outcome: 'not found' | 'stale' | 'decided' };

export async function cancelOrder(
  orders: OrderStore,
  { id, principal, ifVersion, now }: CancelOrder,
): Promise<CancelOrderOutcome> {
  if (!isOrderId(id)) return { outcome: 'not found' };
  const found = await orders.find(id);
  const isOwn =
    found?.principal.subject === principal.subject && found.principal.issuer === principal.issuer;
  if (!isOwn) return { outcome: 'not found' };
  if (ifVersion === undefined) return { outcome: 'stale' };
  const decision = await decideOrder(orders, id, (order) => cancel(order, { ifVersion, at: now }));
  if (decision.outcome !== 'refused') return { outcome: 'cancelled', id, version: ifVersion + 1 };
  return { outcome: decision.reason === 'STALE_VERSION' ? 'stale' : 'decided' };
}
