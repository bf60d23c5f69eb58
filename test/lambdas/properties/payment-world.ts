/** The payment steps over real adapters and the sandbox provider, on tables in memory. */

import { dynamoOrderStore } from '../../../lambdas/adapters/dynamo-order-store.ts';
import { dynamoParkingLot } from '../../../lambdas/adapters/dynamo-parking-lot.ts';
import { dynamoPaymentStore } from '../../../lambdas/adapters/dynamo-payment-store.ts';
import { createPaymentGateway } from '../../../lambdas/adapters/payment-gateway.ts';
import { createPaymentSandbox } from '../../../lambdas/adapters/sandbox/payment-sandbox.ts';
import { createSandboxTable } from '../../../lambdas/adapters/sandbox/sandbox-table.ts';
import { timeouts } from '../../../lambdas/contract/timeouts.ts';
import { authorizePayment } from '../../../lambdas/shell/authorize-payment.ts';
import {
  type CapturePaymentPorts,
  capturePayment,
} from '../../../lambdas/shell/capture-payment.ts';
import { voidPayment } from '../../../lambdas/shell/void-payment.ts';
import type { Invocation } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import type { StepAnswer } from '../../support/histories.ts';
import { confirmedOrder } from '../../support/sample-orders.ts';
import { pendingOrder, putOrder } from './stored-orders.ts';

/** Takes a guard away, to show that it is missed. */
export type Sabotage = (ports: CapturePaymentPorts) => CapturePaymentPorts;

export function createPaymentWorld(
  paymentMethod = 'pm_card_visa',
  sabotage: Sabotage = (ports) => ports,
) {
  const clock = createFakeClock();
  const tables = createFakeTables({
    orders: 'id',
    payments: 'orderId',
    parked: 'id',
    sandbox: ['pk', 'sk'],
  });
  const order = { ...pendingOrder(), paymentMethod };
  putOrder(tables, order);

  const portsOf = ({ clock: ownClock, own, provider }: Invocation) => {
    const table = createSandboxTable(provider, 'sandbox');
    const ports: CapturePaymentPorts = sabotage({
      orders: dynamoOrderStore(own, 'orders'),
      payments: dynamoPaymentStore(own, 'payments'),
      gateway: createPaymentGateway(createPaymentSandbox({ table, clock })),
      parking: dynamoParkingLot(own, { table: 'parked', service: 'test' }),
      clock: ownClock,
    });
    return { ...ports, searchLagMs: timeouts.paymentSearchLagMs };
  };
  const atProvider = () => tables.items('sandbox').filter(({ kind }) => kind === 'payment');

  return {
    clock,
    tables,
    confirm: () => putOrder(tables, confirmedOrder(order)),
    act: (invocation: Invocation): Promise<StepAnswer> =>
      authorizePayment(portsOf(invocation), { orderId: order.id }),
    undo: (invocation: Invocation): Promise<StepAnswer> =>
      voidPayment(portsOf(invocation), { orderId: order.id }),
    async capture(invocation: Invocation): Promise<StepAnswer> {
      await capturePayment(portsOf(invocation), order.id);
      return { outcome: 'done' };
    },
    /** Authorisations that hold money or have taken it. */
    live: () =>
      atProvider().filter(({ authorized, voided }) => Number(authorized) > Number(voided)),
    capturedAmount: () => atProvider().reduce((sum, { captured }) => sum + Number(captured), 0),
    fence: () => tables.get('payments', order.id)?.status,
    storedOrder: () => tables.get('orders', order.id),
  };
}
