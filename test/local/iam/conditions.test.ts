import { describe, expect, it } from 'vitest';
import { holds } from '../../../local/iam/conditions.ts';

const source = 'arn:aws:events:us-east-1:000000000000:rule/r';
const given = { 'aws:sourcearn': source, 'aws:securetransport': 'true' };

describe('a condition', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  it.each([
    ['StringEquals', 'aws:sourcearn', source, true],
    ['StringEquals', 'aws:sourcearn', source.toUpperCase(), false],
    ['StringNotEquals', 'aws:sourcearn', source, false],
    ['StringEqualsIgnoreCase', 'aws:sourcearn', source.toUpperCase(), true],
    ['StringNotEqualsIgnoreCase', 'aws:sourcearn', source.toUpperCase(), false],
    ['StringLike', 'aws:sourcearn', '*rule/?', true],
    ['StringNotLike', 'aws:sourcearn', '*rule/?', false],
    ['ArnEquals', 'aws:sourcearn', 'arn:aws:events:*:*:rule/*', true],
    ['ArnLike', 'aws:sourcearn', 'arn:aws:events:*:*:rule/*', true],
    ['ArnNotEquals', 'aws:sourcearn', source, false],
    ['ArnNotLike', 'aws:sourcearn', source, false],
    ['Bool', 'aws:securetransport', 'true', true],
    ['Bool', 'aws:securetransport', 'false', false],
    ['Null', 'aws:sourcearn', 'false', true],
    ['Null', 'aws:sourceaccount', 'true', true],
  ])('%s of %s against %s is answered as by AWS', (operator, key, value, isMet) => {
    expect(holds([{ operator, key, values: [value] }], given)).toBe(isMet);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  it.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['ArnLike', false],
    ['ArnNotLike', true],
    ['Bool', false],
    ['StringEqualsIfExists', true],
    ['BoolIfExists', true],
  ])('%s of a key that the request lacks is %s', (operator, isMet) => {
    expect(holds([{ operator, key: 'aws:sourceaccount', values: ['x'] }], given)).toBe(isMet);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
  it('holds when any of its values does, a negated one when none does; all conditions must', () => {
    const equal = { operator: 'StringEquals', key: 'aws:sourcearn', values: ['x', source] };
    const unequal = { ...equal, operator: 'StringNotEquals' };
    expect(holds([equal], given)).toBe(true);
    expect(holds([unequal], given)).toBe(false);
    expect(holds([equal, unequal], given)).toBe(false);
  });
});
