import { afterEach, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/template/load.ts';
import { aFunction, aQueue, aRole, getAtt, removeAssemblies, writeAssembly } from './assembly.ts';

afterEach(removeAssemblies);

const target = (more: Record<string, unknown> = {}) => ({
  Id: 'Target0',
  Arn: getAtt('Queue', 'Arn'),
  ...more,
});
const aRule = (properties: Record<string, unknown>) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Targets: [target()], ...properties },
});
const load = (properties: Record<string, unknown>) =>
  loadAssembly(
    writeAssembly({
      Role: aRole,
      Queue: aQueue(),
      DeadLetters: aQueue(),
      Work: aFunction(),
      Rule: aRule(properties),
    }),
  ).rules;

describe('a rule of the template', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
  it('retries for 24 hours and up to 185 times when it says nothing else', () => {
    expect(load({ EventPattern: { source: ['x'] } })).toMatchObject([
      {
        pattern: { source: ['x'] },
        schedule: undefined,
        targets: [{ maxRetries: 185, maxAgeMs: 86_400_000, deadLetterArn: undefined }],
      },
    ]);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-events-rule-target.html
  it('has the retry policy and the dead-letter queue of each target', () => {
    const Targets = [
      target({
        DeadLetterConfig: { Arn: getAtt('DeadLetters', 'Arn') },
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      }),
    ];
    expect(load({ ScheduleExpression: 'rate(5 minutes)', Targets })).toMatchObject([
      {
        pattern: undefined,
        schedule: 'rate(5 minutes)',
        targets: [
          {
            maxRetries: 3,
            maxAgeMs: 60_000,
            deadLetterArn: expect.stringContaining('DeadLetters'),
          },
        ],
      },
    ]);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
  it('is left out when it is switched off, and checked all the same', () => {
    const State = 'DISABLED';
    expect(load({ State, ScheduleExpression: 'rate(1 day)' })).toEqual([]);
    expect(() => load({ State, ScheduleExpression: 'rate(1 days)' })).toThrow('it must be 1 day');
  });

  const pattern = { EventPattern: { source: ['x'] } };
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  it.each([
    ['neither pattern nor schedule', {}, 'neither an EventPattern nor a ScheduleExpression'],
    ['an empty pattern', { EventPattern: {} }, 'its EventPattern is empty'],
    ['an unknown operator', { EventPattern: { a: [{ cidr: '10.0.0.0/8' }] } }, 'cidr'],
    ['a bad schedule', { ScheduleExpression: 'cron(0 10 * * *)' }, 'has 5 fields'],
    ['another bus', { ...pattern, EventBusName: 'mine' }, 'EventBusName is "mine"'],
    [
      'more than five targets',
      { ...pattern, Targets: [1, 2, 3, 4, 5, 6].map((n) => target({ Id: `T${n}` })) },
      'it has 6 targets',
    ],
    ['two targets of one Id', { ...pattern, Targets: [target(), target()] }, 'the same Id'],
    [
      'a changed input',
      { ...pattern, Targets: [target({ InputTransformer: { InputTemplate: '{}' } })] },
      'property Targets[0].InputTransformer is not known',
    ],
    [
      'an input of its own',
      { ...pattern, Targets: [target({ Input: '{}' })] },
      'property Targets[0].Input is not known',
    ],
    [
      'a dead-letter queue that is none',
      { ...pattern, Targets: [target({ DeadLetterConfig: { Arn: getAtt('Work', 'Arn') } })] },
      'is not a queue of this template',
    ],
    [
      'more retries than there are',
      { ...pattern, Targets: [target({ RetryPolicy: { MaximumRetryAttempts: 186 } })] },
      'MaximumRetryAttempts is 186, but must be a whole number from 0 to 185',
    ],
    [
      'patience below a minute',
      { ...pattern, Targets: [target({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } })] },
      'MaximumEventAgeInSeconds is 59',
    ],
  ])('is refused with %s, by its name', (_what, properties, message) => {
    expect(() => load(properties)).toThrow(/^Rule \(AWS::Events::Rule\): /);
    expect(() => load(properties)).toThrow(message);
  });

  it('is what the engine has for schedules: those of EventBridge Scheduler are refused', () => {
    const Schedule = {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression: 'rate(1 day)' },
    };
    expect(() => loadAssembly(writeAssembly({ Schedule }))).toThrow(
      'Schedule (AWS::Scheduler::Schedule): this resource type is not known',
    );
  });
});
