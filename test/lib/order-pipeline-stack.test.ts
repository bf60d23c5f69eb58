import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { entries } from '../../lib/bundle.ts';
import { access } from '../../lib/order-pipeline-access.ts';
import { readTemplate, resourcesOf, type TemplateFile } from '../support/assembly.ts';

const template = readTemplate();
const byType = (type: string) => resourcesOf(template, type);

/** Text of a value in which every intrinsic is replaced by the logical id it speaks of. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, part) => {
    if (part?.Ref) return `<${part.Ref}>`;
    if (part?.['Fn::GetAtt']) return `<${part['Fn::GetAtt'].join('.')}>`;
    if (part?.['Fn::Join']) return part['Fn::Join'][1].map(flat).join('');
    return part;
  });
const flat = (part: unknown): string => (typeof part === 'string' ? part : text(part).slice(1, -1));

const functions = byType('AWS::Lambda::Function').filter(
  ([, { Properties }]) => typeof Properties.Description === 'string',
);
const entryOf = (logicalId: string): string =>
  functions.find(([id]) => id === logicalId)?.[1].Properties.Description;

type Statement = { Action: string | string[]; Resource: unknown; Effect: string };
function statementsOf(roleId: string): { actions: string[]; resources: string[] }[] {
  const policies = byType('AWS::IAM::Policy').filter(([, { Properties }]) =>
    text(Properties.Roles).includes(`<${roleId}>`),
  );
  return policies.flatMap(([, { Properties }]) =>
    (Properties.PolicyDocument.Statement as Statement[]).map(({ Action, Resource, Effect }) => {
      expect(Effect).toBe('Allow');
      return { actions: [Action].flat(), resources: [Resource].flat().map((r) => flat(r)) };
    }),
  );
}

/** Who parks what no retry can cure; who recovers orders looks first whether they are parked. */
const parkers = [
  'relay-outbox',
  'project-order',
  'park-compensation',
  'reject-order',
  'capture-payment',
].concat('notify-customer', 'rescue-outbox');
const recoverers = ['start-saga', 'watch-deadline', 'recover-saga'];

describe('the stack', () => {
  it('deploys every entry, arm64 on Node 24, each with a role and a log group of its own', () => {
    expect(functions.map(([, { Properties }]) => Properties.Description).sort()).toEqual(entries());
    const roles = functions.map(([, { Properties }]) => text(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties.LoggingConfig.LogGroup).toBeDefined();
    }
    for (const [, { Properties }] of byType('AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBeGreaterThan(0);
  });

  it('grants to each function exactly the table actions of the access matrix', () => {
    const outputs = Object.entries(template.Outputs);
    const tableOf = (variable: string): string => {
      const name = variable.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, c) => c.toUpperCase());
      return flat(outputs.find(([output]) => output === name)?.[1].Value).slice(1, -1);
    };
    for (const [id, { Properties }] of functions) {
      const entry = Properties.Description as string;
      const granted = new Map<string, string[]>();
      for (const { actions, resources } of statementsOf(Properties.Role['Fn::GetAtt'][0]))
        for (const resource of resources) {
          const [, table] = /^<(\w+)\.Arn>$/.exec(resource) ?? [];
          if (table && actions.every((action) => action.startsWith('dynamodb:')))
            granted.set(table, [...(granted.get(table) ?? []), ...actions]);
        }
      const expected = new Map(
        Object.entries(access[entry] ?? {}).map(([variable, actions]) => [
          tableOf(variable),
          actions.map((action) => `dynamodb:${action}`),
        ]),
      );
      if (entry === 'project-order' || entry === 'rescue-outbox')
        expected.set(tableOf('READ_MODEL_TABLE'), ['dynamodb:PutItem', 'dynamodb:UpdateItem']);
      if (entry === 'rescue-outbox') expected.set(tableOf('ORDERS_TABLE'), ['dynamodb:Scan']);
      if (parkers.includes(entry)) expected.set(tableOf('PARKED_TABLE'), ['dynamodb:PutItem']);
      if (recoverers.includes(entry))
        expected.set(tableOf('PARKED_TABLE'), ['dynamodb:PutItem', 'dynamodb:GetItem']);
      expect({ id, granted: sorted(granted) }).toEqual({ id, granted: sorted(expected) });
    }
  });

  it('grants no wildcard action, and a wildcard resource only where AWS has no other form', () => {
    const wild: string[] = [];
    for (const [id, { Properties }] of byType('AWS::IAM::Policy'))
      for (const { Action, Resource } of Properties.PolicyDocument.Statement) {
        for (const action of [Action].flat()) expect(action).not.toContain('*');
        for (const resource of [Resource].flat().map((r: unknown) => flat(r)))
          if (resource.includes('*')) wild.push(`${id}: ${[Action].flat()[0]}`);
      }
    expect(wild.map((entry) => entry.split(': ')[1]).sort()).toEqual([
      'dynamodb:ListStreams',
      'dynamodb:ListStreams',
      'logs:CreateLogDelivery',
      's3:PutObject',
      's3:PutObject',
      'states:DescribeExecution',
      'states:DescribeExecution',
      'states:DescribeExecution',
    ]);
  });

  it('lets services call functions and queues only on behalf of their own source', () => {
    for (const [, { Properties }] of byType('AWS::Lambda::Permission'))
      expect(Properties.SourceArn).toBeDefined();
    for (const [, { Properties }] of byType('AWS::SQS::QueuePolicy'))
      for (const statement of Properties.PolicyDocument.Statement)
        if (statement.Effect === 'Allow')
          expect(text(statement.Condition)).toContain('aws:SourceArn');
  });

  it('hides a message six times as long as its function may run, and keeps dead letters longer', () => {
    const mappings = byType('AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) =>
      text(Properties.EventSourceArn).includes('Queue'),
    );
    expect(mappings).toHaveLength(6);
    for (const [, { Properties }] of mappings) {
      const queue = template.Resources[Properties.EventSourceArn['Fn::GetAtt'][0]]?.Properties;
      const fn = template.Resources[Properties.FunctionName.Ref]?.Properties;
      const dead =
        template.Resources[queue.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]]?.Properties;
      expect(queue.VisibilityTimeout).toBe(6 * fn.Timeout);
      expect(queue.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(dead.MessageRetentionPeriod).toBeGreaterThan(queue.MessageRetentionPeriod);
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
    }
  });

  it('reads its stream with two readers that lose nothing for 20 hours and keep the rest whole', () => {
    const readers = byType('AWS::Lambda::EventSourceMapping').filter(([, { Properties }]) =>
      text(Properties.EventSourceArn).includes('StreamArn'),
    );
    expect(
      readers.map(([, { Properties }]) => entryOf(Properties.FunctionName.Ref)).sort(),
    ).toEqual(['project-order', 'relay-outbox']);
    const [bucket] = byType('AWS::S3::Bucket').map(([id]) => id);
    for (const [, { Properties }] of readers) {
      expect(Properties).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: -1,
        MaximumRecordAgeInSeconds: 72_000,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      expect(Properties.TumblingWindowInSeconds).toBeUndefined();
      expect(text(Properties.DestinationConfig)).toContain(`<${bucket}.Arn>`);
    }
  });

  it('raises an alarm for everything that waits for a person', () => {
    const watched = byType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const count = (metric: string) => watched.filter((p) => p.MetricName === metric).length;
    expect(count('ApproximateNumberOfMessagesVisible')).toBe(6);
    expect(count('ApproximateAgeOfOldestMessage')).toBe(6);
    expect(count('IteratorAge')).toBe(2);
    expect(count('Parked')).toBe(1);
    for (const end of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])
      expect(count(end)).toBe(1);
    for (const alarm of watched) expect(alarm.AlarmDescription).toMatch(/.{20}/);
  });

  it('starts recovery for executions that failed, timed out or were aborted', () => {
    const [[, rule] = []] = byType('AWS::Events::Rule');
    expect(rule?.Properties.EventPattern).toMatchObject({
      source: ['aws.states'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
    expect(text(rule?.Properties.Targets)).toContain('Recovery');
  });

  it('asks a token with a scope on every route but the description and what does not exist', () => {
    const open = byType('AWS::ApiGatewayV2::Route').filter(
      ([, { Properties }]) => Properties.AuthorizationType !== 'JWT',
    );
    expect(open.map(([, { Properties }]) => Properties.RouteKey).sort()).toEqual([
      '$default',
      'GET /',
      'GET /openapi.json',
    ]);
    for (const [, { Properties }] of byType('AWS::ApiGatewayV2::Route'))
      if (Properties.AuthorizationType === 'JWT')
        expect(Properties.AuthorizationScopes.length).toBeGreaterThan(0);
    const [[, stage] = []] = byType('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    expect(stage?.Properties.AccessLogSettings.DestinationArn).toBeDefined();
  });

  it('runs one valid JSONata machine that logs no data', () => {
    const [[, machine] = []] = byType('AWS::StepFunctions::StateMachine');
    const definition = JSON.parse(
      text(machine?.Properties.DefinitionString)
        .slice(1, -1)
        .replaceAll('\\"', '"')
        .replaceAll('\\\\', '\\'),
    );
    expect(aslValidator(definition, { checkArn: false })).toMatchObject({ isValid: true });
    expect(machine?.Properties.LoggingConfiguration).toMatchObject({
      Level: 'ALL',
      IncludeExecutionData: false,
    });
  });

  it('keeps the logical ids of everything that holds state', () => {
    const stateful = Object.entries(template.Resources)
      .filter(([, { Type }]) => /GlobalTable|S3::Bucket$|UserPool$|SQS::Queue$/.test(Type))
      .map(([id, { Type }]) => `${Type} ${id}`);
    expect(stateful.sort()).toMatchSnapshot();
  });

  it('leaves nothing behind when destroyed', () => {
    for (const type of ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::Logs::LogGroup'])
      for (const [id, { DeletionPolicy }] of byType(type))
        expect(`${id} ${DeletionPolicy}`).toBe(`${id} Delete`);
  });
});

describe('the stack with -c stage=prod', () => {
  const prod = synthesize({ stage: 'prod' }, 'build/cdk.prod.test.out');

  it('retains and protects what holds state, with point-in-time recovery', () => {
    for (const [id, table] of resourcesOf(prod, 'AWS::DynamoDB::GlobalTable')) {
      expect(`${id} ${table.DeletionPolicy}`).toBe(`${id} Retain`);
      expect(table.Properties.Replicas[0]).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
    for (const type of ['AWS::S3::Bucket', 'AWS::Cognito::UserPool'])
      for (const [, { DeletionPolicy }] of resourcesOf(prod, type))
        expect(DeletionPolicy).toBe('Retain');
  });
});

describe('the stack with an issuer of its own', () => {
  it('makes no user pool', () => {
    const own = synthesize(
      { jwtIssuer: 'https://tokens.example.com/', jwtAudience: 'shop,desk' },
      'build/cdk.jwt.test.out',
    );
    expect(resourcesOf(own, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(resourcesOf(own, 'AWS::ApiGatewayV2::Authorizer')[0]?.[1].Properties).toMatchObject({
      JwtConfiguration: { Issuer: 'https://tokens.example.com/', Audience: ['shop', 'desk'] },
    });
  });

  it('refuses an issuer without an audience, saying how to give both', () => {
    expect(() => synthesize({ jwtIssuer: 'https://x.example' }, 'build/cdk.bad.test.out')).toThrow(
      /jwtIssuer and jwtAudience come together/,
    );
  });
});

function synthesize(extra: Record<string, string>, outdir: string): TemplateFile {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  execFileSync(process.execPath, ['bin/app.ts'], {
    stdio: 'pipe',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...extra }),
      EVERONCE_FAST_SYNTH: '1',
    },
  });
  return readTemplate(outdir);
}

const sorted = (map: Map<string, readonly string[]>) =>
  Object.fromEntries([...map].map(([table, actions]) => [table, [...actions].sort()]));
