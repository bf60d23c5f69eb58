import { describe, expect, it } from 'vitest';
import { limits } from '../../lambdas/contract/limits.ts';
import { timeouts } from '../../lambdas/contract/timeouts.ts';
import { recoveryWaitsMs } from '../../lambdas/domain/recovery.ts';
import { forwardRetry, untilDoneRetry } from '../../lib/constructs/saga-definition.ts';
import { compileFilters } from '../../local/events/event-pattern.ts';
import { readTemplate, resourcesOf } from '../support/assembly.ts';

const template = readTemplate();
const tables = resourcesOf(template, 'AWS::DynamoDB::GlobalTable');

describe('what the template promises', () => {
  it('deletes by age only what no guard stands on: view counters and cached answers', () => {
    const mortal = tables
      .filter(([, { Properties }]) => Properties.TimeToLiveSpecification?.Enabled)
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(mortal.sort()).toEqual(['Idempotency', 'OrderViewTable']);
  });

  it('has tables in one region, so that a stream may have two readers', () => {
    for (const [, { Properties }] of tables) expect(Properties.Replicas).toHaveLength(1);
  });

  it('runs its saga on Standard, which never runs twice or stops midway by itself', () => {
    const [[, machine] = []] = resourcesOf(template, 'AWS::StepFunctions::StateMachine');
    expect(machine?.Properties.StateMachineType).toBe('STANDARD');
  });

  it('gives the relay every write but deletions, in the shape that streams have', () => {
    const patterns = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap(
      ([, { Properties }]): { Pattern: string }[] => Properties.FilterCriteria?.Filters ?? [],
    );
    expect(patterns).toHaveLength(1);
    const passes = compileFilters(patterns.map(({ Pattern }) => JSON.parse(Pattern)));
    const record = (eventName: string) => ({
      eventID: '1',
      eventName,
      eventSource: 'aws:dynamodb',
      dynamodb: {
        Keys: { id: { S: 'x' } },
        SequenceNumber: '1',
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(['INSERT', 'MODIFY', 'REMOVE'].map(record).map(passes)).toEqual([true, true, false]);
  });

  it('ends every request before API Gateway gives it up after 30 s, and a lease within 10 s', () => {
    const behindApi = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) =>
      id.startsWith('Api'),
    );
    expect(behindApi.length).toBeGreaterThan(8);
    for (const [id, { Properties }] of behindApi) {
      const most = Properties.Description === 'get-order' ? limits.waitSeconds + 15 : 10;
      expect(`${id} ${Properties.Timeout <= most}`).toBe(`${id} true`);
    }
  });

  it('asks a provider at most 84 times to do a thing, and 204 times to undo it', () => {
    const tries = (retry: typeof forwardRetry) =>
      1 + retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
    const executions = 1 + recoveryWaitsMs.length;
    expect(timeouts.providerTries * tries(forwardRetry) * executions).toBe(84);
    expect(timeouts.providerTries * tries(untilDoneRetry) * executions).toBe(204);
  });
});
