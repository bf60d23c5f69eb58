import { describe, expect, it } from 'vitest';
import { read, table } from './statements.ts';

const allow = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table };
const condition = (Condition: object) => ({ ...allow, Condition });

describe('a policy of the template', () => {
  it('may hold one statement without a list', () => {
    expect(read('identity', allow)).toMatchObject([
      { index: 0, actions: { values: [allow.Action] } },
    ]);
  });

  it.each([
    [
      'a condition operator',
      condition({ NumericEquals: { 'aws:SourceArn': '1' } }),
      'NumericEquals',
    ],
    [
      'a set operator',
      condition({ 'ForAnyValue:StringLike': { 'aws:SourceArn': 'x' } }),
      'ForAnyVal',
    ],
    [
      'a condition key',
      condition({ StringEquals: { 'dynamodb:LeadingKeys': 'x' } }),
      'leadingkeys',
    ],
    ['a logical value', condition({ Bool: { 'aws:SecureTransport': 'yes' } }), 'yes'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable is what is meant
    ['a policy variable', { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}' }, 'aws:username'],
    ['a member', { ...allow, Sometimes: true }, 'Sometimes'],
    ['an effect', { ...allow, Effect: 'allow' }, '"allow"'],
    ['a missing action', { Effect: 'Allow', Resource: table }, 'Action is missing'],
    ['a missing resource', { Effect: 'Allow', Action: '*' }, 'Resource is missing'],
    ['two ways to say it', { ...allow, NotAction: 'x' }, 'both Action and NotAction'],
    ['an action without its service', { ...allow, Action: 'GetItem' }, '"GetItem" must be'],
    ['an action of any service', { ...allow, Action: '*:GetItem' }, '"*:GetItem" must be'],
    ['a resource that is no ARN', { ...allow, Resource: 'Orders' }, '"Orders" must be'],
    ['a principal, in the policy of an identity', { ...allow, Principal: '*' }, 'no Principal'],
  ])('is refused for %s that the engine cannot evaluate, by name', (_, statement, named) => {
    expect(() => read('identity', allow, statement)).toThrow(`Policy: statement 1: `);
    expect(() => read('identity', allow, statement)).toThrow(named);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  it.each([
    ['nobody', allow, 'Principal is missing'],
    ['a federated user', { ...allow, Principal: { Federated: 'x' } }, 'Federated'],
    ['all but one', { ...allow, NotPrincipal: { AWS: '1' } }, 'with Deny only'],
    ['an empty list', { ...allow, Principal: { AWS: [] } }, 'Principal is empty'],
    ['some roles', { ...allow, Principal: { AWS: 'arn:aws:iam::000000000000:role/*' } }, 'role/*'],
    ['any service', { ...allow, Principal: { Service: '*' } }, '"*" must be a service'],
    [
      'a service among accounts',
      { ...allow, Principal: { AWS: 'events.amazonaws.com' } },
      'must be *, an account',
    ],
  ])('on a resource is refused for %s', (_, statement, named) => {
    expect(() => read('resource', statement)).toThrow(named);
  });
});
