/**
 * Who may do what: roles with everything attached to them, and the policies that lie on queues, buckets
 * and functions. Evaluating them is not its business.
 */
import { isAwsManaged, knownManagedPolicies, managedPolicy } from '../iam/managed-policies.ts';
import { type PolicyKind, readStatements, type Statement } from '../iam/statement.ts';
import type { AccessModel, RoleModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

export interface AccessParts {
  readonly roles: readonly Resource[];
  /** `AWS::IAM::Policy`. */
  readonly policies: readonly Resource[];
  readonly managedPolicies: readonly Resource[];
  readonly queuePolicies: readonly Resource[];
  readonly bucketPolicies: readonly Resource[];
  /** `AWS::Lambda::Permission`. */
  readonly permissions: readonly Resource[];
  readonly queues: readonly { readonly url: string; readonly arn: string }[];
  readonly buckets: readonly { readonly name: string; readonly arn: string }[];
  readonly functions: readonly { readonly name: string; readonly arn: string }[];
}

export function readAccess(parts: AccessParts): AccessModel {
  const attached = [
    ...parts.policies.map(readAttached),
    ...parts.managedPolicies.map((each) => readManaged(each, parts.roles)),
  ];
  const roles = parts.roles.map((each) => readRole(each, attached));
  const known = new Set(roles.map(({ name }) => name));
  for (const { resource, roleNames } of attached) {
    const unknown = roleNames.find((name) => !known.has(name));
    if (unknown) resource.properties().fail(`its role ${unknown} is not in this template`);
  }
  return { roles, resourcePolicies: readResourcePolicies(parts) };
}

/** Statements that hold for the roles of these names. */
interface Attached {
  readonly resource: Resource;
  readonly roleNames: readonly string[];
  readonly statements: readonly Statement[];
}

function readAttached(resource: Resource): Attached {
  const properties = resource.properties();
  properties.ignore('PolicyName');
  return finished(resource, properties, properties.texts('Roles'));
}

/** Roles name a managed policy, or it names them. */
function readManaged(resource: Resource, roles: readonly Resource[]): Attached {
  const properties = resource.properties();
  properties.ignore('ManagedPolicyName', 'Description');
  properties.only('Path', '/');
  const naming = roles.filter((role) =>
    role.properties().texts('ManagedPolicyArns').includes(resource.identity.ref),
  );
  const names = [...properties.texts('Roles'), ...naming.map(({ name }) => name)];
  return finished(resource, properties, names);
}

function finished(resource: Resource, properties: Properties, names: string[]): Attached {
  const statements = statementsOf(resource, properties, 'identity');
  properties.finish();
  return { resource, roleNames: [...new Set(names)], statements };
}

function readRole(resource: Resource, attached: readonly Attached[]): RoleModel {
  const properties = resource.properties();
  properties.ignore('Description', 'MaxSessionDuration', 'RoleName', 'Tags');
  properties.only('Path', '/');
  const { logicalId, name } = resource;
  const fail = (complaint: string): never => properties.fail(complaint);
  const trust = readStatements(properties.whole('AssumeRolePolicyDocument'), {
    ...{ logicalId, kind: 'trust', fail },
  });
  const own = [
    ...inlineStatements(resource, properties, trust.length),
    ...attached.filter(({ roleNames }) => roleNames.includes(name)).flatMap((a) => a.statements),
    ...awsManaged(logicalId, properties, attached),
  ];
  properties.finish();
  return { logicalId, name, arn: resource.identity.attributes.Arn ?? '', trust, statements: own };
}

/** Numbered on behind the trust policy's. */
function inlineStatements(
  { logicalId }: Resource,
  properties: Properties,
  trusted: number,
): Statement[] {
  const statements: Statement[] = [];
  for (const policy of properties.objects('Policies')) {
    const fail = (complaint: string): never =>
      policy.fail(`policy ${policy.text('PolicyName')}: ${complaint}`);
    const source = { logicalId, kind: 'identity', fail } as const;
    const firstIndex = trusted + statements.length;
    statements.push(...readStatements(policy.whole('PolicyDocument'), { ...source, firstIndex }));
    policy.ignore('PolicyName');
  }
  return statements;
}

/** Under the policy's name, as it is no resource of the template. */
function awsManaged(
  roleId: string,
  properties: Properties,
  attached: readonly Attached[],
): Statement[] {
  const own = new Set(attached.map(({ resource }) => resource.identity.ref));
  return properties
    .texts('ManagedPolicyArns')
    .filter((arn) => !own.has(arn))
    .flatMap((arn) => {
      const document = isAwsManaged(arn) ? managedPolicy(arn) : undefined;
      if (!document)
        return properties.fail(
          `managed policy ${arn} is not known to the local engine; known: ` +
            knownManagedPolicies.join(', '),
        );
      const logicalId = `${roleId}.${arn.slice(arn.lastIndexOf('/') + 1)}`;
      const fail = (complaint: string): never => properties.fail(complaint);
      return readStatements(document, { logicalId, kind: 'identity', fail });
    });
}

const statementsOf = (resource: Resource, properties: Properties, kind: PolicyKind): Statement[] =>
  readStatements(properties.whole('PolicyDocument'), {
    ...{ logicalId: resource.logicalId, kind },
    fail: (complaint) => properties.fail(complaint),
  });

function readResourcePolicies(parts: AccessParts): Map<string, readonly Statement[]> {
  const policies = new Map<string, Statement[]>();
  for (const { resource, arn, statements } of [
    ...parts.queuePolicies.flatMap((each) => readQueuePolicy(each, parts.queues)),
    ...parts.bucketPolicies.map((each) => readBucketPolicy(each, parts.buckets)),
  ]) {
    if (policies.has(arn)) resource.properties().fail(`${arn} has a policy already; AWS keeps one`);
    policies.set(arn, statements);
  }
  for (const { arn, statement } of parts.permissions.map((p) => readPermission(p, parts.functions)))
    policies.set(arn, [...(policies.get(arn) ?? []), statement]);
  return policies;
}

type OnResource = { resource: Resource; arn: string; statements: Statement[] };

function readQueuePolicy(resource: Resource, queues: AccessParts['queues']): OnResource[] {
  const properties = resource.properties();
  const statements = statementsOf(resource, properties, 'resource');
  const urls = properties.texts('Queues');
  if (urls.length === 0) properties.fail('property Queues names no queue');
  const arns = urls.map((url) => {
    const queue = queues.find((each) => each.url === url);
    return queue?.arn ?? properties.fail(`its queue ${url} is not in this template`);
  });
  properties.finish();
  return arns.map((arn) => ({ resource, arn, statements }));
}

function readBucketPolicy(resource: Resource, buckets: AccessParts['buckets']): OnResource {
  const properties = resource.properties();
  const statements = statementsOf(resource, properties, 'resource');
  const name = properties.text('Bucket');
  const bucket = buckets.find((each) => each.name === name);
  properties.finish();
  const arn = bucket?.arn ?? properties.fail(`its bucket ${name} is not in this template`);
  return { resource, arn, statements };
}

/**
 * The statement that Lambda makes of a permission.
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
 */
function readPermission(
  resource: Resource,
  functions: AccessParts['functions'],
): { arn: string; statement: Statement } {
  const properties = resource.properties();
  const named = properties.text('FunctionName');
  const called = functions.find(({ name, arn }) => name === named || arn === named);
  if (!called) return properties.fail(`its function ${named} is not in this template`);
  const principal = properties.text('Principal');
  const isService = principal.endsWith('.amazonaws.com');
  const source = properties.optionalText('SourceArn');
  const account = properties.optionalText('SourceAccount');
  const statement = {
    Effect: 'Allow',
    Action: properties.text('Action'),
    Principal: principal === '*' ? '*' : { [isService ? 'Service' : 'AWS']: principal },
    Resource: called.arn,
    Condition: {
      ...(source !== undefined && { ArnLike: { 'aws:SourceArn': source } }),
      ...(account !== undefined && { StringEquals: { 'aws:SourceAccount': account } }),
    },
  };
  properties.finish();
  const fail = (complaint: string): never => properties.fail(complaint);
  const policySource = { logicalId: resource.logicalId, kind: 'resource', fail } as const;
  const [read] = readStatements({ Statement: statement }, policySource);
  return { arn: called.arn, statement: read ?? fail('has no statement') };
}
