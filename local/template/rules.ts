/**
 * AWS::Events::Rule on the default bus: by event pattern, by schedule or both, with queues and
 * functions as targets. What a target is sent cannot be changed on the way.
 */
import { compilePattern } from '../events/event-pattern.ts';
import { parseSchedule } from '../events/schedule-expression.ts';
import type { RuleModel, RuleTargetModel } from './model.ts';
import type { Properties } from './properties.ts';
import type { Resource } from './template.ts';

/** https://docs.aws.amazon.com/general/latest/gr/ev.html#limits_eventbridge */
const mostTargets = 5;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const retries = { min: 0, max: 185, otherwise: 185 };
const ageSeconds = { min: 60, max: 86_400, otherwise: 86_400 };

/** Nothing when the rule is switched off. `arns` are what a target may name. */
export function readRule(resource: Resource, arns: ReadonlySet<string>): RuleModel | undefined {
  const properties = resource.properties();
  properties.ignore('Name', 'Description', 'Tags');
  properties.only('EventBusName', 'default');
  const state = properties.only('State', 'ENABLED', 'DISABLED');
  const pattern = readPattern(properties);
  const schedule = readSchedule(properties);
  const targets = properties.objects('Targets').map((target) => readTarget(target, arns));
  properties.finish();
  if (!pattern && schedule === undefined)
    properties.fail('it has neither an EventPattern nor a ScheduleExpression');
  if (targets.length > mostTargets)
    properties.fail(`it has ${targets.length} targets, but a rule has at most ${mostTargets}`);
  if (new Set(targets.map(({ id }) => id)).size < targets.length)
    properties.fail('two of its targets have the same Id');
  if (state === 'DISABLED') return undefined;
  return { logicalId: resource.logicalId, name: resource.name, pattern, schedule, targets };
}

function readPattern(properties: Properties): RuleModel['pattern'] {
  const pattern = properties.optionalObject('EventPattern');
  if (!pattern) return undefined;
  const names = pattern.names();
  if (names.length === 0) properties.fail('its EventPattern is empty');
  const whole = Object.fromEntries(names.map((name) => [name, pattern.whole(name)]));
  checked(properties, () => compilePattern(whole));
  return whole;
}

function readSchedule(properties: Properties): string | undefined {
  const schedule = properties.optionalText('ScheduleExpression');
  if (schedule !== undefined) checked(properties, () => parseSchedule(schedule));
  return schedule;
}

function checked(properties: Properties, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    properties.fail(error instanceof Error ? error.message : String(error));
  }
}

function readTarget(target: Properties, arns: ReadonlySet<string>): RuleTargetModel {
  const arn = target.text('Arn');
  if (!arns.has(arn))
    target.fail(`its target ${arn} is neither a queue nor a function of this template`);
  const deadLetterArn = target.optionalObject('DeadLetterConfig')?.text('Arn');
  if (deadLetterArn !== undefined && !(arns.has(deadLetterArn) && isQueue(deadLetterArn)))
    target.fail(`its dead-letter queue ${deadLetterArn} is not a queue of this template`);
  const policy = target.optionalObject('RetryPolicy');
  const maxRetries = policy?.number('MaximumRetryAttempts', retries) ?? retries.otherwise;
  const maxAge = policy?.number('MaximumEventAgeInSeconds', ageSeconds) ?? ageSeconds.otherwise;
  return { id: target.text('Id'), arn, deadLetterArn, maxRetries, maxAgeMs: maxAge * 1000 };
}

const isQueue = (arn: string): boolean => arn.split(':')[2] === 'sqs';
