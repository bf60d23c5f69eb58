/**
 * Transactional outbox: a table whose items carry the events of their changes, and a relay that
 * publishes from the table's stream. A committed change is always published, an uncommitted one never.
 */
import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '../../lambdas/contract/names.ts';
import { alarmAt, alarmPeriod } from './alarms.ts';
import { FailureStore } from './failure-store.ts';
import type { ParkingLot } from './parking-lot.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { PipelineTable } from './pipeline-table.ts';

export interface OutboxProps {
  /** Where records go that no retry can cure. */
  readonly parking: ParkingLot;
  /** File name of the relay in `lambdas/`. @default relay-outbox */
  readonly relay?: string;
}

/** Readers of one shard beyond which AWS throttles them all. */
const maxReaders = 2;
/** Stream records live 24 h: a batch is given up before they are lost, and only then. */
const maxRecordAge = Duration.hours(20);
const iteratorAgeAlarm = Duration.minutes(5);

export class Outbox extends Construct {
  readonly table: PipelineTable;
  readonly relay: PipelineFunction;
  readonly failures: FailureStore;
  readonly #parking: ParkingLot;
  readonly #routes = new Map<string, IQueue[]>();
  readonly #publishers: PipelineFunction[] = [];
  readonly #readers: string[] = [];

  constructor(scope: Construct, id: string, props: OutboxProps) {
    super(scope, id);
    const { parking, relay = 'relay-outbox' } = props;
    this.#parking = parking;
    this.table = new PipelineTable(this, 'Table', {
      partitionKey: 'id',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.failures = new FailureStore(this, 'Failures');
    this.relay = new PipelineFunction(this, 'Relay', {
      entry: relay,
      timeout: Duration.seconds(30),
    });
    this.grantPublish(this.relay);
    const writes = FilterCriteria.filter({ eventName: FilterRule.or('INSERT', 'MODIFY') });
    this.readBy(this.relay, [writes]);
  }

  /** Sends every event of these types to `queue`. */
  publish(events: readonly string[], queue: IQueue): void {
    for (const event of events)
      this.#routes.set(event, [...(this.#routes.get(event) ?? []), queue]);
    for (const publisher of this.#publishers) publisher.allow(['sqs:SendMessage'], queue.queueArn);
  }

  /** Lets `fn` send events to the queues that subscribe to them, now or later. */
  grantPublish(fn: PipelineFunction): void {
    this.#publishers.push(fn);
    fn.addEnvironment(env.outboxRoutes, Lazy.string({ produce: () => this.#routesJson() }));
    for (const queue of new Set([...this.#routes.values()].flat()))
      fn.allow(['sqs:SendMessage'], queue.queueArn);
  }

  /**
   * Makes `reader` one of the two readers of the table's stream: retried until a record is 20 h old
   * (a throttled minute must not throw healthy changes away), then kept whole in the failure store.
   */
  readBy(reader: PipelineFunction, filters?: { [key: string]: unknown }[]): void {
    this.#readers.push(reader.entry);
    if (this.#readers.length > maxReaders)
      throw new Error(
        `${this.node.path}: a stream has at most ${maxReaders} readers, got ${this.#readers.join(', ')}: hang further ones on a queue`,
      );
    const streamArn = this.table.tableStreamArn as string;
    new EventSourceMapping(reader, 'Stream', {
      target: reader,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: -1,
      maxRecordAge,
      onFailure: this.failures,
      ...(filters && { filters: filters as { [key: string]: string }[] }),
    });
    reader.allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      streamArn,
    );
    reader.allowWildcard(['dynamodb:ListStreams'], '*', {
      finding: '*',
      reason: 'ListStreams, which a mapping needs, has no resource-level form',
    });
    this.#parking.grantTo(reader);
    alarmAt(reader, 'Behind', {
      metric: reader.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: alarmPeriod }),
      threshold: iteratorAgeAlarm.toMilliseconds(),
      description: `${reader.entry} is behind its stream, which forgets after 24 h: read its log for the record it stops at. What it has missed comes back by a rescue.`,
    });
  }

  #routesJson(): string {
    const routes = [...this.#routes].map(([event, queues]) => [
      event,
      queues.map((queue) => queue.queueUrl),
    ]);
    return Stack.of(this).toJsonString(Object.fromEntries(routes));
  }
}
