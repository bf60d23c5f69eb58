import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import {
  checkLadder,
  forwardRetry,
  type SagaShape,
  sagaMachine,
  untilDoneRetry,
  waitsSeconds,
} from '../../lib/constructs/saga-definition.ts';

const shape: SagaShape = {
  steps: [
    { name: 'TakeA', action: 'take-a', compensation: 'return-a' },
    { name: 'TakeB', action: 'take-b', compensation: 'return-b' },
    { name: 'TakeC', action: 'take-c', compensation: 'return-c' },
  ],
  commit: 'commit-all',
  abort: 'abort-all',
  park: 'park-it',
};
const times = { functionMs: 10_000, taskSeconds: 15 };
const limits = {
  providerCallMs: 3_000,
  providerTries: 1,
  leaseMs: 30_000,
  searchLagMs: 120_000,
  deadlineSeconds: 840,
};
const task = {
  resource: 'arn:aws:states:::lambda:invoke',
  functionArn: (entry: string) => `arn:aws:lambda:us-east-1:000000000000:function:${entry}`,
};
const machine = sagaMachine(shape, times, task);
type State = {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  TimeoutSeconds?: number;
  Catch?: { ErrorEquals: string[]; Next: string; Output?: string }[];
  Retry?: { ErrorEquals: string[]; JitterStrategy: string }[];
  Choices?: { Next: string }[];
};
const definition = machine.definition as {
  StartAt: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
};
const state = (name: string): State => {
  const found = definition.States[name];
  if (!found) throw new Error(`no state ${name}`);
  return found;
};

/** Task states entered from `start` when every task succeeds and choices take their default. */
function pathFrom(start: string): string[] {
  const path: string[] = [];
  for (let name: string | undefined = start; name; name = state(name).Next ?? state(name).Default)
    if (state(name).Type === 'Task') path.push(name);
  return path;
}

describe('the saga machine', () => {
  it('is valid Amazon States Language', () => {
    expect(aslValidator(structuredClone(machine.definition))).toMatchObject({ isValid: true });
  });

  it('has four states on the happy path of three steps: no choice, no pass', () => {
    expect(pathFrom(definition.StartAt)).toEqual(['TakeA', 'TakeB', 'TakeC', 'CommitAll']);
    expect(state('CommitAll').End).toBe(true);
  });

  it('takes every failure of every forward state to the abort decision, the pivot included', () => {
    for (const name of ['TakeA', 'TakeB', 'TakeC', 'CommitAll'])
      expect(state(name).Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'AbortAll' }]);
  });

  it('undoes the whole chain in reverse after the abort decision, the failed step included', () => {
    expect(pathFrom('AbortAll')).toEqual(['AbortAll', 'ReturnC', 'ReturnB', 'ReturnA']);
  });

  it('undoes nothing when another execution has committed', () => {
    expect(state('IsConfirmed').Choices).toMatchObject([{ Next: 'ConfirmedElsewhere' }]);
    expect(state('ConfirmedElsewhere')).toEqual({ Type: 'Succeed' });
  });

  it('never undoes before the abort decision: its failure ends the execution', () => {
    expect(state('AbortAll').Catch).toBeUndefined();
  });

  it('goes on undoing after a compensation that gave up, and ends failed', () => {
    expect(state('ReturnC').Catch).toMatchObject([{ Next: 'ParkReturnC' }]);
    expect(pathFrom('ParkReturnC')).toEqual(['ParkReturnC', 'ReturnB', 'ReturnA']);
    expect(state('ParkReturnC').Catch).toMatchObject([{ Next: 'ReturnB' }]);
    expect(state('IsAnythingParked').Choices).toMatchObject([{ Next: 'CompensationParked' }]);
    expect(state('CompensationParked').Type).toBe('Fail');
  });

  it('has no edge back from the pivot or from a compensation to an action', () => {
    const after = pathFrom('AbortAll').slice(1);
    for (const name of after) expect(pathFrom(name)).not.toContain('TakeA');
  });

  it('gives every task a timeout and keeps its input for the compensations', () => {
    const tasks = Object.values(definition.States).filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(11);
    for (const { TimeoutSeconds, Catch = [] } of tasks) {
      expect(TimeoutSeconds).toBe(15);
      for (const { Output } of Catch) expect(Output).toContain('$states.input');
    }
  });

  it('retries transient faults and Lambda’s own errors, never a refusal or a permanent fault', () => {
    for (const { Retry = [] } of Object.values(definition.States)) {
      const errors = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      if (Retry.length > 0)
        expect(errors).toEqual(
          expect.arrayContaining([
            'TransientFault',
            'Lambda.ServiceException',
            'Lambda.AWSLambdaException',
            'Lambda.SdkClientException',
            'Lambda.TooManyRequestsException',
          ]),
        );
      for (const never of ['Refusal', 'PermanentFault', 'States.ALL', 'States.TaskFailed'])
        expect(errors).not.toContain(never);
    }
  });

  it('mentions nothing of JSONPath', () => {
    expect(JSON.stringify(definition)).not.toMatch(
      /"(ResultPath|InputPath|OutputPath|Parameters)"/,
    );
  });

  it('times out later than its longest run, and stays far from 25,000 events', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(machine.longestRunSeconds);
    expect(machine.longestHistory).toBeLessThan(2_500);
  });
});

describe('the timeout ladder', () => {
  const check = (change: Partial<typeof limits>, time = times) =>
    checkLadder(time, { ...limits, ...change }, sagaMachine(shape, time, task));

  it('holds for the defaults', () => {
    expect(() => check({})).not.toThrow();
  });

  it.each([
    [
      'provider call',
      { providerCallMs: 5_000, providerTries: 2 },
      /provider call × tries \(10000\)/,
    ],
    ['lease', { leaseMs: 60_000 }, /the longest lease \(60000\)/],
    ['search', { searchLagMs: 3_600_000 }, /the lag of a provider's search \(3600000\)/],
    ['deadline', { deadlineSeconds: 900 }, /the deadline \(900\) must be below/],
  ])('refuses a %s that is too long, naming both rungs', (_, change, message) => {
    expect(() => check(change)).toThrow(message);
  });

  it('refuses a task that times out before its function', () => {
    expect(() => check({}, { functionMs: 10_000, taskSeconds: 10 })).toThrow(
      /the step function \(10000\) must be below its task \(10000\)/,
    );
  });

  it('counts on waits that no jitter can shorten', () => {
    for (const retry of [forwardRetry, untilDoneRetry]) {
      const transient = retry.find(({ ErrorEquals }) => ErrorEquals.includes('TransientFault'));
      expect(transient?.JitterStrategy).toBe('NONE');
      expect(transient && waitsSeconds(transient)).toBeGreaterThan(30);
    }
  });
});
