/** Rows of a fence in memory, under the real stores' condition: replaced only from the version read. */
import type { Payment } from '../../../lambdas/domain/payment.ts';
import type { ShipmentRow } from '../../../lambdas/domain/shipment.ts';
import type { OrderId } from '../../../lambdas/domain/values.ts';
import type { PaymentStore } from '../../../lambdas/shell/payment-ports.ts';
import type { ShipmentStore } from '../../../lambdas/shell/shipment-ports.ts';

type Fence<Row> = {
  find(orderId: OrderId): Promise<Row | undefined>;
  save(expected: Row | undefined, next: Row): Promise<Row>;
};

function createFakeFence<Row extends { orderId: OrderId; version: number }>(): Fence<Row> {
  const rows = new Map<OrderId, Row>();
  return {
    find: async (orderId) => rows.get(orderId),
    async save(expected, next) {
      const stored = rows.get(next.orderId);
      if (stored && stored.version !== expected?.version) return stored;
      rows.set(next.orderId, next);
      return next;
    },
  };
}

export const createFakePaymentStore = (): PaymentStore => createFakeFence<Payment>();
export const createFakeShipmentStore = (): ShipmentStore => createFakeFence<ShipmentRow>();
