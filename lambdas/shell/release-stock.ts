/** Compensation of reserve-stock: the order holds nothing afterwards, and never will again. */
import assert from 'node:assert/strict';
import { release } from '../domain/stock.ts';
import type { OrderId } from '../domain/values.ts';
import { decideReservation } from './decide-reservation.ts';
import type { StockStore } from './stock-store.ts';

export async function releaseStock(
  { stock }: { readonly stock: StockStore },
  orderId: OrderId,
): Promise<{ outcome: 'done' }> {
  const found = await stock.findReservation(orderId);
  const result = await decideReservation(stock, orderId, found, release);
  assert(result.outcome === 'done', 'giving back is never short of anything');
  return result;
}
