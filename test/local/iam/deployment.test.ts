import { afterAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../../local/iam/access.ts';
import { checkDeployment } from '../../../local/iam/deployment.ts';
import { loadAssembly } from '../../../local/template/load.ts';
import {
  aMapping,
  aPolicy,
  aRole,
  getAtt,
  type Resources,
  removeAssemblies,
} from '../template/assembly.ts';
import { aFlow, allow, assemblyOf } from './shop.ts';

afterAll(removeAssemblies);

function deploy(statements: readonly object[], resources: Resources = {}): void {
  const model = loadAssembly(assemblyOf({ Policy: aPolicy(...statements), ...resources }));
  checkDeployment(model, createAccess(model.access));
}

const trusting = (service: string) => {
  const Statement = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } },
  ];
  return { Role: { ...aRole, Properties: { AssumeRolePolicyDocument: { Statement } } } };
};

const fromQueue = { Map: aMapping({ EventSourceArn: getAtt('Jobs', 'Arn') }) };
const fromStream = {
  Failures: { Type: 'AWS::S3::Bucket', Properties: {} },
  Map: aMapping({
    EventSourceArn: getAtt('Orders', 'StreamArn'),
    StartingPosition: 'TRIM_HORIZON',
    DestinationConfig: { OnFailure: { Destination: getAtt('Failures', 'Arn') } },
  }),
};
const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const streamActions = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  ...['dynamodb:ListStreams', 's3:PutObject', 's3:ListBucket'],
];
const logActions = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery'],
  ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
].map((action) => `logs:${action}`);
const logged: Resources = {
  Flow: {
    ...aFlow.Flow,
    Properties: {
      ...(aFlow.Flow?.Properties as object),
      LoggingConfiguration: {
        Level: 'ALL',
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:::x:*' } }],
      },
    },
  },
};

describe('a deployment', () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
  it('is refused when Lambda cannot assume the role of a function', () => {
    expect(() => deploy([], trusting('ec2.amazonaws.com'))).toThrow(
      'Work: the role Role cannot be assumed by lambda.amazonaws.com',
    );
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
  it('is refused when Step Functions cannot assume the role of a machine', () => {
    expect(() => deploy([], { ...trusting('lambda.amazonaws.com'), ...aFlow })).toThrow(
      'Flow: the role Role cannot be assumed by states.amazonaws.com',
    );
  });

  it('is refused when a role is not in the template', () => {
    const Properties = { ...(aFlow.Flow?.Properties as object), RoleArn: 'arn:aws:iam::1:role/x' };
    expect(() => deploy([], { Flow: { ...aFlow.Flow, Properties } })).toThrow(
      'Flow: its role arn:aws:iam::1:role/x is not in this template',
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
  it.each(queueActions)('is refused when the role behind a queue’s mapping lacks %s', (missing) => {
    expect(() => deploy([allow(queueActions)], fromQueue)).not.toThrow();
    const others = queueActions.filter((action) => action !== missing);
    const act = () => deploy([allow(others)], fromQueue);
    expect(act).toThrow('Map: AWS refuses it at deployment');
    expect(act).toThrow(
      `assumed-role/Shop-Role/Shop-Work is not authorized to perform: ${missing}`,
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
  it.each(streamActions)(
    'is refused when the role behind a stream’s mapping lacks %s',
    (missing) => {
      expect(() => deploy([allow(streamActions)], fromStream)).not.toThrow();
      const others = streamActions.filter((action) => action !== missing);
      expect(() => deploy([allow(others)], fromStream)).toThrow(
        `assumed-role/Shop-Role/Shop-Work is not authorized to perform: ${missing}`,
      );
    },
  );

  // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
  it.each(logActions)('is refused when the role of a logged machine lacks %s', (missing) => {
    expect(() => deploy([allow(logActions)], logged)).not.toThrow();
    const others = logActions.filter((action) => action !== missing);
    expect(() => deploy([allow(others)], logged)).toThrow(`Flow: AWS refuses it at deployment`);
  });
});
