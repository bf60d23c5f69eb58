/** What the three triggers of a saga share: the ports of recovery, and a queue that feeds it. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { env as names } from '../contract/names.ts';
import type { RecoveryPorts } from '../shell/recover-order.ts';
import { wallClock } from './clock.ts';
import { consumeBatch } from './consume-batch.ts';
import { createDynamo } from './dynamo.ts';
import { dynamoOrderStore } from './dynamo-order-store.ts';
import { dynamoParkingLot } from './dynamo-parking-lot.ts';
import { readEnv } from './env.ts';
import { createSqs } from './sqs.ts';
import { sqsReminders } from './sqs-reminders.ts';
import { createStepFunctions, stepFunctionsExecutions } from './step-functions.ts';

/** A look at an order's whole chain of executions fits into it. */
const recordBudgetMs = 10_000;

/** The handler of an entry that does `handle` for every message body. Reads the environment at once. */
export function recoveryConsumer(handle: (ports: RecoveryPorts, body: string) => Promise<unknown>) {
  const ports = recoveryPorts();
  const settings = { parking: ports.parking, clock: ports.clock, recordBudgetMs };
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    consumeBatch(event, context, settings, async ({ body }) => {
      await handle(ports, body);
    });
}

function recoveryPorts(): RecoveryPorts {
  const env = readEnv(
    names.ordersTable,
    names.parkedTable,
    names.sagaMachineArn,
    names.recoveryQueueUrl,
    names.metricsService,
  );
  const dynamo = createDynamo();
  return {
    orders: dynamoOrderStore(dynamo, env.ORDERS_TABLE),
    parking: dynamoParkingLot(dynamo, { table: env.PARKED_TABLE, service: env.METRICS_SERVICE }),
    executions: stepFunctionsExecutions(createStepFunctions(), env.SAGA_MACHINE_ARN),
    reminders: sqsReminders(createSqs(), env.RECOVERY_QUEUE_URL),
    clock: wallClock,
  };
}
