/**
 * What the engine runs, as the template loader understands it: every intrinsic resolved, every unit
 * in milliseconds and bytes, nothing of CloudFormation's spelling left.
 */

import type { Statement } from '../iam/statement.ts';

/** The identity everything is deployed under locally. */
export const region = 'us-east-1';
export const accountId = '000000000000';

export interface Model {
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
  readonly buckets: readonly BucketModel[];
  readonly functions: readonly FunctionModel[];
  readonly streamMappings: readonly StreamMappingModel[];
  readonly queueMappings: readonly QueueMappingModel[];
  readonly machines: readonly MachineModel[];
  readonly rules: readonly RuleModel[];
  readonly access: AccessModel;
  readonly apis: readonly ApiModel[];
  readonly userPools: readonly UserPoolModel[];
  /** Stack outputs by logical name, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface AccessModel {
  readonly roles: readonly RoleModel[];
  /** By the ARN of the queue, bucket or function they lie on. */
  readonly resourcePolicies: ReadonlyMap<string, readonly Statement[]>;
}

export interface RoleModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
  /** What whoever has assumed it may do: inline, attached and managed policies together. */
  readonly statements: readonly Statement[];
}

export interface TableModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** CreateTable's input, as dynoxide takes it. */
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  /** The attribute, epoch seconds, after which an item is expired. */
  readonly ttlAttribute: string | undefined;
  readonly stream: { readonly arn: string; readonly viewType: string } | undefined;
}

export interface QueueModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>`, as on AWS. */
  readonly url: string;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly receiveWaitMs: number;
  readonly maxMessageBytes: number;
  readonly redrive:
    | { readonly deadLetterArn: string; readonly maxReceiveCount: number }
    | undefined;
}

export interface BucketModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

export interface FunctionModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** What the template says the function is for. */
  readonly description?: string | undefined;
  /** Folder of the bundle inside the cloud assembly; `handler` is `<file>.<export>`. */
  readonly assetDir: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency: number | undefined;
  readonly roleArn: string;
  /** Name of the log group its lines go to. */
  readonly logGroup: string;
}

interface MappingModel {
  readonly logicalId: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly reportsBatchItemFailures: boolean;
  /** Each a parsed event pattern; a record passes when any matches; none = all pass. */
  readonly filters: readonly Readonly<Record<string, unknown>>[];
}

export interface StreamMappingModel extends MappingModel {
  readonly tableName: string;
  readonly streamArn: string;
  /** A disabled one reads nothing, and keeps its place in the stream. */
  readonly isEnabled: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly bisectsOnError: boolean;
  /** -1 = until the record is too old. */
  readonly maxRetries: number;
  /** -1 = until the stream trims it. */
  readonly maxRecordAgeMs: number;
  readonly parallelization: number;
  readonly failureDestinationArn: string | undefined;
}

export interface QueueMappingModel extends MappingModel {
  readonly queueArn: string;
  readonly maxConcurrency: number | undefined;
}

export interface MachineModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Whether its history goes to a log group. @default it does not */
  readonly isLogged?: boolean;
  readonly type: 'STANDARD';
  /** The parsed Amazon States Language document, not yet checked. */
  readonly definition: unknown;
}

export interface RuleModel {
  readonly logicalId: string;
  readonly name: string;
  /** At least one of the two is there. */
  readonly pattern: Readonly<Record<string, unknown>> | undefined;
  /** `rate(…)` or `cron(…)`, checked. */
  readonly schedule: string | undefined;
  readonly targets: readonly RuleTargetModel[];
}

export interface RuleTargetModel {
  readonly id: string;
  readonly arn: string;
  /** Queue for events that the target never took; without one they are dropped. */
  readonly deadLetterArn: string | undefined;
  readonly maxRetries: number;
  readonly maxAgeMs: number;
}

export interface ApiModel {
  readonly logicalId: string;
  readonly id: string;
  readonly url: string;
  readonly routes: readonly RouteModel[];
  /** For all routes without one of their own, together. */
  readonly stageThrottle: ThrottleModel;
}

export interface ThrottleModel {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface RouteModel {
  readonly logicalId: string;
  /** `POST /orders/{id}/cancellation`, `ANY /x/{proxy+}` or `$default`. */
  readonly key: string;
  readonly functionName: string;
  readonly integrationTimeoutMs: number;
  readonly authorizer:
    | {
        readonly issuer: string;
        readonly audience: readonly string[];
        readonly scopes: readonly string[];
      }
    | undefined;
  readonly throttle: ThrottleModel | undefined;
}

export interface UserPoolModel {
  readonly logicalId: string;
  readonly id: string;
  readonly issuer: string;
  /** Client ids by logical id. */
  readonly clients: Readonly<Record<string, string>>;
}
