/**
 * The Condition block of a statement: the operators and keys that the engine can answer. Any other is
 * an error when the template is read, since guessing would allow what AWS refuses or the reverse.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { matchesArn, matchesText } from './wildcard.ts';

/** What is known of a request, by lower-case key; a key that a request does not have is absent. */
export type Context = Readonly<Record<string, string>>;

export interface Condition {
  readonly operator: string;
  /** Lower case: keys are compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Whether one value of the policy matches; a positive operator needs one match, a negated none. */
type Operator = {
  readonly isNegated: boolean;
  matches(wanted: string, given: string): boolean;
};

const equals = (wanted: string, given: string): boolean => wanted === given;
const equalsInAnyCase = (wanted: string, given: string): boolean =>
  wanted.toLowerCase() === given.toLowerCase();
const positive = (matches: Operator['matches']): Operator => ({ isNegated: false, matches });
const negated = (matches: Operator['matches']): Operator => ({ isNegated: true, matches });

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equals),
  StringNotEquals: negated(equals),
  StringEqualsIgnoreCase: positive(equalsInAnyCase),
  StringNotEqualsIgnoreCase: negated(equalsInAnyCase),
  StringLike: positive(matchesText),
  StringNotLike: negated(matchesText),
  ArnEquals: positive(matchesArn),
  ArnLike: positive(matchesArn),
  ArnNotEquals: negated(matchesArn),
  ArnNotLike: negated(matchesArn),
  Bool: positive(equalsInAnyCase),
};
const ifExists = 'IfExists';
const nullOperator = 'Null';

/** Keys that the engine supplies as AWS does, where AWS does. */
const knownKeys = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]);

/** What is wrong with a condition, or nothing. */
export function problemOf({ operator, key, values }: Condition): string | undefined {
  const base = baseOf(operator);
  if (operator !== nullOperator && !Object.hasOwn(operators, base))
    return `condition operator ${operator} is not known to the local engine; known: ${knownOperators}`;
  if (!knownKeys.has(key))
    return `condition key ${key} is not known to the local engine; known: ${[...knownKeys].join(', ')}`;
  const isLogical = base === 'Bool' || operator === nullOperator;
  if (isLogical && values.some((value) => !/^(true|false)$/i.test(value)))
    return `${operator} of ${key} is ${values.join(', ')}, but must be true or false`;
  return undefined;
}

const knownOperators = `${Object.keys(operators).join(', ')} (each also with ${ifExists}), ${nullOperator}`;

/** All conditions must hold. */
export const holds = (conditions: readonly Condition[], context: Context): boolean =>
  conditions.every((condition) => isMet(condition, context));

function isMet({ operator, key, values }: Condition, context: Context): boolean {
  const given = context[key];
  if (operator === nullOperator)
    return values.some((value) => equalsInAnyCase(value, String(given === undefined)));
  const { isNegated, matches } = operators[baseOf(operator)] as Operator;
  // A key that the request lacks fails a positive operator and meets a negated one.
  if (given === undefined) return isNegated || operator.endsWith(ifExists);
  return values.some((wanted) => matches(wanted, given)) !== isNegated;
}

const baseOf = (operator: string): string =>
  operator.endsWith(ifExists) ? operator.slice(0, -ifExists.length) : operator;
