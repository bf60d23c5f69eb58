import { describe, expect, it } from 'vitest';
import { createAccess, type Grant, grants } from '../../../local/iam/access.ts';
import type { Statement } from '../../../local/iam/statement.ts';
import { queue, read, roleArn, service, table } from './statements.ts';

const caller = { name: 'place-order', roleArn };
const get = { service: 'dynamodb', action: 'GetItem', input: { TableName: 'Orders' } };
const put = { ...get, action: 'PutItem' };
const allowed = read('identity', { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table });

function accessOf(statements: readonly Statement[], onQueue: readonly Statement[] = []) {
  const said: string[] = [];
  const roles = [{ logicalId: 'Role', name: 'place-order', arn: roleArn, trust: [], statements }];
  const model = { roles, resourcePolicies: new Map([[queue, onQueue]]) };
  return { access: createAccess(model, (message) => said.push(message)), said };
}

describe('access', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
  it('is given to a role by its own policies', () => {
    expect(() => accessOf(allowed).access.authorize({ ...get, caller })).not.toThrow();
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
  it('is denied by default, naming principal, action and resource', () => {
    const { access, said } = accessOf(allowed);
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/place-order/place-order is not authorized to ' +
      `perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the ` +
      'dynamodb:PutItem action';
    const act = () => access.authorize({ ...put, caller });
    expect(act).toThrow(expect.objectContaining({ code: 'AccessDeniedException', message }));
    expect(act).toThrow(message);
    expect(said).toEqual([message]);
    expect([...access.refusals]).toEqual([message]);
  });

  it('is denied to a role that the template does not have', () => {
    const stranger = { name: 'stranger', roleArn: `${roleArn}-2` };
    expect(() => accessOf(allowed).access.authorize({ ...get, caller: stranger })).toThrow(
      'assumed-role/place-order-2/stranger is not authorized',
    );
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  it('is denied to a whole transaction for one of its parts', () => {
    const TransactItems = [{ Get: { TableName: 'Orders' } }, { Get: { TableName: 'Stock' } }];
    const action = { ...get, action: 'TransactGetItems', input: { TransactItems } };
    expect(() => accessOf(allowed).access.authorize({ ...action, caller })).toThrow('table/Stock');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
  it('names an explicit deny', () => {
    const denial = read('resource', {
      ...{ Effect: 'Deny', Action: 'sqs:*', Resource: queue, Principal: '*' },
    });
    const { access } = accessOf([], denial);
    const send = { service: 'sqs', action: 'SendMessage', input: { QueueUrl: 'https://x/0/Work' } };
    const outside = { name: 'outside', roleArn: undefined };
    expect(() => access.authorize({ ...send, caller: outside })).toThrow(
      'with an explicit deny in a resource-based policy',
    );
  });

  it('is refused for an operation whose permissions are unknown, to the administrator too', () => {
    const { access } = accessOf(allowed);
    const outside = { name: 'outside', roleArn: undefined };
    const unknown = { ...get, action: 'ExecuteStatement' };
    for (const who of [caller, outside])
      expect(() => access.authorize({ ...unknown, caller: who })).toThrow(
        'dynamodb:ExecuteStatement: the local engine does not know which permissions',
      );
  });

  it('counts everything as TLS, so that a queue that enforces it stays reachable', () => {
    const enforced = read('resource', {
      ...{ Effect: 'Deny', Action: 'sqs:*', Resource: queue, Principal: { AWS: '*' } },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    const { access } = accessOf([], enforced);
    const send = { action: 'sqs:SendMessage', resource: queue };
    expect(access.refusal({ principal: { kind: 'administrator' }, ...send })).toBeUndefined();
    expect(access.refusal({ principal: service('events'), ...send })).toContain(
      'Service: events.amazonaws.com is not authorized to perform: sqs:SendMessage',
    );
  });

  it('tells whoever listens which statement allowed what, at every call', () => {
    const heard: unknown[] = [];
    const listen = (grant: unknown) => heard.push(grant);
    grants.subscribe(listen);
    const { access } = accessOf(allowed);
    access.authorize({ ...get, caller });
    access.authorize({ ...get, caller });
    grants.unsubscribe(listen);
    const grant: Grant = {
      ...{ logicalId: 'Policy', index: 0, action: 'dynamodb:GetItem', resource: table },
    };
    expect(heard).toEqual([grant, grant]);
  });
});
