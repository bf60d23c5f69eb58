/** Executions that broke, and reminders of unfinished orders, in; the machine run again out. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { wallClock } from './adapters/clock.ts';
import { consumeBatch } from './adapters/consume-batch.ts';
import { createDynamo } from './adapters/dynamo.ts';
import { dynamoOrderStore } from './adapters/dynamo-order-store.ts';
import { dynamoParkingLot } from './adapters/dynamo-parking-lot.ts';
import { readEnv } from './adapters/env.ts';
import { createSqs } from './adapters/sqs.ts';
import { sqsReminders } from './adapters/sqs-reminders.ts';
import { createStepFunctions, stepFunctionsExecutions } from './adapters/step-functions.ts';
import { env as names } from './contract/names.ts';
import { parseRecoveryRequest } from './contract/recovery-request.ts';
import { type RecoveryPorts, recoverOrder } from './shell/recover-order.ts';

const env = readEnv(
  names.ordersTable,
  names.parkedTable,
  names.sagaMachineArn,
  names.recoveryQueueUrl,
  names.metricsService,
);
const dynamo = createDynamo();
const parking = dynamoParkingLot(dynamo, {
  table: env.PARKED_TABLE,
  service: env.METRICS_SERVICE,
});
const ports: RecoveryPorts = {
  orders: dynamoOrderStore(dynamo, env.ORDERS_TABLE),
  parking,
  executions: stepFunctionsExecutions(createStepFunctions(), env.SAGA_MACHINE_ARN),
  reminders: sqsReminders(createSqs(), env.RECOVERY_QUEUE_URL),
  clock: wallClock,
};
const settings = { parking, clock: wallClock, recordBudgetMs: 10_000 };

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return consumeBatch(event, context, settings, async ({ body }) => {
    await recoverOrder(ports, parseRecoveryRequest(body).orderId);
  });
}
