import { afterAll, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import {
  aFunction,
  aMapping,
  anApi,
  aQueue,
  aRole,
  assetHash,
  aTable,
  getAtt,
  type Resources,
  removeAssemblies,
  writeAssembly,
} from './assembly.ts';

const load = (resources: Resources, sections?: Record<string, unknown>) =>
  loadAssembly(writeAssembly(resources, sections));

afterAll(removeAssemblies);

describe('template loader', () => {
  it('reads a table with its stream, its expiry and the input that creates it', () => {
    const [table] = load({ Orders: aTable() }).tables;
    expect(table).toMatchObject({
      name: 'Shop-Orders',
      partitionKey: 'id',
      sortKey: undefined,
      ttlAttribute: 'expires',
      stream: { viewType: 'NEW_AND_OLD_IMAGES' },
      createTable: {
        TableName: 'Shop-Orders',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
  it('reads a queue in milliseconds, with the defaults of SQS', () => {
    const { queues } = load({
      Dead: aQueue(),
      Work: aQueue({
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: getAtt('Dead', 'Arn'), maxReceiveCount: 5 },
      }),
    });
    expect(queues).toMatchObject([
      { visibilityTimeoutMs: 30_000, retentionMs: 4 * 86_400_000, redrive: undefined },
      {
        url: 'https://sqs.us-east-1.amazonaws.com/000000000000/Shop-Work',
        visibilityTimeoutMs: 60_000,
        redrive: {
          deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:Shop-Dead',
          maxReceiveCount: 5,
        },
      },
    ]);
  });

  it('reads a function with its bundle, its role and its resolved environment', () => {
    const [work] = load({
      Role: aRole,
      Orders: aTable(),
      Work: aFunction({ Environment: { Variables: { TABLE: { Ref: 'Orders' } } } }),
    }).functions;
    expect(work).toMatchObject({
      name: 'Shop-Work',
      handler: 'index.handler',
      timeoutMs: 10_000,
      memoryMb: 128,
      environment: { TABLE: 'Shop-Orders' },
      roleArn: 'arn:aws:iam::000000000000:role/Shop-Role',
    });
    expect(work?.assetDir).toMatch(new RegExp(`asset\\.${assetHash}$`));
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
  it('tells mappings of streams and queues by their source', () => {
    const { streamMappings, queueMappings } = load({
      Role: aRole,
      Work: aFunction(),
      Orders: aTable(),
      Queue: aQueue(),
      Failures: { Type: 'AWS::S3::Bucket' },
      FromStream: aMapping({
        EventSourceArn: getAtt('Orders', 'StreamArn'),
        StartingPosition: 'TRIM_HORIZON',
        MaximumRecordAgeInSeconds: 72_000,
        DestinationConfig: { OnFailure: { Destination: getAtt('Failures', 'Arn') } },
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      }),
      FromQueue: aMapping({
        EventSourceArn: getAtt('Queue', 'Arn'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      }),
    });
    expect(streamMappings).toMatchObject([
      {
        tableName: 'Shop-Orders',
        functionName: 'Shop-Work',
        batchSize: 100,
        maxRetries: -1,
        maxRecordAgeMs: 72_000_000,
        failureDestinationArn: 'arn:aws:s3:::shop-failures',
        filters: [{ eventName: ['INSERT'] }],
      },
    ]);
    expect(queueMappings).toMatchObject([
      { batchSize: 10, reportsBatchItemFailures: true, maxConcurrency: 5 },
    ]);
  });

  it('parses a machine whose definition is joined from names', () => {
    const text = (arn: unknown) => ({
      'Fn::Join': ['', ['{"StartAt":"A","States":{"A":{"Resource":"', arn, '"}}}']],
    });
    const { machines } = load({
      Role: aRole,
      Work: aFunction(),
      Flow: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          DefinitionString: text(getAtt('Work', 'Arn')),
          RoleArn: getAtt('Role', 'Arn'),
        },
      },
    });
    expect(machines).toMatchObject([
      {
        arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Shop-Flow',
        definition: {
          States: { A: { Resource: 'arn:aws:lambda:us-east-1:000000000000:function:Shop-Work' } },
        },
      },
    ]);
  });

  it('joins route, integration, authorizer and stage', () => {
    const { apis, userPools } = load(anApi());
    const [pool] = userPools;
    expect(apis).toMatchObject([
      {
        stageThrottle: { ratePerSecond: 10, burst: 20 },
        routes: [
          {
            key: 'GET /orders/{id}',
            functionName: 'Shop-Work',
            integrationTimeoutMs: 30_000,
            authorizer: {
              issuer: pool?.issuer,
              audience: [pool?.clients.Client],
              scopes: ['orders'],
            },
          },
        ],
      },
    ]);
  });

  it('says where the API answers when told so', () => {
    const dir = writeAssembly(anApi(), {
      Outputs: { Url: { Value: getAtt('Api', 'ApiEndpoint') } },
    });
    const { outputs } = loadAssembly(dir, { apiEndpoint: 'http://127.0.0.1:3000' });
    expect(outputs).toEqual({ Url: 'http://127.0.0.1:3000' });
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
  it('leaves out what a condition excludes', () => {
    const model = load(
      { Kept: { ...aQueue(), Condition: 'Yes' }, Dropped: { ...aQueue(), Condition: 'No' } },
      {
        Conditions: {
          Yes: { 'Fn::Equals': ['a', 'a'] },
          No: { 'Fn::Not': [{ Condition: 'Yes' }] },
        },
      },
    );
    expect(model.queues.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
  });

  it('skips what only serves a deploy', () => {
    const handler = 'CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F';
    const model = load({
      Role: aRole,
      Bucket: { Type: 'AWS::S3::Bucket' },
      Emptied: {
        Type: 'Custom::S3AutoDeleteObjects',
        Properties: { ServiceToken: getAtt(handler, 'Arn'), BucketName: { Ref: 'Bucket' } },
      },
      [handler]: aFunction({ Timeout: 900 }),
    });
    expect(model.functions).toEqual([]);
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  it('cuts a long name to what the service takes, and keeps it distinct', () => {
    const long = 'RelayOutboxOfTheOrdersTableThatHasAVeryLongNameIndeed';
    const { functions } = load({
      Role: aRole,
      [`${long}0A1B2C3D`]: aFunction(),
      [`${long}4E5F6071`]: aFunction(),
    });
    const names = functions.map(({ name }) => name);
    expect(names.every((name) => name.length <= 64)).toBe(true);
    expect(new Set(names).size).toBe(2);
  });
});

describe('template loader, when it does not know', () => {
  const refusals: readonly [string, Resources, string][] = [
    [
      'a resource type',
      { Topic: { Type: 'AWS::SNS::Topic' } },
      'Topic (AWS::SNS::Topic): this resource type is not known to the local engine',
    ],
    [
      'a property',
      { Orders: aTable({ KinesisStreamSpecification: {} }) },
      'Orders (AWS::DynamoDB::GlobalTable): property KinesisStreamSpecification is not known',
    ],
    [
      'a nested property',
      { Role: aRole, Work: aFunction({ Environment: { Secrets: {} } }) },
      'Work (AWS::Lambda::Function): property Environment.Secrets is not known',
    ],
    [
      'a FIFO queue',
      { Queue: aQueue({ FifoQueue: true }) },
      'Queue (AWS::SQS::Queue): property FifoQueue is true, but must be false',
    ],
    [
      'a value out of AWS’s bounds',
      { Queue: aQueue({ DelaySeconds: 901 }) },
      'Queue (AWS::SQS::Queue): property DelaySeconds is 901, but must be a whole number from 0 to 900',
    ],
    [
      'another runtime',
      { Role: aRole, Work: aFunction({ Runtime: 'python3.13' }) },
      'Work (AWS::Lambda::Function): property Runtime is "python3.13"',
    ],
    [
      'code that is not in the assembly',
      { Role: aRole, Work: aFunction({ Code: { S3Key: 'other.zip' } }) },
      'Work (AWS::Lambda::Function): its code other.zip has no folder',
    ],
    [
      'a dead-letter queue elsewhere',
      { Queue: aQueue({ RedrivePolicy: { deadLetterTargetArn: 'arn:x', maxReceiveCount: 1 } }) },
      'Queue (AWS::SQS::Queue): its dead-letter queue arn:x is not in this template',
    ],
    [
      'a mapping from elsewhere',
      { Role: aRole, Work: aFunction(), Map: aMapping({ EventSourceArn: 'arn:x' }) },
      'Map (AWS::Lambda::EventSourceMapping): its source arn:x is neither a queue nor a stream',
    ],
    [
      'a reference to nothing',
      { Queue: aQueue({ QueueName: { Ref: 'Nowhere' } }) },
      'the template has no resource Nowhere',
    ],
    [
      'a schedule that is none',
      {
        Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minutes)' } },
      },
      'Rule (AWS::Events::Rule): the schedule rate(1 minutes) cannot be used',
    ],
    [
      'a rule whose target is elsewhere',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { a: [1] }, Targets: [{ Id: 'T', Arn: 'arn:x' }] },
        },
      },
      'Rule (AWS::Events::Rule): its target arn:x is neither a queue nor a function',
    ],
    [
      'a route without an integration',
      anApi({ Target: 'integrations/none' }),
      'Route (AWS::ApiGatewayV2::Route): its target integrations/none is not an integration',
    ],
    [
      'a route whose authorizer is missing',
      anApi({ AuthorizerId: 'none' }),
      'Route (AWS::ApiGatewayV2::Route): its authorizer none is not an authorizer of this API',
    ],
  ];

  it.each(refusals)('refuses %s, naming the resource', (_what, resources, message) => {
    expect(() => load(resources)).toThrow(message);
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
  it('refuses a third reader of a stream, which AWS would throttle', () => {
    const resources = { Role: aRole, F: aFunction(), G: aFunction(), H: aFunction() };
    const by = (name: string) =>
      aMapping({
        EventSourceArn: getAtt('Orders', 'StreamArn'),
        FunctionName: { Ref: name },
        StartingPosition: 'LATEST',
      });
    const two = { ...resources, Orders: aTable(), A: by('F'), B: by('G') };
    expect(load(two).streamMappings).toHaveLength(2);
    expect(() => load({ ...two, C: by('H') })).toThrow('A, B, C: 3 mappings read');
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  it('refuses a mapping whose queue hides messages for less than its function may take', () => {
    const resources = { Role: aRole, Work: aFunction({ Timeout: 31 }), Queue: aQueue() };
    const mapping = aMapping({ EventSourceArn: getAtt('Queue', 'Arn') });
    expect(() => load({ ...resources, Map: mapping })).toThrow(
      'Queue hides a message for 30000 ms, less than the timeout of Work, 31000 ms',
    );
  });
});
