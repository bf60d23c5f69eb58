/** Where things wait for a person: a table, and an alarm for each thing that is put there. */
import { Stack } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { env, metrics } from '../../lambdas/contract/names.ts';
import { alarmAt, alarmPeriod } from './alarms.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import { PipelineTable } from './pipeline-table.ts';

export class ParkingLot extends Construct {
  readonly table: PipelineTable;
  readonly #service: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new PipelineTable(this, 'Table', { partitionKey: 'id' });
    this.#service = Stack.of(this).stackName;
    alarmAt(this, 'Parked', {
      metric: new Metric({
        namespace: metrics.namespace,
        metricName: metrics.parked,
        dimensionsMap: { service: this.#service },
        statistic: Stats.SUM,
        period: alarmPeriod,
      }),
      threshold: 1,
      description: 'Something was parked: read the table of parked things for what and why.',
    });
  }

  /** Lets `fn` park things. */
  grantTo(fn: PipelineFunction): void {
    this.table.grantTo(fn, env.parkedTable, ['PutItem']);
    fn.addEnvironment(env.metricsService, this.#service);
  }

  /** Lets `fn` look whether a thing is parked. */
  grantLook(fn: PipelineFunction): void {
    this.table.grantTo(fn, env.parkedTable, ['GetItem']);
  }
}
