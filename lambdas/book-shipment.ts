/** Saga step: books the shipment of a pending order, once, however often it is asked to. */

import { createCarrierGateway } from './adapters/carrier-gateway.ts';
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoShipmentStore } from './adapters/dynamo-shipment-store.ts';
import { readEnv } from './adapters/env.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { createCarrierSandbox } from './adapters/sandbox/carrier-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { PermanentFault } from './contract/faults.ts';
import { env as names } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { bookShipment } from './shell/book-shipment.ts';

const env = readEnv(
  names.ordersTable,
  names.shipmentsTable,
  names.sandboxTable,
  names.carrierLeaseMs,
);
const leaseMs = Number(env.CARRIER_LEASE_MS);
if (!Number.isSafeInteger(leaseMs) || leaseMs <= 0)
  throw new PermanentFault(`CARRIER_LEASE_MS is ${env.CARRIER_LEASE_MS}, expected milliseconds`);

const client = createDynamo();
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const ports = {
  orders: dynamoOrderStore(client, env.ORDERS_TABLE),
  shipments: dynamoShipmentStore(client, env.SHIPMENTS_TABLE),
  carrier: createCarrierGateway(createCarrierSandbox({ table, clock: wallClock })),
  clock: wallClock,
  leaseMs,
};

export const handler = sagaStep(parseSagaInput, ({ orderId }, { requestId }) =>
  bookShipment(ports, { orderId, trier: requestId }),
);
