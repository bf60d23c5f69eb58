/** Who asks: an assumed role, a service of AWS, or the account's administrator. */
import { accountId } from '../template/model.ts';

export type Principal =
  | { readonly kind: 'role'; readonly arn: string; readonly session: string }
  /** E.g. `apigateway.amazonaws.com`: has what resource policies give it, and nothing else. */
  | { readonly kind: 'service'; readonly service: string }
  /** Identity policies allow everything; what a resource policy denies stays denied. */
  | { readonly kind: 'administrator' };

const accountArn = `arn:aws:iam::${accountId}:root`;

export const sessionArn = ({ arn, session }: { arn: string; session: string }): string =>
  `arn:aws:sts::${accountId}:assumed-role/${arn.slice(arn.lastIndexOf('/') + 1)}/${session}`;

/** As AWS's messages name it. */
export function nameOf(principal: Principal): string {
  if (principal.kind === 'role') return `User: ${sessionArn(principal)}`;
  return principal.kind === 'service' ? `Service: ${principal.service}` : `User: ${accountArn}`;
}

/** Everything a Principal element could call it by; the account is the last and widest. */
export function namesOf(principal: Principal): string[] {
  if (principal.kind === 'service') return [principal.service];
  const own = principal.kind === 'role' ? [sessionArn(principal), principal.arn] : [];
  return [...own, accountArn];
}

export const isAccount = (name: string): boolean => name === accountArn || name === accountId;

/** What the condition keys about the principal say. */
export function contextOf(principal: Principal): Record<string, string> {
  if (principal.kind === 'service')
    return {
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': principal.service,
      'aws:sourceaccount': accountId,
    };
  return {
    'aws:principalisawsservice': 'false',
    'aws:principalaccount': accountId,
    'aws:principalarn': principal.kind === 'role' ? principal.arn : accountArn,
  };
}
