// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub is what is meant
/** Cloud assemblies for tests: what `cdk synth` writes, as small as the loader takes it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Resources = Record<string, Record<string, unknown>>;

export const assetHash = 'a1b2c3';

const dirs: string[] = [];

/** Writes a stack named `Shop` with one asset and returns the assembly's folder. */
export function writeAssembly(
  resources: Resources,
  sections: Record<string, unknown> = {},
): string {
  const dir = mkdtempSync(join(tmpdir(), 'assembly-'));
  dirs.push(dir);
  mkdirSync(join(dir, `asset.${assetHash}`));
  const stack = {
    type: 'aws:cloudformation:stack',
    properties: { templateFile: 'Shop.template.json' },
  };
  const assets = { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } };
  const manifest = { version: '55.0.0', artifacts: { 'Shop.assets': assets, Shop: stack } };
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(
    join(dir, 'Shop.template.json'),
    JSON.stringify({ Resources: resources, ...sections }),
  );
  return dir;
}

export function removeAssemblies(): void {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
}

export const aTable = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    Replicas: [
      {
        Region: { Ref: 'AWS::Region' },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    ...properties,
  },
});

export const aQueue = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

export const aFunction = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: {
      S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}-${AWS::Region}' },
      S3Key: `${assetHash}.zip`,
    },
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Runtime: 'nodejs24.x',
    Timeout: 10,
    ...properties,
  },
});

export const aMapping = (properties: Record<string, unknown>) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: { Ref: 'Work' }, ...properties },
});

export const aRole = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
        },
      ],
    },
  },
};

export const getAtt = (logicalId: string, attribute: string) => ({
  'Fn::GetAtt': [logicalId, attribute],
});

/** What the role `Role` may do. */
export const aPolicy = (...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyDocument: { Version: '2012-10-17', Statement: statements },
    PolicyName: 'Policy',
    Roles: [{ Ref: 'Role' }],
  },
});

/** Lets the API `Api` call the function `Work` for all its routes. */
export const aPermission = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: getAtt('Work', 'Arn'),
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*',
    },
    ...properties,
  },
});

/** An HTTP API with one guarded route, as the CDK lays it out; its function may do everything. */
export const anApi = (route: Record<string, unknown> = {}): Resources => ({
  Role: aRole,
  Policy: aPolicy({ Effect: 'Allow', Action: '*', Resource: '*' }),
  Permission: aPermission(),
  Work: aFunction(),
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Shop', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'Api' },
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 },
      StageName: '$default',
    },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: getAtt('Work', 'Arn'),
      PayloadFormatVersion: '2.0',
    },
  },
  Authorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'Api' },
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Audience: [{ Ref: 'Client' }],
        Issuer: {
          'Fn::Join': [
            '',
            ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', { Ref: 'Pool' }],
          ],
        },
      },
      Name: 'Jwt',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      AuthorizationScopes: ['orders'],
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'Authorizer' },
      RouteKey: 'GET /orders/{id}',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      ...route,
    },
  },
});
