/** One entry of `lambdas/` as a function: bundled once for all, arm64, its own role and log group. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { bundleOf } from '../bundle.ts';

export interface PipelineFunctionProps {
  /** File name in `lambdas/`, without its ending. */
  readonly entry: string;
  /** @default 10 seconds */
  readonly timeout?: Duration;
  readonly environment?: Record<string, string>;
  /** Concurrent executions kept for this function, and its limit. @default none */
  readonly reservedConcurrency?: number;
}

const memoryMb = 512;

export class PipelineFunction extends LambdaFunction {
  readonly entry: string;
  /** Never undefined, unlike the property of the base class. */
  readonly timeLimit: Duration;
  readonly ownRole: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    const { entry, timeout = Duration.seconds(10), environment = {}, reservedConcurrency } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${entry}: what this one function may do`,
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundleOf(entry)),
      handler: 'index.handler',
      memorySize: memoryMb,
      description: entry,
      role,
      logGroup,
      timeout,
      environment,
      ...(reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: reservedConcurrency,
      }),
    });
    Validations.of(this).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason:
          'nobody invokes it asynchronously: API, queue, stream and state machine retry and have failure destinations of their own',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'a trace costs more than the invocation; the traceparent in every event joins the logs',
      },
    );
    this.entry = entry;
    this.timeLimit = timeout;
    this.ownRole = role;
  }

  /** One right, by exact actions and ARNs. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /**
   * The same where AWS has no narrower form. `finding` is the resource as cdk-nag writes it: `*`, or
   * `<LogicalId.Arn>/prefix/*`.
   */
  allowWildcard(
    actions: readonly string[],
    resource: string,
    { finding, reason }: { finding: string; reason: string },
  ): void {
    this.allow(actions, resource);
    Validations.of(this.ownRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${finding}]`,
      reason,
    });
  }
}
