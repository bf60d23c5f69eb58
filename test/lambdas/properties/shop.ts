/** Orders in every state that a message may find them in, with what is behind them. */
import { dynamoOrderStore } from '../../../lambdas/adapters/dynamo-order-store.ts';
import { dynamoPaymentStore } from '../../../lambdas/adapters/dynamo-payment-store.ts';
import { createPaymentGateway } from '../../../lambdas/adapters/payment-gateway.ts';
import { createPaymentSandbox } from '../../../lambdas/adapters/sandbox/payment-sandbox.ts';
import { createSandboxTable } from '../../../lambdas/adapters/sandbox/sandbox-table.ts';
import type { Order } from '../../../lambdas/domain/order.ts';
import { recoveryWaitsMs } from '../../../lambdas/domain/recovery.ts';
import { epochMs, type Instant, instant, type OrderId } from '../../../lambdas/domain/values.ts';
import { authorizePayment } from '../../../lambdas/shell/authorize-payment.ts';
import { firstExecution, followingExecution } from '../../../lambdas/shell/executions.ts';
import { confirmedOrder, rejectedOrder } from '../../support/sample-orders.ts';
import { Cloud } from './cloud.ts';
import { pendingOrder, putOrder } from './stored-orders.ts';

export const now = '2026-03-24T12:00:00.000Z' as Instant;
const daysAgo = (days: number): Instant => instant(epochMs(now) - days * 86_400_000);
const minute = 60_000;

/** The last is nowhere: a message may tell of an order that is not there. */
export const orders = {
  fresh: pendingOrder('fresh'),
  running: pendingOrder('running'),
  broken: pendingOrder('broken'),
  brokenJustNow: pendingOrder('broken just now'),
  givenUp: pendingOrder('given up'),
  confirmed: confirmedOrder(pendingOrder('confirmed')),
  expired: confirmedOrder(pendingOrder('expired')),
  rejected: rejectedOrder(pendingOrder('rejected')),
  missing: pendingOrder('missing'),
} as const satisfies Record<string, Order>;

export async function openShop(): Promise<Cloud> {
  const cloud = new Cloud();
  await holdMoney(cloud, pendingOrder('confirmed'), daysAgo(1));
  await holdMoney(cloud, pendingOrder('expired'), daysAgo(8));
  const { missing: _, ...stored } = orders;
  for (const order of Object.values(stored)) putOrder(cloud.tables, order);
  const { id } = orders.running;
  cloud.executions.set(id, { input: inputOf(id), status: 'RUNNING' });
  breakExecutions(cloud, orders.broken.id, 1);
  breakExecutions(cloud, orders.brokenJustNow.id, 2);
  breakExecutions(cloud, orders.givenUp.id, recoveryWaitsMs.length + 1);
  return cloud;
}

const inputOf = (orderId: OrderId): string => JSON.stringify({ orderId });

/** As many as that, each following the one before; the last one seconds ago. */
function breakExecutions(cloud: Cloud, orderId: OrderId, count: number): void {
  let name = firstExecution(orderId);
  for (let left = count; left > 0; left--) {
    const stopDate = new Date(epochMs(now) - 1_000 - (left - 1) * 30 * minute);
    cloud.executions.set(name, { input: inputOf(orderId), status: 'FAILED', stopDate });
    name = followingExecution(orderId, name);
  }
}

async function holdMoney({ tables }: Cloud, order: Order, at: Instant): Promise<void> {
  putOrder(tables, order);
  const clock = () => at;
  const table = createSandboxTable(tables.client, 'sandbox');
  await authorizePayment(
    {
      orders: dynamoOrderStore(tables.client, 'orders'),
      payments: dynamoPaymentStore(tables.client, 'payments'),
      gateway: createPaymentGateway(createPaymentSandbox({ table, clock })),
      clock,
    },
    { orderId: order.id },
  );
}
