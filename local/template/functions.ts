/** AWS::Lambda::Function: a bundle of the cloud assembly on Node 24, with its environment. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionModel } from './model.ts';
import { type Properties, TemplateError } from './properties.ts';
import type { Resource } from './template.ts';

export function readFunction(resource: Resource, assemblyDir: string): FunctionModel {
  const properties = resource.properties();
  properties.must('Runtime', 'nodejs24.x');
  properties.ignore(
    'Architectures',
    'FunctionName',
    'RecursiveLoop',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
  );
  const model: FunctionModel = {
    logicalId: resource.logicalId,
    description: properties.optionalText('Description'),
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
  config?.only('LogFormat', 'Text', 'JSON');
  // Any higher level would leave out lines, metrics among them.
  config?.only('ApplicationLogLevel', 'INFO', 'DEBUG', 'TRACE');
  config?.ignore('SystemLogLevel');
  return config?.optionalText('LogGroup') ?? `/aws/lambda/${name}`;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const largestEnvironmentBytes = 4096;
const reservedNames = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
]);

function environmentOf(properties: Properties): Record<string, string> {
  const variables = properties.optionalObject('Environment')?.optionalObject('Variables');
  if (!variables) return {};
  const environment = variables.names().map((name) => [name, variables.text(name)] as const);
  for (const [name] of environment) {
    if (reservedNames.has(name)) properties.fail(`the variable ${name} is Lambda's own`);
    if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name))
      properties.fail(
        `the variable ${name} must be a letter, and then letters, digits and underscores`,
      );
  }
  const bytes = Buffer.byteLength(environment.flat().join(''));
  if (bytes > largestEnvironmentBytes)
    properties.fail(`its variables have ${bytes} bytes, and AWS takes ${largestEnvironmentBytes}`);
  return Object.fromEntries(environment);
}

/** What an account has unless more was asked for, and what of it nobody can reserve. */
export const accountConcurrency = 1000;
const unreservable = 100;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export function checkConcurrency(functions: readonly FunctionModel[]): void {
  const reserving = functions.filter(({ reservedConcurrency }) => reservedConcurrency);
  const sum = reserving.reduce((total, fn) => total + (fn.reservedConcurrency ?? 0), 0);
  if (sum > accountConcurrency - unreservable)
    throw new TemplateError(
      `${reserving.map(({ logicalId }) => logicalId).join(', ')}: they reserve a concurrency of ` +
        `${sum}, and AWS keeps ${unreservable} of an account's ${accountConcurrency} for all others`,
    );
}
