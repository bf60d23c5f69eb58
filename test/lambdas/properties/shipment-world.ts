/** The shipment steps over real adapters and the sandbox carrier, on tables in memory. */
import { createCarrierGateway } from '../../../lambdas/adapters/carrier-gateway.ts';
import { dynamoOrderStore } from '../../../lambdas/adapters/dynamo-order-store.ts';
import { dynamoShipmentStore } from '../../../lambdas/adapters/dynamo-shipment-store.ts';
import { createCarrierSandbox } from '../../../lambdas/adapters/sandbox/carrier-sandbox.ts';
import { createSandboxTable } from '../../../lambdas/adapters/sandbox/sandbox-table.ts';
import { timeouts } from '../../../lambdas/contract/timeouts.ts';
import { type BookShipmentPorts, bookShipment } from '../../../lambdas/shell/book-shipment.ts';
import { cancelShipment } from '../../../lambdas/shell/cancel-shipment.ts';
import type { Invocation } from '../../support/actors.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { createFakeTables } from '../../support/fakes/dynamo-tables.ts';
import type { StepAnswer } from '../../support/histories.ts';
import { pendingOrder, putOrder } from './stored-orders.ts';

/** Takes a guard away, to show that it is missed; `trier` is who asks, for a booking. */
export type Sabotage = (ports: BookShipmentPorts, trier?: string) => BookShipmentPorts;

export function createShipmentWorld(postalCode = '12345', sabotage: Sabotage = (ports) => ports) {
  const clock = createFakeClock();
  const tables = createFakeTables({ orders: 'id', shipments: 'orderId', sandbox: ['pk', 'sk'] });
  const placed = pendingOrder();
  const order = { ...placed, shipping: { ...placed.shipping, postalCode } };
  putOrder(tables, order);
  let triers = 0;

  const portsOf = ({ clock: ownClock, own, provider }: Invocation): BookShipmentPorts => {
    const table = createSandboxTable(provider, 'sandbox');
    return {
      orders: dynamoOrderStore(own, 'orders'),
      shipments: dynamoShipmentStore(own, 'shipments'),
      carrier: createCarrierGateway(createCarrierSandbox({ table, clock })),
      clock: ownClock,
      leaseMs: timeouts.carrierLeaseMs,
    };
  };

  return {
    clock,
    tables,
    act(invocation: Invocation): Promise<StepAnswer> {
      const trier = `trier ${++triers}`;
      return bookShipment(sabotage(portsOf(invocation), trier), { orderId: order.id, trier });
    },
    undo: (invocation: Invocation): Promise<StepAnswer> =>
      cancelShipment(sabotage(portsOf(invocation)), { orderId: order.id }),
    /** Parcels on their way. */
    live: () => tables.items('sandbox').filter(({ status }) => status !== 'CANCELLED'),
    fence: () => tables.get('shipments', order.id)?.status,
  };
}
