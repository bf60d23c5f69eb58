import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { contextOf, type Principal } from '../../../local/iam/principal.ts';
import { queue, read, role, roleArn, service } from './statements.ts';

const send = { Action: 'sqs:SendMessage', Resource: queue };
const allow = { Effect: 'Allow', ...send };
const deny = { Effect: 'Deny', ...send };
const anyone = { Principal: '*' };
const own = { Principal: { AWS: roleArn } };
const account = { Principal: { AWS: 'arn:aws:iam::000000000000:root' } };
const events = { Principal: { Service: 'events.amazonaws.com' } };
const fromRule = { Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:x:y:rule/r' } } };

type Row = {
  readonly who?: Principal;
  readonly identity?: readonly object[];
  readonly resource?: readonly object[];
  readonly context?: Record<string, string>;
  readonly is: 'allowed' | 'denied' | 'not allowed';
};

const ofRule = { 'aws:sourcearn': 'arn:aws:events:x:y:rule/r' };
const ofOtherRule = { 'aws:sourcearn': 'arn:aws:events:x:y:rule/other' };
const administrator: Principal = { kind: 'administrator' };

const rows: Readonly<Record<string, Row>> = {
  'no policy at all': { is: 'not allowed' },
  'an allow of the identity': { identity: [allow], is: 'allowed' },
  'an allow of the resource for the role': { resource: [{ ...allow, ...own }], is: 'allowed' },
  'an allow of the resource for anyone': { resource: [{ ...allow, ...anyone }], is: 'allowed' },
  'an allow of the resource for the account, which leaves it to the identity': {
    ...{ resource: [{ ...allow, ...account }], is: 'not allowed' },
  },
  'an allow of the resource for somebody else': {
    resource: [{ ...allow, Principal: { AWS: `${roleArn}-other` } }],
    is: 'not allowed',
  },
  'a deny of the identity against its own allow': { identity: [allow, deny], is: 'denied' },
  'a deny of the identity against an allow of the resource': {
    ...{ identity: [deny], resource: [{ ...allow, ...anyone }], is: 'denied' },
  },
  'a deny of the resource against an allow of the identity': {
    ...{ identity: [allow], resource: [{ ...deny, ...anyone }], is: 'denied' },
  },
  'a deny of the resource for the whole account': {
    ...{ identity: [allow], resource: [{ ...deny, ...account }], is: 'denied' },
  },
  'a deny for somebody else': {
    identity: [allow],
    resource: [{ ...deny, Principal: { AWS: `${roleArn}-other` } }],
    is: 'allowed',
  },
  'a deny for everyone but the role, which is named by one of its names only': {
    ...{ identity: [allow], resource: [{ ...deny, NotPrincipal: { AWS: roleArn } }], is: 'denied' },
  },
  'a deny for everyone but the role, by all of its names': {
    identity: [allow],
    resource: [
      {
        ...deny,
        NotPrincipal: {
          AWS: [
            '000000000000',
            roleArn,
            'arn:aws:sts::000000000000:assumed-role/place-order/place-order',
          ],
        },
      },
    ],
    is: 'allowed',
  },
  'a deny whose condition does not hold': {
    identity: [allow],
    resource: [{ ...deny, ...anyone, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    context: { 'aws:securetransport': 'true' },
    is: 'allowed',
  },
  'a deny whose condition holds': {
    identity: [allow],
    resource: [{ ...deny, ...anyone, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    context: { 'aws:securetransport': 'false' },
    is: 'denied',
  },
  'an allow of another action': {
    ...{ identity: [{ ...allow, Action: 'sqs:ReceiveMessage' }], is: 'not allowed' },
  },
  'an allow of all actions but this': {
    ...{ identity: [{ Effect: 'Allow', NotAction: 'sqs:Send*', Resource: '*' }] },
    is: 'not allowed',
  },
  'an allow of all actions but another': {
    ...{ identity: [{ Effect: 'Allow', NotAction: 'sqs:Receive*', Resource: '*' }] },
    is: 'allowed',
  },
  'an allow of another resource': {
    ...{ identity: [{ ...allow, Resource: `${queue}2` }], is: 'not allowed' },
  },
  'an allow of all resources but this': {
    identity: [{ Effect: 'Allow', Action: '*', NotResource: queue }],
    is: 'not allowed',
  },
  'a service without a policy on the resource': {
    ...{ who: service('events'), is: 'not allowed' },
  },
  'a service that the resource admits for this source': {
    ...{ who: service('events'), resource: [{ ...allow, ...events, ...fromRule }] },
    ...{ context: ofRule, is: 'allowed' },
  },
  'a service that the resource admits for another source': {
    ...{ who: service('events'), resource: [{ ...allow, ...events, ...fromRule }] },
    ...{ context: ofOtherRule, is: 'not allowed' },
  },
  'another service than the resource admits': {
    ...{ who: service('sns'), resource: [{ ...allow, ...events }], is: 'not allowed' },
  },
  'the administrator without any policy': { who: administrator, is: 'allowed' },
  'the administrator against a deny of the resource': {
    ...{ who: administrator, resource: [{ ...deny, ...anyone }], is: 'denied' },
  },
};

describe('a decision about a request', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
  it.each(Object.entries(rows))('follows the order of AWS: %s', (_, row) => {
    const { who = role, identity = [], resource = [], context = {}, is } = row;
    const policies = {
      identity: read('identity', ...identity),
      resource: read('resource', ...resource),
    };
    const request = { principal: who, action: 'sqs:SendMessage', resource: queue };
    const decision = evaluate(policies, { ...request, context: { ...contextOf(who), ...context } });
    expect(decision.kind).toBe(is);
  });

  it('names the statement that decided', () => {
    const policies = { identity: read('identity', deny, allow), resource: [] };
    const request = { principal: role, action: 'sqs:SendMessage', resource: queue, context: {} };
    expect(evaluate(policies, request)).toMatchObject({
      kind: 'denied',
      policy: 'identity',
      by: { logicalId: 'Policy', index: 0 },
    });
  });
});
