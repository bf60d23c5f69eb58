// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of CloudFormation is what is meant
import { afterAll, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import {
  aFunction,
  aMapping,
  anApi,
  aQueue,
  aRole,
  aTable,
  getAtt,
  type Resources,
  removeAssemblies,
  writeAssembly,
} from './assembly.ts';

afterAll(removeAssemblies);

const load = (resources: Resources, sections?: Record<string, unknown>) =>
  loadAssembly(writeAssembly(resources, sections));
const work = (properties: Record<string, unknown>): Resources => ({
  Role: aRole,
  Work: aFunction(properties),
});
const client = (properties: Record<string, unknown>): Resources => ({
  ...anApi(),
  Client: {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: { UserPoolId: { Ref: 'Pool' }, ...properties },
  },
});
const pool = (properties: Record<string, unknown>): Resources => ({
  ...anApi(),
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: properties },
});

describe('a template that AWS would not deploy, or that would behave otherwise', () => {
  const refusals: readonly [string, Resources, string][] = [
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    [
      'a part of a second',
      { Queue: aQueue({ VisibilityTimeout: 30.5 }) },
      'VisibilityTimeout is 30.5, but must be a whole number from 0 to 43200',
    ],
    ['an empty number', { Queue: aQueue({ DelaySeconds: ' ' }) }, 'DelaySeconds is " "'],
    ['a number in hexadecimal', { Queue: aQueue({ DelaySeconds: '0x10' }) }, 'is "0x10"'],
    [
      'a name that SQS does not take',
      { Queue: aQueue({ QueueName: 'my queue' }) },
      'Queue (AWS::SQS::Queue): property QueueName is "my queue", but must have at most 80',
    ],
    [
      'two queues of one name',
      { One: aQueue({ QueueName: 'jobs' }), Two: aQueue({ QueueName: 'jobs' }) },
      'One, Two: they have the same name, arn:aws:sqs:us-east-1:000000000000:jobs',
    ],
    [
      'two rules of one name',
      Object.fromEntries(
        ['One', 'Two'].map((id) => [
          id,
          {
            Type: 'AWS::Events::Rule',
            Properties: { Name: 'daily', ScheduleExpression: 'rate(1 day)' },
          },
        ]),
      ),
      'One, Two: they have the same name, rule daily',
    ],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
    [
      'a dependency on nothing',
      { Queue: { ...aQueue(), DependsOn: ['Nowhere'] } },
      'Queue (AWS::SQS::Queue): it depends on Nowhere, which the template does not have',
    ],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    [
      'a value that CloudFormation would fetch',
      work({ Environment: { Variables: { KEY: '{{resolve:ssm:/key}}' } } }),
      'Work (AWS::Lambda::Function): the dynamic reference {{resolve:ssm:/key}} has no value here',
    ],
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    ['a function without a runtime', work({ Runtime: undefined }), 'property Runtime is missing'],
    ['a part of a megabyte', work({ MemorySize: 128.5 }), 'MemorySize is 128.5'],
    ['an unknown format of logs', work({ LoggingConfig: { LogFormat: 'XML' } }), 'LogFormat'],
    [
      'a level of logs that leaves lines out',
      work({ LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } }),
      'property LoggingConfig.ApplicationLogLevel is "WARN"',
    ],
    // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    [
      'two mappings of one queue to one function',
      {
        ...work({}),
        Queue: aQueue(),
        One: aMapping({ EventSourceArn: getAtt('Queue', 'Arn') }),
        Two: aMapping({ EventSourceArn: getAtt('Queue', 'Arn') }),
      },
      'One, Two: both map arn:aws:sqs:us-east-1:000000000000:Shop-Queue to Shop-Work',
    ],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
    [
      'provisioned capacity, which is the default',
      { T: aTable({ BillingMode: undefined }) },
      'is missing',
    ],
    [
      'an expiry without an attribute',
      { T: aTable({ TimeToLiveSpecification: { Enabled: true } }) },
      'property TimeToLiveSpecification.AttributeName is missing',
    ],
    [
      'a key of no known type',
      { T: aTable({ KeySchema: [{ AttributeName: 'id', KeyType: 'MAIN' }] }) },
      'property KeySchema[0].KeyType is "MAIN", but must be "HASH" or "RANGE"',
    ],
    [
      'an unknown property of an attribute',
      { T: aTable({ AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S', Of: 1 }] }) },
      'property AttributeDefinitions[0].Of is not known',
    ],
    [
      'an unknown kind of stream',
      { T: aTable({ StreamSpecification: { StreamViewType: 'ALL' } }) },
      'property StreamSpecification.StreamViewType is "ALL"',
    ],
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html
    [
      'a log of executions that goes nowhere',
      {
        Flow: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionString: '{}',
            LoggingConfiguration: { Level: 'ALL' },
            RoleArn: 'arn:aws:iam::000000000000:role/Flow',
          },
        },
      },
      'LoggingConfiguration has 0 destinations, but needs one',
    ],
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
    [
      'a policy on no queue',
      {
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: { Queues: [], PolicyDocument: { Statement: [] } },
        },
      },
      'Policy (AWS::SQS::QueuePolicy): property Queues names no queue',
    ],
    [
      'a route of an API that is elsewhere',
      anApi({ ApiId: 'elsewhere' }),
      'Route (AWS::ApiGatewayV2::Route): its API elsewhere is not in this template',
    ],
    [
      'an unknown property of a user pool',
      pool({ Sms: {} }),
      'Pool (AWS::Cognito::UserPool): property Sms is not known to the local engine',
    ],
    [
      'functions that would change tokens',
      pool({ LambdaConfig: {} }),
      'Pool (AWS::Cognito::UserPool): property LambdaConfig is not known',
    ],
    [
      'an unknown property of a client',
      client({ Flows: [] }),
      'Client (AWS::Cognito::UserPoolClient): property Flows is not known',
    ],
    [
      'a client of a pool that is elsewhere',
      client({ UserPoolId: 'elsewhere' }),
      'Client (AWS::Cognito::UserPoolClient): its user pool elsewhere is not in this template',
    ],
    // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
    [
      'tokens that are good for another time than ours',
      client({ AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } }),
      'its access tokens are good for 5 minutes, but those of the local engine for one hour',
    ],
  ];

  it.each(refusals)('is refused for %s', (_what, resources, message) => {
    expect(() => load(resources)).toThrow(message);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
  it('is refused when it takes a value from a parameter of another kind than text and number', () => {
    const Parameters = { Key: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/key' } };
    const queue = { Queue: aQueue({ QueueName: { Ref: 'Key' } }) };
    expect(() => load(queue, { Parameters })).toThrow(
      'parameter Key is of type AWS::SSM::Parameter::Value<String>, but must be String or Number',
    );
    expect(load({ Queue: aQueue() }, { Parameters }).queues).toHaveLength(1);
  });

  it('may write numbers as text, and rates with a fraction', () => {
    expect(load({ Queue: aQueue({ DelaySeconds: '5' }) }).queues[0]?.delayMs).toBe(5000);
    const { Stage, ...rest } = anApi();
    const DefaultRouteSettings = { ThrottlingRateLimit: 0.5, ThrottlingBurstLimit: 1 };
    const properties = { ...(Stage?.Properties as object), DefaultRouteSettings };
    const [api] = load({ ...rest, Stage: { ...Stage, Properties: properties } }).apis;
    expect(api?.stageThrottle).toEqual({ ratePerSecond: 0.5, burst: 1 });
  });

  it('may say in other words that tokens are good for one hour', () => {
    const hour = { AccessTokenValidity: 3600, TokenValidityUnits: { AccessToken: 'seconds' } };
    expect(load(client(hour)).userPools[0]?.clients).toHaveProperty('Client');
    expect(load(client({ AccessTokenValidity: 1 })).userPools).toHaveLength(1);
  });
});
