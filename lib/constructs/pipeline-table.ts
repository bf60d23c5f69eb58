/** A table with safe defaults. One method grants the right and sets the variable that needs it. */

import { Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  type StreamViewType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function.ts';
import { isProd, statePolicy } from './stage.ts';

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'Scan'
  | 'ConditionCheckItem';

export interface PipelineTableProps {
  /** Names of the string attributes that make the primary key. */
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly stream?: StreamViewType;
  /** Attribute in epoch seconds after which an item may go. @default items stay */
  readonly timeToLiveAttribute?: string;
  readonly indexes?: GlobalSecondaryIndexPropsV2[];
}

export class PipelineTable extends TableV2 {
  constructor(scope: Construct, id: string, props: PipelineTableProps) {
    const { partitionKey, sortKey, stream, timeToLiveAttribute, indexes } = props;
    const isKept = isProd(scope);
    super(scope, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      billing: Billing.onDemand(),
      removalPolicy: statePolicy(scope),
      deletionProtection: isKept,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isKept },
      ...(sortKey && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(stream && { dynamoStream: stream }),
      ...(timeToLiveAttribute && { timeToLiveAttribute }),
      ...(indexes && { globalSecondaryIndexes: indexes }),
    });
    if (!isKept)
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason:
          'disposable by default: a table with recovery leaves a backup after destroy; -c stage=prod switches it on',
      });
  }

  /** Lets `fn` do exactly `actions` on this table, and tells it the table's name in `variable`. */
  grantTo(fn: PipelineFunction, variable: string, actions: readonly TableAction[]): void {
    fn.allow(
      actions.map((action) => `dynamodb:${action}`),
      this.tableArn,
    );
    fn.addEnvironment(variable, this.tableName);
  }

  /** Lets `fn` query one index of this table. */
  grantQuery(fn: PipelineFunction, index: string): void {
    fn.allow(['dynamodb:Query'], `${this.tableArn}/index/${index}`);
  }
}
