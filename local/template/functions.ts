/** AWS::Lambda::Function: a bundle of the cloud assembly on Node 24, with its environment. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export function readFunction(resource: Resource, assemblyDir: string): FunctionModel {
  const properties = resource.properties();
  properties.only('Runtime', 'nodejs24.x');
  properties.ignore(
    'Architectures',
    'Description',
    'FunctionName',
    'RecursiveLoop',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  );
  const model: FunctionModel = {
    logicalId: resource.logicalId,
    name: resource.name,
    arn: resource.identity.attributes.Arn ?? '',
    assetDir: assetDir(properties, assemblyDir),
    handler: properties.text('Handler'),
    environment: environmentOf(properties),
    timeoutMs: 1000 * properties.number('Timeout', { min: 1, max: 900, otherwise: 3 }),
    memoryMb: properties.number('MemorySize', { min: 128, max: 10_240, otherwise: 128 }),
    reservedConcurrency: properties.optionalNumber('ReservedConcurrentExecutions', {
      min: 0,
      max: 1000,
    }),
    roleArn: properties.text('Role'),
    logGroup: logGroupOf(resource, properties),
  };
  properties.finish();
  return model;
}

/** The CDK names an asset's zip by its hash and keeps its folder beside the template. */
function assetDir(properties: Properties, assemblyDir: string): string {
  const code = properties.object('Code');
  code.ignore('S3Bucket');
  const key = code.text('S3Key');
  const dir = join(assemblyDir, `asset.${key.replace(/\.zip$/, '')}`);
  if (existsSync(dir)) return dir;
  return properties.fail(`its code ${key} has no folder ${dir}; was bundling skipped?`);
}

function logGroupOf({ name }: Resource, properties: Properties): string {
  const config = properties.optionalObject('LoggingConfig');
  config?.ignore('ApplicationLogLevel', 'LogFormat', 'SystemLogLevel');
  return config?.optionalText('LogGroup') ?? `/aws/lambda/${name}`;
}

function environmentOf(properties: Properties): Record<string, string> {
  const variables = properties.optionalObject('Environment')?.optionalObject('Variables');
  if (!variables) return {};
  return Object.fromEntries(variables.names().map((name) => [name, variables.text(name)]));
}
