/**
 * Queue, dead letters and mapping: at-least-once delivery in which a poison message has a visible
 * end. That an effect happens once is the entry's business, by a conditional write.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmAt, alarmPeriod } from './alarms.ts';
import type { Outbox } from './outbox.ts';
import type { ParkingLot } from './parking-lot.ts';
import { PipelineFunction } from './pipeline-function.ts';

export interface InboxConsumerProps {
  /** File name in `lambdas/`. */
  readonly entry: string;
  /** Where messages go that no retry can cure. */
  readonly parking: ParkingLot;
  /** Whose events. @default none: the queue is fed by other means */
  readonly of?: Outbox;
  readonly events?: readonly string[];
  /** Must cover one batch of ten; the queue hides a message six times as long. @default 30 s */
  readonly timeout?: Duration;
  /** How long each message waits before its first delivery, at most 15 min. @default none */
  readonly deliveryDelay?: Duration;
  /** The longest delay that senders give single messages; waiting is then no reason for an alarm. */
  readonly longestSendDelay?: Duration;
  /** @default 5 deliveries, then the message moves to `deadLetters` and an alarm goes off */
  readonly maxReceiveCount?: number;
  /** Batches in work at once, limited here and not by throttling, which would count as deliveries. @default 20 */
  readonly maxConcurrency?: number;
}

const fourDays = Duration.days(4);
/** Longer than the queue's own: a dead letter keeps the age it had. */
const fourteenDays = Duration.days(14);
const minReceiveCount = 5;

export class InboxConsumer extends Construct {
  readonly function: PipelineFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: InboxConsumerProps) {
    super(scope, id);
    const { entry, parking, of: outbox, events = [], timeout = Duration.seconds(30) } = props;
    const { maxReceiveCount = minReceiveCount, maxConcurrency = 20, deliveryDelay } = props;
    if (maxReceiveCount < minReceiveCount)
      throw new Error(
        `${this.node.path}: maxReceiveCount is ${maxReceiveCount}, at least ${minReceiveCount} deliveries keep a blip from killing a message`,
      );
    this.function = new PipelineFunction(this, 'Function', { entry, timeout });
    this.deadLetters = new Queue(this, 'DeadLetters', {
      retentionPeriod: fourteenDays,
      enforceSSL: true,
    });
    this.queue = new Queue(this, 'Queue', {
      retentionPeriod: fourDays,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
      ...(deliveryDelay && { deliveryDelay }),
    });
    const mapping = new EventSourceMapping(this.function, 'Queue', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: "a queue's failures go to its dead-letter queue; destinations are for streams",
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'this is the dead-letter queue',
    });
    this.function.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      this.queue.queueArn,
    );
    parking.grantTo(this.function);
    outbox?.publish(events, this.queue);
    this.#watch(deliveryDelay ?? props.longestSendDelay ?? Duration.seconds(0));
  }

  #watch(delay: Duration): void {
    const { entry } = this.function;
    alarmAt(this, 'Dead', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: alarmPeriod,
      }),
      threshold: 1,
      description: `${entry} gave up on a message: read its log, cure the cause, redrive the dead letters.`,
    });
    alarmAt(this, 'Late', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        statistic: Stats.MAXIMUM,
        period: alarmPeriod,
      }),
      threshold: delay.toSeconds() + Duration.minutes(10).toSeconds(),
      description: `${entry} has not handled a message for ten minutes: it fails, or is throttled.`,
    });
  }
}
