/** Compensation: lets go of the order's money, or keeps it from ever being held. */
import { wallClock } from './adapters/clock.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoPaymentStore } from './adapters/dynamo-payment-store.ts';
import { readEnv } from './adapters/env.ts';
import { createPaymentGateway } from './adapters/payment-gateway.ts';
import { sagaStep } from './adapters/saga-step.ts';
import { createPaymentSandbox } from './adapters/sandbox/payment-sandbox.ts';
import { createSandboxDynamo, createSandboxTable } from './adapters/sandbox/sandbox-table.ts';
import { env as names } from './contract/names.ts';
import { parseSagaInput } from './contract/saga.ts';
import { timeouts } from './contract/timeouts.ts';
import { voidPayment } from './shell/void-payment.ts';

const env = readEnv(names.paymentsTable, names.sandboxTable);
const table = createSandboxTable(createSandboxDynamo(), env.SANDBOX_TABLE);
const ports = {
  payments: dynamoPaymentStore(createDynamo(), env.PAYMENTS_TABLE),
  gateway: createPaymentGateway(createPaymentSandbox({ table, clock: wallClock })),
  clock: wallClock,
  searchLagMs: timeouts.paymentSearchLagMs,
};

export const handler = sagaStep(parseSagaInput, (input) => voidPayment(ports, input));
