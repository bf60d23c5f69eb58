/**
 * AWS's decision about one request within one account: an explicit deny anywhere wins, then an allow
 * of the identity or of the resource is enough, and without any the answer is no. Pure.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { type Context, holds } from './conditions.ts';
import { isAccount, namesOf, type Principal } from './principal.ts';
import type { Listing, Statement } from './statement.ts';
import { matchesAction, matchesResource } from './wildcard.ts';

export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export interface Policies {
  /** Of the principal's role. */
  readonly identity: readonly Statement[];
  /** Of the resource. */
  readonly resource: readonly Statement[];
}

export type Decision =
  /** `by` is undefined where the principal needs no statement. */
  | { readonly kind: 'allowed'; readonly by: Statement | undefined }
  | { readonly kind: 'denied'; readonly by: Statement; readonly policy: 'identity' | 'resource' }
  | { readonly kind: 'not allowed' };

export function evaluate({ identity, resource }: Policies, request: Request): Decision {
  const own = identity.filter((statement) => applies(statement, request));
  const others = resource.filter(
    (statement) => applies(statement, request) && isMeant(statement, request.principal),
  );
  const denial = own.find(isDeny);
  if (denial) return { kind: 'denied', by: denial, policy: 'identity' };
  const refusal = others.find(isDeny);
  if (refusal) return { kind: 'denied', by: refusal, policy: 'resource' };
  const [grant] = [...own, ...others];
  if (grant) return { kind: 'allowed', by: grant };
  if (request.principal.kind === 'administrator') return { kind: 'allowed', by: undefined };
  return { kind: 'not allowed' };
}

const isDeny = ({ effect }: Statement): boolean => effect === 'Deny';

const applies = ({ actions, resources, conditions }: Statement, request: Request): boolean =>
  isListed(actions, (pattern) => matchesAction(pattern, request.action)) &&
  (!resources || isListed(resources, (pattern) => matchesResource(pattern, request.resource))) &&
  holds(conditions, request.context);

const isListed = ({ isExcept, values }: Listing, matches: (value: string) => boolean): boolean =>
  values.some(matches) !== isExcept;

/**
 * An account as principal allows nothing by itself: it leaves the decision to the account's own
 * policies. To be spared a denial by NotPrincipal, each name of a principal must be listed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isMeant({ principals, effect }: Statement, principal: Principal): boolean {
  const { isExcept, values } = principals ?? { isExcept: false, values: [] };
  const isNamed = (name: string): boolean =>
    values.some(
      (value) => value === '*' || value === name || (isAccount(value) && isAccount(name)),
    );
  const names = namesOf(principal);
  if (isExcept) return !names.every(isNamed);
  const isAdministrator = principal.kind === 'administrator';
  const counted = effect === 'Deny' || isAdministrator ? names : names.filter((n) => !isAccount(n));
  return counted.some(isNamed);
}
