/** Orders as steps of a saga find them: pending and in time, so that only fences keep late ones out. */
import type { Attributes } from '../../../lambdas/adapters/dynamo.ts';
import { orderItem } from '../../../lambdas/adapters/order-item.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import type { Instant } from '../../../lambdas/domain/values.ts';
import type { FakeTables } from '../../support/fakes/dynamo-tables.ts';
import { placedOrder, sampleOrderId } from '../../support/sample-orders.ts';

export const pendingOrder = (name?: string): Order => ({
  ...placedOrder(sampleOrderId(name)),
  deadline: '2099-01-01T00:00:00.000Z' as Instant,
});

export const putOrder = (tables: FakeTables, order: Order): void =>
  tables.put('orders', definedOf(orderItem(order)));

const definedOf = (item: Attributes): Attributes =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
