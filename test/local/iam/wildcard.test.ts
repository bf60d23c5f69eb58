import { describe, expect, it } from 'vitest';
import { matchesAction, matchesArn, matchesResource } from '../../../local/iam/wildcard.ts';

const arn = 'arn:aws:sqs:us-east-1:000000000000:Work';

describe('a wildcard', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
  it.each([
    ['dynamodb:putitem', true],
    ['dynamodb:Put*', true],
    ['dynamodb:PutIte?', true],
    ['*', true],
    ['dynamodb:Put', false],
    ['dynamodb.PutItem', false],
  ])('in an action, %s, matches regardless of case', (pattern, isMatch) => {
    expect(matchesAction(pattern, 'dynamodb:PutItem')).toBe(isMatch);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
  it.each([
    ['*', true],
    ['arn:aws:sqs:*:Work', true],
    ['arn:aws:sqs:us-east-1:000000000000:W?rk', true],
    ['arn:aws:sqs:us-*-1:000000000000:Work', true],
    ['arn:aws:sqs:us-*t-1:000000000000:Work', true],
    ['arn:aws:s*s:us-east-1:000000000000:work', false],
    ['arn:aws:s*1:000000000000:Work', false],
    [`${arn}2`, false],
  ])('in a resource, %s, passes a colon at the end of a segment only', (pattern, isMatch) => {
    expect(matchesResource(pattern, arn)).toBe(isMatch);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  it.each([
    ['arn:aws:sqs:*:*:Work', true],
    ['arn:aws:sqs:*:Work', false],
    ['arn:aws:sqs:us-east-1:*', false],
  ])('in the ARN of a condition, %s, stays in its component', (pattern, isMatch) => {
    expect(matchesArn(pattern, arn)).toBe(isMatch);
  });

  it('takes every other character as itself', () => {
    expect(matchesResource('a/{id}+(b)', 'a/{id}+(b)')).toBe(true);
    expect(matchesResource('a.c', 'abc')).toBe(false);
  });
});
