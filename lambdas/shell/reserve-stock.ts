/** Forward step: all lines of a pending order are held together, or none. */
import { PermanentFault } from '../contract/faults.ts';
import { mayProceed } from '../domain/order.ts';
import { type ReservedLine, reserve } from '../domain/stock.ts';
import type { OrderId } from '../domain/values.ts';
import { decideReservation } from './decide-reservation.ts';
import type { Clock, OrderStore } from './ports.ts';
import type { Shortage, StockStore } from './stock-store.ts';

export type ReserveStockPorts = {
  readonly orders: OrderStore;
  readonly stock: StockStore;
  readonly clock: Clock;
};

export type ReserveStockOutcome =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'refused';
      readonly reason: 'ORDER_NOT_PENDING' | 'DEADLINE_EXCEEDED' | 'RELEASED';
    }
  | {
      readonly outcome: 'refused';
      readonly reason: 'OUT_OF_STOCK';
      readonly shortages: readonly Shortage[];
    };

export async function reserveStock(
  { orders, stock, clock }: ReserveStockPorts,
  orderId: OrderId,
): Promise<ReserveStockOutcome> {
  const order = await orders.find(orderId);
  if (!order) throw new PermanentFault(`no order ${orderId}`);
  const admission = mayProceed(order, clock());
  if (admission !== 'yes') return { outcome: 'refused', reason: admission };
  const lines = order.lines.map(({ sku, quantity }): ReservedLine => ({ sku, quantity }));
  // That nothing is reserved yet is assumed, not read: where it is wrong, the write says what is.
  const result = await decideReservation(stock, orderId, undefined, (found) =>
    reserve(found, lines),
  );
  if (result.outcome !== 'short') return result;
  return { outcome: 'refused', reason: 'OUT_OF_STOCK', shortages: result.shortages };
}
