import { afterAll, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import {
  aFunction,
  aPermission,
  aPolicy,
  aQueue,
  aRole,
  getAtt,
  type Resources,
  removeAssemblies,
  writeAssembly,
} from './assembly.ts';

afterAll(removeAssemblies);

const load = (resources: Resources) => loadAssembly(writeAssembly(resources)).access;
const anything = { Effect: 'Allow', Action: '*', Resource: '*' };
const documentOf = (...statements: readonly object[]) => ({ Statement: statements });
const roleWith = (more: Record<string, unknown>) => ({
  ...aRole,
  Properties: { ...aRole.Properties, ...more },
});
const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

const aQueuePolicy = (...statements: readonly object[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: documentOf(...statements) },
});

describe('the roles of a template', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
  it('have their inline, attached and managed policies, each statement by name and number', () => {
    const { roles } = load({
      Role: roleWith({
        Policies: [{ PolicyName: 'Own', PolicyDocument: documentOf(anything) }],
        ManagedPolicyArns: [basic, { Ref: 'Named' }],
      }),
      Policy: aPolicy(anything, anything),
      Named: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: documentOf(anything) },
      },
      Naming: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: documentOf(anything), Roles: [{ Ref: 'Role' }] },
      },
    });
    expect(roles[0]?.trust.map(({ logicalId, index }) => `${logicalId}#${index}`)).toEqual([
      'Role#0',
    ]);
    expect(roles[0]?.statements.map(({ logicalId, index }) => `${logicalId}#${index}`)).toEqual([
      ...['Role#1', 'Policy#0', 'Policy#1', 'Named#0', 'Naming#0'],
      'Role.AWSLambdaBasicExecutionRole#0',
    ]);
  });

  it.each([
    ['an AWS-managed policy', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    ['a permissions boundary', { PermissionsBoundary: basic }],
    ['a path', { Path: '/service/' }],
  ])('are refused for %s that the engine does not know', (_, more) => {
    expect(() => load({ Role: roleWith(more) })).toThrow(/^Role \(AWS::IAM::Role\): /);
  });

  it('are refused for a condition operator that the engine does not know, naming the policy', () => {
    const statement = { ...anything, Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } };
    expect(() => load({ Role: aRole, Policy: aPolicy(anything, statement) })).toThrow(
      'Policy (AWS::IAM::Policy): statement 1: condition operator DateLessThan is not known',
    );
  });

  it('cannot be attached to from a policy that names a stranger', () => {
    const policy = aPolicy(anything);
    const stranger = { ...policy, Properties: { ...policy.Properties, Roles: ['Nobody'] } };
    expect(() => load({ Policy: stranger })).toThrow('its role Nobody is not in this template');
  });
});

describe('the policies on resources of a template', () => {
  it('lie on their queues, buckets and functions', () => {
    const { resourcePolicies } = load({
      ...{ Role: aRole, Work: aFunction(), Queue: aQueue() },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      QueuePolicy: aQueuePolicy({ ...anything, Principal: '*' }),
      BucketPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: documentOf({ ...anything, Principal: { AWS: getAtt('Role', 'Arn') } }),
        },
      },
      Permission: aPermission({ SourceArn: 'arn:a', SourceAccount: '000000000000' }),
    });
    expect(Object.fromEntries(resourcePolicies)).toMatchObject({
      'arn:aws:sqs:us-east-1:000000000000:Shop-Queue': [{ principals: { values: ['*'] } }],
      'arn:aws:s3:::shop-bucket': [
        { principals: { values: ['arn:aws:iam::000000000000:role/Shop-Role'] } },
      ],
      'arn:aws:lambda:us-east-1:000000000000:function:Shop-Work': [
        {
          logicalId: 'Permission',
          actions: { values: ['lambda:InvokeFunction'] },
          principals: { values: ['apigateway.amazonaws.com'] },
          conditions: [
            { operator: 'ArnLike', key: 'aws:sourcearn', values: ['arn:a'] },
            { operator: 'StringEquals', key: 'aws:sourceaccount', values: ['000000000000'] },
          ],
        },
      ],
    });
  });

  it('are one for each queue, as AWS keeps only one', () => {
    const policy = aQueuePolicy({ ...anything, Principal: '*' });
    expect(() => load({ Queue: aQueue(), One: policy, Two: policy })).toThrow(
      'Two (AWS::SQS::QueuePolicy): arn:aws:sqs:us-east-1:000000000000:Shop-Queue has a policy already',
    );
  });

  it.each([
    ['a queue', { ...aQueuePolicy(), Properties: { Queues: ['https://x'], PolicyDocument: {} } }],
    ['a function', aPermission({ FunctionName: 'nobody' })],
  ])('are refused for %s that the template does not have', (_, resource) => {
    expect(() => load({ Api: aQueue(), Stray: resource })).toThrow(/^Stray .*/);
  });
});
