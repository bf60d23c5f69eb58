/** Compensation: cancels the order's shipment, or keeps it from ever being booked. */
import { createCarrierGateway } from './adapters/carrier-gateway.ts';
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoShipmentStore } from './adapters/dynamo-shipment-store.ts';
import { readEnv } from './adapters/env.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { createCarrierSandbox } from './adapters/sandbox/carrier-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { env as names } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { cancelShipment } from './shell/cancel-shipment.ts';

const env = readEnv(names.shipmentsTable, names.sandboxTable);
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const ports = {
  shipments: dynamoShipmentStore(createDynamo(), env.SHIPMENTS_TABLE),
  carrier: createCarrierGateway(createCarrierSandbox({ table, clock: wallClock })),
  clock: wallClock,
};

export const handler = sagaStep(parseSagaInput, (input) => cancelShipment(ports, input));
