/** The order pipeline as a table of contents: what there is, in the order in which an order meets it. */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { env, readModelIndex } from '../lambdas/contract/names.ts';
import { timeouts } from '../lambdas/contract/timeouts.ts';
import { Api } from './constructs/api.ts';
import { InboxConsumer } from './constructs/inbox-consumer.ts';
import { Outbox } from './constructs/outbox.ts';
import { OutboxRescue } from './constructs/outbox-rescue.ts';
import { ParkingLot } from './constructs/parking-lot.ts';
import type { PipelineFunction } from './constructs/pipeline-function.ts';
import { PipelineTable } from './constructs/pipeline-table.ts';
import { Projection } from './constructs/projection.ts';
import { Saga } from './constructs/saga.ts';
import { MachineUserPool } from './constructs/user-pool.ts';
import { access, type TableVariable } from './order-pipeline-access.ts';
import { routes } from './order-pipeline-routes.ts';

/** Executions that reads of orders may count on where none are kept for them. */
const assumedConcurrency = 50;

export class OrderPipelineStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const parking = new ParkingLot(this, 'Parked');
    const orders = new Outbox(this, 'Orders', { parking });
    const view = new Projection(this, 'OrderView', {
      of: orders,
      entry: 'project-order',
      variable: env.readModelTable,
      timeToLiveAttribute: 'expires',
      indexes: [
        {
          indexName: readModelIndex,
          partitionKey: { name: 'customer', type: AttributeType.STRING },
          sortKey: { name: 'placedAt', type: AttributeType.STRING },
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['status'],
        },
      ],
    });
    const tables: Record<TableVariable, PipelineTable> = {
      [env.ordersTable]: orders.table,
      [env.readModelTable]: view.table,
      [env.parkedTable]: parking.table,
      [env.catalogueTable]: new PipelineTable(this, 'Catalogue', { partitionKey: 'sku' }),
      [env.stockTable]: new PipelineTable(this, 'Stock', { partitionKey: 'id' }),
      [env.paymentsTable]: new PipelineTable(this, 'Payments', { partitionKey: 'orderId' }),
      [env.shipmentsTable]: new PipelineTable(this, 'Shipments', { partitionKey: 'orderId' }),
      [env.notificationsTable]: new PipelineTable(this, 'Notifications', {
        partitionKey: 'eventId',
      }),
      [env.idempotencyTable]: new PipelineTable(this, 'Idempotency', {
        partitionKey: 'id',
        timeToLiveAttribute: 'expiration',
      }),
      [env.sandboxTable]: new PipelineTable(this, 'Sandbox', { partitionKey: 'pk', sortKey: 'sk' }),
    };

    const saga = new Saga(this, 'PlaceOrder', {
      steps: [
        { name: 'ReserveStock', action: 'reserve-stock', compensation: 'release-stock' },
        { name: 'AuthorizePayment', action: 'authorize-payment', compensation: 'void-payment' },
        { name: 'BookShipment', action: 'book-shipment', compensation: 'cancel-shipment' },
      ],
      commit: 'confirm-order',
      abort: 'reject-order',
      deadline: Duration.minutes(14),
      parking,
    });
    const triggers = saga.startOn(orders, 'OrderPlaced');

    const billing = new InboxConsumer(this, 'Billing', {
      of: orders,
      events: ['OrderConfirmed'],
      entry: 'capture-payment',
      parking,
    });
    const notification = new InboxConsumer(this, 'Notification', {
      of: orders,
      events: ['OrderConfirmed', 'OrderRejected', 'OrderCancelled'],
      entry: 'notify-customer',
      parking,
    });

    const rescue = new OutboxRescue(this, 'Rescue', {
      of: orders,
      projection: view,
      parking,
      variable: env.ordersTable,
    });

    const tokens = this.#tokens();
    const reader = this.#readerConcurrency();
    const api = new Api(this, 'Api', { routes: routes(reader), ...tokens });

    const consumers = [triggers.start, triggers.watch, triggers.recover, billing, notification];
    const functions: PipelineFunction[] = [
      ...api.functions,
      ...saga.functions,
      ...consumers.map((consumer) => consumer.function),
    ];
    grantAccess(functions, tables);
    view.table.grantQuery(api.function('list-orders'), readModelIndex);
    api
      .function('place-order')
      .addEnvironment(env.sagaDeadlineMs, `${saga.deadline.toMilliseconds()}`);
    api
      .function('get-order')
      .addEnvironment(env.readerConcurrency, `${reader ?? assumedConcurrency}`);
    for (const entry of ['book-shipment', 'cancel-shipment'])
      saga.function(entry).addEnvironment(env.carrierLeaseMs, `${timeouts.carrierLeaseMs}`);

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'RescueQueueUrl', { value: rescue.queue.queueUrl });
    for (const [variable, table] of Object.entries(tables))
      new CfnOutput(this, `${outputName(variable)}`, { value: table.tableName });
  }

  /** `-c readerConcurrency=N` keeps N executions for reads of single orders, and limits them to N. */
  #readerConcurrency(): number | undefined {
    const asked: unknown = this.node.tryGetContext('readerConcurrency');
    if (asked === undefined) return undefined;
    const reader = Number(asked);
    if (Number.isInteger(reader) && reader >= 3) return reader;
    throw new Error(`-c readerConcurrency=${String(asked)}: expected a whole number from 3 on`);
  }

  /** Tokens of your own issuer by `-c jwtIssuer=… -c jwtAudience=a,b`, of a Cognito pool otherwise. */
  #tokens(): { issuer: string; audience: string[] } {
    const issuer: unknown = this.node.tryGetContext('jwtIssuer');
    const audience: unknown = this.node.tryGetContext('jwtAudience');
    if ((typeof issuer === 'string') !== (typeof audience === 'string'))
      throw new Error(
        'jwtIssuer and jwtAudience come together: -c jwtIssuer=https://… -c jwtAudience=a,b',
      );
    if (typeof issuer === 'string' && typeof audience === 'string')
      return { issuer, audience: audience.split(',') };
    const { pool, customer, operator, issuer: own, tokenUrl } = new MachineUserPool(this, 'Tokens');
    new CfnOutput(this, 'UserPoolId', { value: pool.userPoolId });
    new CfnOutput(this, 'TokenUrl', { value: tokenUrl });
    new CfnOutput(this, 'CustomerClientId', { value: customer.userPoolClientId });
    new CfnOutput(this, 'OperatorClientId', { value: operator.userPoolClientId });
    return { issuer: own, audience: [customer.userPoolClientId, operator.userPoolClientId] };
  }
}

function grantAccess(
  functions: readonly PipelineFunction[],
  tables: Record<TableVariable, PipelineTable>,
): void {
  for (const fn of functions)
    for (const [variable, actions] of Object.entries(access[fn.entry] ?? {}))
      tables[variable as TableVariable].grantTo(fn, variable, actions);
}

/** `READ_MODEL_TABLE` → `ReadModelTable`. */
const outputName = (variable: string): string =>
  variable.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
