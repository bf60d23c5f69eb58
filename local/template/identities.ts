/**
 * What `Ref` and `Fn::GetAtt` say about each resource type: physical names, ARNs, URLs and ids, as
 * AWS would form them, and the same on every load.
 */
import { createHash } from 'node:crypto';
import { accountId, region } from './model.ts';

export interface Identity {
  /** Value of `Ref`. */
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Named {
  readonly name: string;
  /** Stable, different for every resource of every stack. */
  readonly seed: string;
  /** Where the local HTTP server answers; without it, an address as on AWS. */
  readonly apiEndpoint: string | undefined;
}

interface Naming {
  /** The property that sets the physical name. */
  readonly property?: string;
  /** Longest name the service takes. */
  readonly limit: number;
  readonly isLowerCase?: boolean;
  /** What a name set by the template must look like. @default not empty */
  readonly form?: RegExp;
  identify(named: Named): Identity;
}

export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** Letters and digits that look like AWS's generated ids, always the same ones for one seed. */
export const stableId = (seed: string, length: number): string =>
  BigInt(`0x${createHash('sha256').update(seed).digest('hex')}`)
    .toString(36)
    .slice(0, length);

const byName = ({ name }: Named): Identity => ({ ref: name, attributes: {} });
const byId = ({ seed }: Named): Identity => ({ ref: stableId(seed, 7), attributes: {} });

const globalTable = ({ name }: Named): Identity => {
  const tableArn = arn('dynamodb', `table/${name}`);
  const streamArn = `${tableArn}/stream/2026-01-01T00:00:00.000`;
  return { ref: name, attributes: { Arn: tableArn, StreamArn: streamArn } };
};

const queue = ({ name }: Named): Identity => {
  const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
  return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
};

const bucket = ({ name }: Named): Identity => ({
  ref: name,
  attributes: {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  },
});

const machine = ({ name }: Named): Identity => {
  const machineArn = arn('states', `stateMachine:${name}`);
  return { ref: machineArn, attributes: { Arn: machineArn, Name: name } };
};

const api = ({ seed, apiEndpoint }: Named): Identity => {
  const id = stableId(seed, 10);
  const endpoint = apiEndpoint ?? `https://${id}.execute-api.${region}.amazonaws.com`;
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: endpoint } };
};

const userPool = ({ seed }: Named): Identity => {
  const id = `${region}_${stableId(seed, 9)}`;
  const provider = `cognito-idp.${region}.amazonaws.com/${id}`;
  return {
    ref: id,
    attributes: {
      UserPoolId: id,
      Arn: arn('cognito-idp', `userpool/${id}`),
      ProviderName: provider,
      ProviderURL: `https://${provider}`,
    },
  };
};

const userPoolClient = ({ name, seed }: Named): Identity => {
  const id = stableId(seed, 26);
  const secret = stableId(`${seed} secret`, 49);
  return { ref: id, attributes: { ClientId: id, ClientSecret: secret, Name: name } };
};

const withArn =
  (form: (name: string) => string) =>
  ({ name }: Named): Identity => ({ ref: name, attributes: { Arn: form(name) } });

export const anyName = /^.+$/s;
/** Queues, functions and machines. */
const words = /^[A-Za-z0-9_-]+$/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
export const namings: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::GlobalTable': {
    property: 'TableName',
    limit: 255,
    form: /^[A-Za-z0-9_.-]{3,}$/,
    identify: globalTable,
  },
  'AWS::SQS::Queue': { property: 'QueueName', limit: 80, form: words, identify: queue },
  'AWS::S3::Bucket': {
    property: 'BucketName',
    limit: 63,
    form: /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/,
    isLowerCase: true,
    identify: bucket,
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    limit: 64,
    form: words,
    identify: withArn((name) => arn('lambda', `function:${name}`)),
  },
  'AWS::Lambda::EventSourceMapping': { limit: 255, identify: byId },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    limit: 80,
    form: words,
    identify: machine,
  },
  'AWS::Events::Rule': {
    property: 'Name',
    limit: 64,
    identify: withArn((name) => arn('events', `rule/${name}`)),
  },
  'AWS::ApiGatewayV2::Api': { limit: 128, identify: api },
  'AWS::ApiGatewayV2::Route': { limit: 128, identify: byId },
  'AWS::ApiGatewayV2::Integration': { limit: 128, identify: byId },
  'AWS::ApiGatewayV2::Authorizer': { limit: 128, identify: byId },
  'AWS::ApiGatewayV2::Stage': { property: 'StageName', limit: 128, identify: byName },
  'AWS::Cognito::UserPool': { property: 'UserPoolName', limit: 128, identify: userPool },
  'AWS::Cognito::UserPoolClient': {
    property: 'ClientName',
    limit: 128,
    identify: userPoolClient,
  },
  'AWS::Cognito::UserPoolResourceServer': {
    property: 'Identifier',
    limit: 256,
    identify: byName,
  },
  'AWS::Cognito::UserPoolDomain': { property: 'Domain', limit: 63, identify: byName },
  'AWS::IAM::Role': {
    property: 'RoleName',
    limit: 64,
    identify: withArn((name) => `arn:aws:iam::${accountId}:role/${name}`),
  },
  'AWS::IAM::ManagedPolicy': {
    property: 'ManagedPolicyName',
    limit: 128,
    identify: ({ name }) => ({ ref: `arn:aws:iam::${accountId}:policy/${name}`, attributes: {} }),
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    limit: 512,
    identify: withArn((name) => `${arn('logs', `log-group:${name}`)}:*`),
  },
  'AWS::CloudWatch::Alarm': {
    property: 'AlarmName',
    limit: 255,
    identify: withArn((name) => arn('cloudwatch', `alarm:${name}`)),
  },
};

/** Of a type that nothing else refers to by more than its `Ref`. */
export const unnamed: Naming = { limit: 255, identify: byName };

/** The resource's own name, or `<stack>-<logicalId>` cut to what the service takes. */
export function physicalName(stack: string, logicalId: string, naming: Naming): string {
  const name = `${stack}-${logicalId}`;
  const fitting =
    name.length <= naming.limit
      ? name
      : `${name.slice(0, naming.limit - 9)}-${logicalId.slice(-8)}`;
  return naming.isLowerCase ? fitting.toLowerCase() : fitting;
}
