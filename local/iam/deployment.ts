/**
 * What AWS checks while it deploys: roles that can be assumed, and roles that may do what event source
 * mappings and logged state machines do in their name. A template that fails here would not deploy.
 */
import { failureKey } from '../streams/failure-record.ts';
import { mappingId } from '../streams/mapping-id.ts';
import type { Model, QueueMappingModel, StreamMappingModel } from '../template/model.ts';
import { TemplateError } from '../template/properties.ts';
import type { Access, Question } from './access.ts';
import type { Principal } from './principal.ts';

type Need = Pick<Question, 'action' | 'resource'>;

/** Throws `TemplateError`, naming the resource that AWS would refuse. */
export function checkDeployment(model: Model, access: Access): void {
  for (const { logicalId, arn, roleArn } of model.functions)
    checkTrust(model, { logicalId, arn, roleArn, service: 'lambda.amazonaws.com' }, access);
  for (const { logicalId, arn, roleArn } of model.machines)
    checkTrust(model, { logicalId, arn, roleArn, service: 'states.amazonaws.com' }, access);
  for (const mapping of model.queueMappings)
    checkMapping(model, access, mapping, queueNeeds(mapping));
  for (const mapping of model.streamMappings)
    checkMapping(model, access, mapping, streamNeeds(mapping));
  checkLoggedMachines(model, access);
}

interface Assuming {
  readonly logicalId: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly service: string;
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
 */
function checkTrust(
  { access: { roles } }: Model,
  { logicalId, arn, roleArn, service }: Assuming,
  access: Access,
): void {
  const role = roles.find((each) => each.arn === roleArn);
  if (!role) throw new TemplateError(`${logicalId}: its role ${roleArn} is not in this template`);
  const principal: Principal = { kind: 'service', service };
  const isTrusted = access.trusts(role, { principal, source: arn });
  if (!isTrusted)
    throw new TemplateError(
      `${logicalId}: the role ${role.logicalId} cannot be assumed by ${service}; ` +
        'its trust policy must allow that service sts:AssumeRole',
    );
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const queueNeeds = ({ queueArn: resource }: QueueMappingModel): Need[] =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
    ...{ action: `sqs:${action}`, resource },
  }));

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
function streamNeeds(mapping: StreamMappingModel): Need[] {
  const { logicalId, streamArn, failureDestinationArn: bucket } = mapping;
  const streams = `${streamArn.slice(0, streamArn.lastIndexOf('/'))}/*`;
  const needs = [
    ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => ({
      ...{ action: `dynamodb:${action}`, resource: streamArn },
    })),
    { action: 'dynamodb:ListStreams', resource: streams },
  ];
  if (bucket === undefined) return needs;
  const object = `${bucket}/${failureKey(mappingId(logicalId), 0, 'uuid')}`;
  return [
    ...needs,
    { action: 's3:PutObject', resource: object },
    { action: 's3:ListBucket', resource: bucket },
  ];
}

function checkMapping(
  { functions }: Model,
  access: Access,
  { logicalId, functionName }: QueueMappingModel | StreamMappingModel,
  needs: readonly Need[],
): void {
  const { roleArn = '' } = functions.find(({ name }) => name === functionName) ?? {};
  check(access, { kind: 'role', arn: roleArn, session: functionName }, logicalId, needs);
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const logDelivery = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery'],
  ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
];

function checkLoggedMachines({ machines }: Model, access: Access): void {
  const needs = logDelivery.map((action) => ({ action: `logs:${action}`, resource: '*' }));
  for (const { logicalId, name, roleArn, isLogged } of machines)
    if (isLogged) check(access, { kind: 'role', arn: roleArn, session: name }, logicalId, needs);
}

function check(
  access: Access,
  principal: Principal,
  logicalId: string,
  needs: readonly Need[],
): void {
  const refusals = needs.flatMap((need) => access.refusal({ principal, ...need }) ?? []);
  if (refusals.length > 0)
    throw new TemplateError(`${logicalId}: AWS refuses it at deployment:\n${refusals.join('\n')}`);
}
