/**
 * What the roles of the template allow, and which of it was used. A call is allowed by a statement with
 * its exact action and resource, and by nothing else: deny by default, as IAM has it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../local/gateway/gateway.ts';
import { accountId, type Model, region } from '../../local/template/model.ts';
import { Template } from '../../local/template/template.ts';

type Grant = { readonly action: string; readonly resource: string };
type PolicyBody = {
  readonly Roles: readonly string[];
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Action: string | readonly string[];
      readonly Resource: string | readonly string[];
    }[];
  };
};

export interface Policies {
  /** Says what is missing; undefined when every part of the call is allowed. Notes what was used. */
  refusal(call: Call): string | undefined;
  /** `<entry> <action> <resource>` of each grant that no call has needed so far. */
  unused(): string[];
}

export function readPolicies(assembly: string, model: Model): Policies {
  const grants = readGrants(assembly);
  const entries = readEntries(assembly, model);
  const used = new Set<Grant>();
  const allow = (role: string, needed: Grant): boolean => {
    const grant = (grants.get(role) ?? []).find((each) => covers(each, needed));
    if (grant) used.add(grant);
    return grant !== undefined;
  };
  return {
    refusal(call) {
      const role = call.caller.roleArn?.split('/')[1] ?? '';
      const missing = needs(call).find((needed) => !allow(role, needed));
      return missing && `${call.caller.name} may not ${missing.action} on ${missing.resource}`;
    },
    unused: () =>
      [...entries].flatMap(([role, entry]) =>
        (grants.get(role) ?? [])
          .filter((grant) => isOurs(grant) && !used.has(grant))
          .map(({ action, resource }) => `${entry} ${action} ${nameOf(resource)}`),
      ),
  };
}

/** What the engine's pollers and loggers do in the function's name passes no gateway. */
const pollers = new Set([
  ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  ...['dynamodb:ListStreams', 's3:PutObject', 's3:ListBucket'],
  ...['logs:CreateLogStream', 'logs:PutLogEvents'],
]);
const isOurs = ({ action }: Grant): boolean => !pollers.has(action);

const nameOf = (resource: string): string => resource.replace(/^.*[:/]Everonce-/, '');

const covers = (grant: Grant, needed: Grant): boolean =>
  grant.action === needed.action &&
  (grant.resource === needed.resource ||
    (grant.resource.endsWith('*') && needed.resource.startsWith(grant.resource.slice(0, -1))));

type Item = { readonly TableName?: string };
const transactionActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
function needs({ service, action, input }: Call): Grant[] {
  if (service === 'dynamodb') return needsOfTables(action, input);
  if (service === 'sqs') return [{ action: 'sqs:SendMessage', resource: queueArn(input) }];
  const resource = String(input.stateMachineArn ?? input.executionArn);
  return [{ action: `states:${action}`, resource }];
}

function needsOfTables(action: string, input: Record<string, unknown>): Grant[] {
  if (action === 'TransactWriteItems')
    return (input.TransactItems as Record<string, Item>[]).flatMap((part) =>
      Object.entries(part).map(([kind, { TableName }]) =>
        onTable(transactionActions[kind] ?? kind, TableName),
      ),
    );
  if (action === 'BatchGetItem')
    return Object.keys(input.RequestItems as object).map((table) => onTable(action, table));
  const index = input.IndexName === undefined ? '' : `/index/${String(input.IndexName)}`;
  return [onTable(action, `${String(input.TableName)}${index}`)];
}

const onTable = (action: string, table = ''): Grant => ({
  action: `dynamodb:${action}`,
  resource: `arn:aws:dynamodb:${region}:${accountId}:table/${table}`,
});

const queueArn = ({ QueueUrl }: Record<string, unknown>): string =>
  `arn:aws:sqs:${region}:${accountId}:${String(QueueUrl).split('/').at(-1)}`;

function readGrants(assembly: string): Map<string, Grant[]> {
  const grants = new Map<string, Grant[]>();
  const template = templateOf(assembly);
  for (const [, raw] of Object.entries(bodyOf(assembly)).filter(isOfType('AWS::IAM::Policy'))) {
    const { Roles, PolicyDocument } = template.resolve(raw.Properties) as PolicyBody;
    for (const { Action, Resource } of PolicyDocument.Statement)
      for (const role of Roles)
        for (const action of [Action].flat())
          for (const resource of [Resource].flat())
            grants.set(role, [...(grants.get(role) ?? []), { action, resource }]);
  }
  return grants;
}

/** Role → entry, for every function of the pipeline. */
function readEntries(assembly: string, { functions }: Model): Map<string, string> {
  const body = bodyOf(assembly);
  return new Map(
    functions.map(({ logicalId, roleArn }) => [
      roleArn.split('/')[1] ?? '',
      descriptionOf(body[logicalId]),
    ]),
  );
}

const descriptionOf = (raw: Raw | undefined): string =>
  String((raw?.Properties as { Description?: string } | undefined)?.Description);

type Raw = { readonly Type: string; readonly Properties: unknown };
const isOfType =
  (type: string) =>
  ([, { Type }]: [string, Raw]): boolean =>
    Type === type;
const read = (assembly: string) =>
  JSON.parse(readFileSync(join(assembly, 'Everonce.template.json'), 'utf8')) as {
    Resources: Record<string, Raw>;
  };
const bodyOf = (assembly: string): Record<string, Raw> => read(assembly).Resources;
const templateOf = (assembly: string): Template => new Template('Everonce', read(assembly));
