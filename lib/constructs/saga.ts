/**
 * Saga: a business transaction over several participants that ends with all its effects or with none.
 * One Standard state machine from the steps, and the three triggers that start it again.
 */
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type CfnStateMachine,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { env } from '../../lambdas/contract/names.ts';
import { timeouts } from '../../lambdas/contract/timeouts.ts';
import { alarmAt, alarmPeriod } from './alarms.ts';
import { InboxConsumer } from './inbox-consumer.ts';
import type { Outbox } from './outbox.ts';
import type { ParkingLot } from './parking-lot.ts';
import { pascalCase } from './pascal-case.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { checkLadder, type SagaShape, type SagaStep, sagaMachine } from './saga-definition.ts';

export interface SagaProps {
  readonly steps: readonly SagaStep[];
  /** Entry of the decision to commit: the pivot. */
  readonly commit: string;
  /** Entry of the decision to abort. */
  readonly abort: string;
  /** No step starts later than this after placing. Below the 15 min that SQS can delay the watch. */
  readonly deadline: Duration;
  readonly parking: ParkingLot;
  /** Entry that parks a compensation which gave up. @default park-compensation */
  readonly park?: string;
}

const taskTimeout = Duration.seconds(15);
/** The longest delay SQS has, and above every saga's deadline. */
const watchDelay = Duration.minutes(15);

export class Saga extends Construct {
  readonly machine: StateMachine;
  readonly deadline: Duration;
  readonly #functions = new Map<string, PipelineFunction>();
  readonly #parking: ParkingLot;

  constructor(scope: Construct, id: string, props: SagaProps) {
    super(scope, id);
    const { steps, commit, abort, deadline, parking, park = 'park-compensation' } = props;
    this.deadline = deadline;
    this.#parking = parking;
    const shape: SagaShape = { steps, commit, abort, park };
    for (const entry of entriesOf(shape)) this.#addFunction(entry);
    this.machine = this.#addMachine(shape);
    for (const entry of [park, abort]) parking.grantTo(this.function(entry));
    this.#watchEnds();
  }

  /** The function of one of the saga's entries, to grant it what it needs. */
  function(entry: string): PipelineFunction {
    const found = this.#functions.get(entry);
    if (!found) throw new Error(`${this.node.path}: no step has the entry ${entry}`);
    return found;
  }

  /**
   * Starts an execution for each such event, and again whatever was neither confirmed nor undone:
   * when Step Functions reports the end of a failed execution, when the deadline is over (its events
   * are best effort), and when the starter finds a closed execution. All three end in `recover`.
   */
  startOn(
    outbox: Outbox,
    event: string,
    entries: { start?: string; watch?: string; recover?: string } = {},
  ): { start: InboxConsumer; watch: InboxConsumer; recover: InboxConsumer } {
    const { start = 'start-saga', watch = 'watch-deadline', recover = 'recover-saga' } = entries;
    const parking = this.#parking;
    const of = { of: outbox, events: [event] };
    const consumers = {
      start: new InboxConsumer(this, 'Start', { entry: start, parking, ...of }),
      watch: new InboxConsumer(this, 'Deadline', {
        entry: watch,
        parking,
        deliveryDelay: watchDelay,
        ...of,
      }),
      recover: new InboxConsumer(this, 'Recovery', {
        entry: recover,
        parking,
        longestSendDelay: watchDelay,
      }),
    };
    new Rule(this, 'Ended', {
      description: 'Executions that ended without deciding or without undoing',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [this.machine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [
        new SqsQueue(consumers.recover.queue, { deadLetterQueue: consumers.recover.deadLetters }),
      ],
    });
    for (const { function: fn } of Object.values(consumers)) {
      this.#letRun(fn);
      parking.grantLook(fn);
      fn.allow(['sqs:SendMessage'], consumers.recover.queue.queueArn);
      fn.addEnvironment(env.recoveryQueueUrl, consumers.recover.queue.queueUrl);
    }
    return consumers;
  }

  get functions(): PipelineFunction[] {
    return [...this.#functions.values()];
  }

  /** Recovery runs such an execution again; that it has to is worth knowing. */
  #watchEnds(): void {
    const options = { statistic: Stats.SUM, period: alarmPeriod };
    const metrics = {
      Failed: this.machine.metricFailed(options),
      TimedOut: this.machine.metricTimedOut(options),
      Aborted: this.machine.metricAborted(options),
    };
    for (const [how, metric] of Object.entries(metrics))
      alarmAt(this, how, {
        metric,
        threshold: 1,
        description: `An execution ended as ${how}; recovery runs it again, and parks the order when that does not help.`,
      });
  }

  #letRun(fn: PipelineFunction): void {
    const machineArn = this.machine.stateMachineArn;
    fn.allow(['states:StartExecution'], machineArn);
    const machineId = Stack.of(this).getLogicalId(
      this.machine.node.defaultChild as CfnStateMachine,
    );
    fn.allowWildcard(
      ['states:DescribeExecution'],
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${this.machine.stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      {
        finding: `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machineId}.Name>:*`,
        reason: 'executions are named after orders, which do not exist yet',
      },
    );
    fn.addEnvironment(env.sagaMachineArn, machineArn);
  }

  #addFunction(entry: string): void {
    const fn = new PipelineFunction(this, pascalCase(entry), {
      entry,
      timeout: Duration.millis(timeouts.sagaStepMs),
    });
    this.#functions.set(entry, fn);
  }

  #addMachine(shape: SagaShape): StateMachine {
    const stack = Stack.of(this);
    const times = { functionMs: timeouts.sagaStepMs, taskSeconds: taskTimeout.toSeconds() };
    const machine = sagaMachine(shape, times, {
      resource: `arn:${stack.partition}:states:::lambda:invoke`,
      functionArn: (entry) => this.function(entry).functionArn,
    });
    checkLadder(
      times,
      {
        providerCallMs: timeouts.providerCallMs,
        providerTries: timeouts.providerTries,
        leaseMs: timeouts.carrierLeaseMs,
        searchLagMs: timeouts.paymentSearchLagMs,
        deadlineSeconds: this.deadline.toSeconds(),
      },
      machine,
    );
    const role = new Role(this, 'MachineRole', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'Invokes the steps of this saga and nothing else',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [...this.#functions.values()].map((fn) => fn.functionArn),
      }),
    );
    const stateMachine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(machine.definition)),
      role,
      removalPolicy: RemovalPolicy.DESTROY,
      logs: {
        destination: new LogGroup(this, 'MachineLogs', {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    const reason =
      'a trace per execution costs a fifth of the machine itself; the traceparent in every event joins the logs';
    Validations.of(stateMachine).acknowledge(
      { id: 'AwsSolutions-SF2', reason },
      { id: 'Serverless-StepFunctionStateMachineXray', reason },
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'the log delivery actions of Step Functions have no resource-level form',
    });
    return stateMachine;
  }
}

const entriesOf = ({ steps, commit, abort, park }: SagaShape): string[] => [
  ...steps.flatMap(({ action, compensation }) => [action, compensation]),
  commit,
  abort,
  park,
];
