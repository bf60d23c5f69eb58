/**
 * From a cloud assembly (`cdk.out`) to the engine's model. Knows the resource types, and refuses
 * loudly whatever it does not know: what runs locally is what would be deployed, or nothing runs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readApis } from './apis.ts';
import { readBucket } from './buckets.ts';
import { checkConcurrency, readFunction } from './functions.ts';
import { readMachine } from './machines.ts';
import { type MappingPeers, type MappingRead, readMapping } from './mappings.ts';
import type { Model, QueueModel, StreamMappingModel } from './model.ts';
import { isPassive } from './passive.ts';
import { readAccess } from './policies.ts';
import { TemplateError } from './properties.ts';
import { readQueue } from './queues.ts';
import { readRule } from './rules.ts';
import { readTable } from './tables.ts';
import { type Resource, Template } from './template.ts';
import { readUserPools } from './user-pools.ts';

export interface LoadOptions {
  /** Where the HTTP API will answer, e.g. `http://127.0.0.1:3000`. @default an address as on AWS */
  readonly apiEndpoint?: string;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<string, { type: string; properties?: { templateFile?: string; stackName?: string } }>
  >;
}

/** Reads the one stack of a cloud assembly. */
export function loadAssembly(dir: string, options: LoadOptions = {}): Model {
  const assemblyDir = resolve(dir);
  const manifestFile = join(assemblyDir, 'manifest.json');
  if (!existsSync(manifestFile))
    throw new TemplateError(`${manifestFile} does not exist; synthesize first (npm run synth)`);
  const { artifacts = {} } = readJson(manifestFile) as Manifest;
  const stacks = Object.entries(artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [stack, another] = stacks;
  if (!stack || another)
    throw new TemplateError(`${manifestFile} has ${stacks.length} stacks, the engine runs one`);
  const [id, { properties }] = stack;
  const body = readJson(join(assemblyDir, properties?.templateFile ?? `${id}.template.json`));
  const template = new Template(
    properties?.stackName ?? id,
    body as Record<string, unknown>,
    options.apiEndpoint,
  );
  return loadTemplate(template, assemblyDir);
}

/** Every resource type that has behaviour here; the rest is passive or refused. */
const activeTypes = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::StepFunctions::StateMachine',
] as const;
type ActiveType = (typeof activeTypes)[number];

export function loadTemplate(template: Template, assemblyDir: string): Model {
  const of = byType(template);
  const tables = of('AWS::DynamoDB::GlobalTable').map(readTable);
  const queues = of('AWS::SQS::Queue').map(readQueue);
  const buckets = of('AWS::S3::Bucket').map(readBucket);
  const functions = of('AWS::Lambda::Function').map((each) => readFunction(each, assemblyDir));
  const peers = { tables, queues, functions };
  const { streamMappings, queueMappings } = readMappings(
    of('AWS::Lambda::EventSourceMapping'),
    peers,
  );
  checkConcurrency(functions);
  checkRedrives(queues);
  checkStreams(streamMappings, new Set(buckets.map(({ arn }) => arn)));
  const targets = new Set([...queues, ...functions].map(({ arn }) => arn));
  const model: Model = {
    tables,
    queues,
    buckets,
    functions,
    streamMappings,
    queueMappings,
    machines: of('AWS::StepFunctions::StateMachine').map(readMachine),
    rules: of('AWS::Events::Rule').flatMap((rule) => readRule(rule, targets) ?? []),
    apis: readApis(of('AWS::ApiGatewayV2::Api'), {
      routes: of('AWS::ApiGatewayV2::Route'),
      integrations: of('AWS::ApiGatewayV2::Integration'),
      authorizers: of('AWS::ApiGatewayV2::Authorizer'),
      stages: of('AWS::ApiGatewayV2::Stage'),
      functions,
    }),
    userPools: readUserPools(of('AWS::Cognito::UserPool'), of('AWS::Cognito::UserPoolClient')),
    access: readAccess({
      roles: of('AWS::IAM::Role'),
      policies: of('AWS::IAM::Policy'),
      managedPolicies: of('AWS::IAM::ManagedPolicy'),
      queuePolicies: of('AWS::SQS::QueuePolicy'),
      bucketPolicies: of('AWS::S3::BucketPolicy'),
      permissions: of('AWS::Lambda::Permission'),
      ...{ queues, buckets, functions },
    }),
    outputs: template.outputs(),
  };
  checkNames(model);
  return model;
}

/** Two resources of one name would be one here, and no deployment on AWS. */
function checkNames({ tables, queues, buckets, functions, machines, rules, access }: Model): void {
  const ruled = rules.map(({ logicalId, name }) => ({ logicalId, arn: `rule ${name}` }));
  const named = [tables, queues, buckets, functions, machines, ruled, access.roles].flat();
  for (const [arn, owners] of Map.groupBy(named, (each) => each.arn))
    if (owners.length > 1)
      throw new TemplateError(
        `${owners.map(({ logicalId }) => logicalId).join(', ')}: they have the same name, ${arn}`,
      );
}

type OfType = (type: ActiveType) => readonly Resource[];

function byType(template: Template): OfType {
  const known: ReadonlySet<string> = new Set(activeTypes);
  const grouped = Map.groupBy(
    template.resources().filter(({ logicalId, type }) => !isPassive(logicalId, type)),
    ({ type }) => type,
  );
  for (const [type, [first]] of grouped)
    if (!known.has(type))
      throw new TemplateError(
        `${first?.logicalId} (${type}): this resource type is not known to the local engine; ` +
          'teach local/template about it or leave it out',
      );
  return (type) => grouped.get(type) ?? [];
}

function readMappings(
  resources: readonly Resource[],
  peers: MappingPeers,
): Pick<Model, 'streamMappings' | 'queueMappings'> {
  const mappings: MappingRead[] = resources.flatMap((each) => readMapping(each, peers) ?? []);
  checkRepeated(mappings);
  return {
    streamMappings: mappings.flatMap((each) => (each.kind === 'stream' ? each.mapping : [])),
    queueMappings: mappings.flatMap((each) => (each.kind === 'queue' ? each.mapping : [])),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function checkRepeated(mappings: readonly MappingRead[]): void {
  const seen = new Map<string, string>();
  for (const { kind, mapping } of mappings) {
    const source = kind === 'queue' ? mapping.queueArn : mapping.streamArn;
    const key = `${source} to ${mapping.functionName}`;
    const before = seen.get(key);
    if (before !== undefined)
      throw new TemplateError(
        `${before}, ${mapping.logicalId}: both map ${key}, and AWS takes one such mapping`,
      );
    seen.set(key, mapping.logicalId);
  }
}

function checkRedrives(queues: readonly QueueModel[]): void {
  const arns = new Set(queues.map(({ arn }) => arn));
  for (const { logicalId, redrive } of queues)
    if (redrive && !arns.has(redrive.deadLetterArn))
      throw new TemplateError(
        `${logicalId} (AWS::SQS::Queue): its dead-letter queue ${redrive.deadLetterArn} is not in this template`,
      );
}

/** AWS: at most two readers per shard of a DynamoDB stream, else all are throttled. */
function checkStreams(
  mappings: readonly StreamMappingModel[],
  destinations: ReadonlySet<string>,
): void {
  for (const [streamArn, readers] of Map.groupBy(
    mappings.filter(({ isEnabled }) => isEnabled),
    (each) => each.streamArn,
  ))
    if (readers.length > 2)
      throw new TemplateError(
        `${readers.map(({ logicalId }) => logicalId).join(', ')}: ${readers.length} mappings read ` +
          `${streamArn}, but a stream serves two readers`,
      );
  for (const { logicalId, failureDestinationArn: arn } of mappings)
    if (arn !== undefined && !destinations.has(arn))
      throw new TemplateError(
        `${logicalId} (AWS::Lambda::EventSourceMapping): its failure destination ${arn} is not a bucket of this template`,
      );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const what = (cause as Error).message;
    throw new TemplateError(`${file} cannot be read (${what}); synthesize anew (npm run synth)`, {
      cause,
    });
  }
}
