/**
 * Who may do what, asked at every call: deny by default, an operation that nobody has described
 * refused. Decisions are kept, since they depend on few inputs. What follows a refusal is the asker's
 * business.
 */
import { channel } from 'node:diagnostics_channel';
import { AwsError, type Caller } from '../gateway/service.ts';
import { type AccessModel, type RoleModel, region } from '../template/model.ts';
import { type Decision, evaluate } from './evaluate.ts';
import { needsOf, type Operation } from './needs.ts';
import { contextOf, nameOf, namesOf, type Principal } from './principal.ts';
import type { Statement } from './statement.ts';

export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** ARN of what a service acts for: `aws:SourceArn`. */
  readonly source?: string;
}

export interface Access {
  /** Throws `AccessDeniedException` unless the caller may do all that the operation takes. */
  authorize(operation: Operation & { readonly caller: Caller }): void;
  /** AWS's words for why not; nothing when it is allowed. */
  refusal(question: Question): string | undefined;
  /** Whether a service may assume a role to act for `source`. */
  trusts(role: RoleModel, by: Pick<Question, 'principal' | 'source'>): boolean;
  /** Every refusal so far, each once. */
  readonly refusals: ReadonlySet<string>;
}

/** What is published on `grants`: a statement has just allowed an action. */
export interface Grant {
  readonly logicalId: string;
  readonly index: number;
  readonly action: string;
  readonly resource: string;
}

/** Whoever wants to know which statements are used, and by what, subscribes here. */
export const grants = channel('everonce:iam-grant');

/** Every refusal is published here, in AWS's words. */
export const denials = channel('everonce:iam-denial');

/** Executions have ARNs of their own, so that kept decisions would grow without end. */
const mostKept = 10_000;
/** They depend on the template alone, so engines that follow each other decide once. */
const decisions = new WeakMap<AccessModel, Map<string, Decision>>();

export function createAccess(
  model: AccessModel,
  onRefusal: (message: string) => void = () => {},
): Access {
  const identities = new Map(model.roles.map(({ arn, statements }) => [arn, statements]));
  const kept = decisions.get(model) ?? new Map<string, Decision>();
  decisions.set(model, kept);
  const refusals = new Set<string>();

  const decide = (question: Question): Decision => {
    const key = keyOf(question);
    const known = kept.get(key);
    if (known) return known;
    const { principal, action, resource } = question;
    const decision = evaluate(
      {
        identity: principal.kind === 'role' ? (identities.get(principal.arn) ?? []) : [],
        resource: model.resourcePolicies.get(ownerOf(resource)) ?? [],
      },
      { principal, action, resource, context: requestContext(question) },
    );
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, decision);
    return decision;
  };

  const refuse = (message: string): string => {
    denials.publish(message);
    if (!refusals.has(message) && refusals.size < mostKept) {
      refusals.add(message);
      onRefusal(message);
    }
    return message;
  };

  const refusal: Access['refusal'] = (question) => {
    const decision = decide(question);
    if (decision.kind !== 'allowed') return refuse(messageOf(question, decision));
    publish(question, decision.by);
    return undefined;
  };

  return {
    refusals,
    refusal,
    trusts({ arn: resource, trust }, by) {
      const question = { ...by, action: 'sts:AssumeRole', resource };
      const context = requestContext(question);
      const decision = evaluate({ identity: [], resource: trust }, { ...question, context });
      if (decision.kind === 'allowed') publish(question, decision.by);
      return decision.kind === 'allowed';
    },
    authorize({ caller, ...operation }) {
      const principal = principalOf(caller);
      const needs = needsOf(operation);
      if (!needs) throw accessDenied(refuse(unknownOperation(principal, operation)));
      for (const need of needs) {
        const message = refusal({ principal, ...need });
        if (message !== undefined) throw accessDenied(message);
      }
    },
  };
}

/** Callers without a role are the account's own people. */
const principalOf = ({ name, roleArn }: Caller): Principal =>
  roleArn === undefined ? { kind: 'administrator' } : { kind: 'role', arn: roleArn, session: name };

const keyOf = ({ principal, action, resource, source }: Question): string =>
  [namesOf(principal)[0], action, resource, source].join(' ');

/** The policy of a bucket covers its objects. */
const ownerOf = (resource: string): string =>
  resource.startsWith('arn:aws:s3:::') ? (resource.split('/')[0] ?? resource) : resource;

/**
 * Everything counts as TLS: functions reach AWS by HTTPS only, services among themselves do too, and
 * the local port stands for AWS's HTTPS endpoint.
 */
const requestContext = ({ principal, source }: Question): Record<string, string> => ({
  ...contextOf(principal),
  'aws:securetransport': 'true',
  'aws:requestedregion': region,
  ...(source !== undefined && { 'aws:sourcearn': source }),
});

function publish({ action, resource }: Question, by: Statement | undefined): void {
  if (!by || !grants.hasSubscribers) return;
  const { logicalId, index } = by;
  grants.publish({ logicalId, index, action, resource } satisfies Grant);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function messageOf(
  { principal, action, resource }: Question,
  decision: Exclude<Decision, { kind: 'allowed' }>,
): string {
  const what = `${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource}`;
  if (decision.kind === 'denied') {
    const article = decision.policy === 'identity' ? 'an identity' : 'a resource';
    return `${what} with an explicit deny in ${article}-based policy`;
  }
  const kind = principal.kind === 'service' ? 'resource' : 'identity';
  return `${what} because no ${kind}-based policy allows the ${action} action`;
}

const unknownOperation = (principal: Principal, { service, action }: Operation): string =>
  `${nameOf(principal)} is not authorized to perform: ${service}:${action}: the local engine does ` +
  'not know which permissions this operation takes; teach local/iam/needs.ts about it';

export const accessDenied = (message: string): AwsError =>
  new AwsError('AccessDeniedException', message);
