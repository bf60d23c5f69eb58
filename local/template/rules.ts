/** AWS::Events::Rule on the default bus, by event pattern, with queues and functions as targets. */
import type { RuleModel } from './model.ts';
import type { Resource } from './template.ts';

/** Nothing when the rule is switched off. `arns` are what a target may name. */
export function readRule(resource: Resource, arns: ReadonlySet<string>): RuleModel | undefined {
  const properties = resource.properties();
  properties.ignore('Name', 'Description', 'Tags');
  properties.only('EventBusName', 'default');
  const state = properties.only('State', 'ENABLED', 'DISABLED');
  const pattern = properties.optionalObject('EventPattern');
  const targets = properties.objects('Targets').map((target) => {
    target.ignore('DeadLetterConfig', 'RetryPolicy');
    const arn = target.text('Arn');
    if (!arns.has(arn))
      properties.fail(`its target ${arn} is neither a queue nor a function of this template`);
    return { id: target.text('Id'), arn };
  });
  const names = pattern?.names() ?? [];
  const whole = Object.fromEntries(names.map((name) => [name, pattern?.whole(name)]));
  properties.finish();
  if (!pattern) return properties.fail('property EventPattern is missing');
  if (state === 'DISABLED') return undefined;
  return { logicalId: resource.logicalId, name: resource.name, pattern: whole, targets };
}
