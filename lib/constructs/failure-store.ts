/**
 * Where a stream mapping puts batches it gave up on: whole records on S3, since a queue or topic
 * would get the positions only, and the stream forgets them after 24 hours.
 */
import assert from 'node:assert/strict';
import { type CfnResource, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type {
  DlqDestinationConfig,
  IEventSourceDlq,
  IEventSourceMapping,
  IFunction,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PipelineFunction } from './pipeline-function.ts';
import { isProd } from './stage.ts';

export class FailureStore extends Construct implements IEventSourceDlq {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const isKept = isProd(this);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !isKept,
    });
    if (!isKept) this.#disposeOfCleanerLog();
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'only Lambda writes here, and only when a batch was given up; access logs would need a bucket that nobody reads',
    });
  }

  /** The least a mapping needs; CDK's own destination grants wildcard actions. */
  bind(_mapping: IEventSourceMapping, handler: IFunction): DlqDestinationConfig {
    assert(handler instanceof PipelineFunction, 'only our own functions read our streams');
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    handler.allowWildcard(['s3:PutObject'], this.bucket.arnForObjects('aws/lambda/*'), {
      finding: `<${logicalId}.Arn>/aws/lambda/*`,
      reason: 'Lambda chooses the rest of the key: mapping, shard, time and a random id',
    });
    handler.allow(['s3:ListBucket'], this.bucket.bucketArn);
    return { destination: this.bucket.bucketArn };
  }

  /** CDK's helper that empties the bucket logs to a group nobody owns; give it one that goes too. */
  #disposeOfCleanerLog(): void {
    const cleaner = Stack.of(this).node.findChild(
      'Custom::S3AutoDeleteObjectsCustomResourceProvider',
    );
    const log = new LogGroup(this, 'CleanerLog', {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const handler = cleaner.node.findChild('Handler') as CfnResource;
    handler.addPropertyOverride('LoggingConfig.LogGroup', log.logGroupName);
  }
}
