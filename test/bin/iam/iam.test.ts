import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAssemblyWithout } from '../../../bin/iam/assembly-without.ts';
import { explain } from '../../../bin/iam/explain.ts';
import { statementsOf, unusedOf } from '../../../bin/iam/granted.ts';
import { parseOptions } from '../../../bin/iam/options.ts';
import { isClean, render } from '../../../bin/iam/report.ts';
import { queue, read, roleArn, table } from '../../local/iam/statements.ts';
import { aPermission, aPolicy, aRole } from '../../local/template/assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'everonce-iam-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what a template grants', () => {
  const statements = read(
    'identity',
    { Effect: 'Allow', Action: ['sqs:SendMessage', 'sqs:Get*'], Resource: [queue, `${queue}2`] },
    { Effect: 'Deny', Action: 'sqs:PurgeQueue', Resource: '*' },
  );
  const shared = { logicalId: 'Role', name: 'place-order', arn: roleArn, trust: [], statements };
  const access = { roles: [shared, { ...shared, name: 'twin' }], resourcePolicies: new Map() };
  const use = (action: string, resource: string, statement = 'Policy#0') => ({
    ...{ statement, action, resource },
  });

  it('counts a policy of two roles once', () => {
    expect(statementsOf(access)).toHaveLength(2);
  });

  it('is unused action by action and resource by resource, and a denial grants nothing', () => {
    const uses = [use('sqs:SendMessage', queue), use('sqs:GetQueueUrl', `${queue}2`)];
    const unused = unusedOf(access, uses).map(({ action, resource }) => `${action} ${resource}`);
    expect(unused).toEqual([`sqs:SendMessage ${queue}2`, `sqs:Get* ${queue}`]);
  });

  it('is not used by another statement that allows the same', () => {
    expect(unusedOf(access, [use('sqs:SendMessage', queue, 'Other#0')])).toHaveLength(4);
  });
});

describe('a finding', () => {
  const needed = { about: /needed/, reason: 'is needed' };

  it('is explained by the first explanation that matches', () => {
    expect(explain(['a needed grant'], [needed])).toEqual({
      explained: [{ finding: 'a needed grant', reason: 'is needed' }],
      ...{ unexplained: [], stale: [] },
    });
  });

  it('fails the command unexplained, as does an explanation of nothing', () => {
    const nothing = explain([], []);
    const [unexplained, stale] = [explain(['a grant'], []), explain([], [needed])];
    expect(isClean({ unused: nothing, needless: nothing, removals: [] })).toBe(true);
    expect(isClean({ unused: unexplained, needless: nothing, removals: [] })).toBe(false);
    expect(isClean({ unused: nothing, needless: stale, removals: [] })).toBe(false);
    const text = render({ unused: unexplained, needless: stale, removals: [] });
    expect(text).toContain('✗ a grant');
    expect(text).toContain('✗ the explanation of /needed/ matches nothing');
  });
});

describe('an assembly without a statement', () => {
  const allow = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table };
  const Policies = [{ PolicyName: 'Own', PolicyDocument: { Statement: [allow] } }];
  const Role = { ...aRole, Properties: { ...aRole.Properties, Policies } };
  const resources = { Role, Policy: aPolicy(allow, allow, allow), Permission: aPermission() };

  function without(logicalId: string, index: number) {
    const [source, target] = [join(folder, 'whole'), join(folder, 'lacking')];
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'manifest.json'), 'as it was');
    writeFileSync(join(source, 'Shop.template.json'), JSON.stringify({ Resources: resources }));
    writeAssemblyWithout(source, { logicalId, index }, target);
    expect(readFileSync(join(target, 'manifest.json'), 'utf8')).toBe('as it was');
    return (
      JSON.parse(readFileSync(join(target, 'Shop.template.json'), 'utf8')) as {
        Resources: typeof resources;
      }
    ).Resources;
  }

  it('lacks that one and nothing else', () => {
    const { Policy, ...others } = without('Policy', 1);
    expect(Policy.Properties.PolicyDocument.Statement).toHaveLength(2);
    expect(others).toEqual({ Role: resources.Role, Permission: resources.Permission });
  });

  it('numbers the statements of a role with its trust policy first', () => {
    expect(without('Role', 0).Role.Properties.AssumeRolePolicyDocument.Statement).toEqual([]);
    expect(without('Role', 1).Role.Properties.Policies[0]?.PolicyDocument.Statement).toEqual([]);
  });

  it('lacks a permission as a whole', () => {
    expect(without('Permission', 0)).not.toHaveProperty('Permission');
  });

  it('is not made for a statement that is not there', () => {
    expect(() => without('Policy', 3)).toThrow('there is no statement Policy#3 to take away');
    expect(() => without('Nobody', 0)).toThrow('has no resource Nobody');
  });
});

describe('the command line of npm run iam', () => {
  it('takes how many test runs there are at once, and which statements', () => {
    expect(parseOptions(['--jobs', '3', '--only', 'Relay'])).toEqual({
      kind: 'run',
      options: { jobs: 3, only: 'Relay', json: undefined },
    });
    expect(parseOptions(['--help'])).toEqual({ kind: 'help' });
    expect(parseOptions(['--jobs', '0'])).toMatchObject({ kind: 'mistake' });
  });
});
