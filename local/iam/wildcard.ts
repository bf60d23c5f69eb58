/** `*` and `?` as IAM reads them: in actions, in strings, and in ARNs segment by segment. */

type Matcher = (value: string) => boolean;

const matchers = new Map<string, Matcher>();

/** Any text; `*` is any number of characters, `?` is one. */
export const matchesText = (pattern: string, value: string): boolean =>
  matcherOf(`text ${pattern}`, () => textExpression(pattern, ''))(value);

/** Actions are compared without regard to case. */
export const matchesAction = (pattern: string, action: string): boolean =>
  matcherOf(`action ${pattern}`, () => textExpression(pattern, 'i'))(action);

/**
 * A Resource element: a wildcard stays inside its colon-separated segment, unless it ends one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const matchesResource = (pattern: string, arn: string): boolean =>
  matcherOf(`resource ${pattern}`, () => resourceExpression(pattern))(arn);

/**
 * ArnLike and ArnEquals: each of the six components by itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const [wanted, given] = [componentsOf(pattern), componentsOf(arn)];
  return (
    wanted.length === given.length &&
    wanted.every((component, index) => matchesText(component, given[index] ?? ''))
  );
}

function componentsOf(arn: string): string[] {
  const [arnPrefix = '', partition = '', service = '', region = '', account = '', ...resource] =
    arn.split(':');
  return [arnPrefix, partition, service, region, account, resource.join(':')];
}

function matcherOf(key: string, expression: () => RegExp): Matcher {
  const known = matchers.get(key);
  if (known) return known;
  const compiled = expression();
  const matcher: Matcher = (value) => compiled.test(value);
  matchers.set(key, matcher);
  return matcher;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');

const textExpression = (pattern: string, flags: string): RegExp =>
  new RegExp(`^${escaped(pattern).replaceAll('*', '.*').replaceAll('?', '.')}$`, `s${flags}`);

function resourceExpression(pattern: string): RegExp {
  const source = escaped(pattern)
    .replaceAll(/\*(?=:|$)/g, '\0')
    .replaceAll('*', '[^:]*')
    .replaceAll('?', '[^:]')
    .replaceAll('\0', '.*');
  return new RegExp(`^${source}$`, 's');
}
