/**
 * Rescue of an outbox: what its stream has forgotten, told again from the table's items by whoever sends
 * `{"since":"<moment>"}` to its queue. That repeats are harmless is the business of both readers.
 */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { env } from '../../lambdas/contract/names.ts';
import { InboxConsumer } from './inbox-consumer.ts';
import type { Outbox } from './outbox.ts';
import type { ParkingLot } from './parking-lot.ts';
import type { Projection } from './projection.ts';

export interface OutboxRescueProps {
  /** Whose items are told again, to every queue that subscribes to their events. */
  readonly of: Outbox;
  /** The other reader of its stream: shown the items again too. */
  readonly projection: Projection;
  /** Where items and messages go that no retry can cure. */
  readonly parking: ParkingLot;
  /** Variable in which the entry finds the name of the outbox's table. */
  readonly variable: string;
  /** File name in `lambdas/`. @default rescue-outbox */
  readonly entry?: string;
}

export class OutboxRescue extends InboxConsumer {
  constructor(scope: Construct, id: string, props: OutboxRescueProps) {
    const { of: outbox, projection, parking, variable, entry = 'rescue-outbox' } = props;
    super(scope, id, {
      entry,
      parking,
      timeout: Duration.minutes(1),
      // The least that AWS has: pages follow each other, and only twins would run side by side.
      maxConcurrency: 2,
    });
    outbox.table.grantTo(this.function, variable, ['Scan']);
    outbox.grantPublish(this.function);
    projection.grantWrite(this.function);
    this.function.allow(['sqs:SendMessage'], this.queue.queueArn);
    this.function.addEnvironment(env.rescueQueueUrl, this.queue.queueUrl);
  }
}
