/** What AWS promises of Task states: results, timeouts, retriers and catchers. */
import { describe, expect, it } from 'vitest';
import { Engine, invoke, ok, only, thrown } from './engine.ts';

const directArn = 'arn:aws:lambda:us-east-1:000000000000:function:work';

const retrying = (retriers: object[], more: object = {}): object =>
  only(invoke('work', { Retry: retriers, End: true, ...more }));

const gaps = (engine: Engine): number[] =>
  engine.calls.slice(1).map(({ atMs }, at) => atMs - (engine.calls[at]?.atMs ?? 0));

const caught = (errorEquals: string[]): object => ({
  StartAt: 'Work',
  States: {
    Work: invoke('work', { Catch: [{ ErrorEquals: errorEquals, Next: 'Caught' }], End: true }),
    Caught: { Type: 'Succeed' },
  },
});

describe('task', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
  it('answers lambda:invoke with the payload inside a response', async () => {
    const engine = new Engine(only(invoke('work', { End: true })), { work: () => ok({ done: 1 }) });
    const { status, output } = await engine.run({ id: 7 });
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output ?? '')).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { done: 1 },
      StatusCode: 200,
    });
    expect(engine.calls).toMatchObject([{ name: 'work', payload: { id: 7 } }]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
  it('answers a function ARN as resource with the payload alone, and calls it with the input', async () => {
    const state = { Type: 'Task', Resource: directArn, End: true };
    const engine = new Engine(only(state), { work: () => ok('bare') });
    const arn = await engine.start({ id: 7 });
    await engine.finish();
    expect(await engine.describe(arn)).toMatchObject({ output: '"bare"' });
    expect(engine.calls).toMatchObject([{ payload: { id: 7 } }]);
    expect(await engine.types(arn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
  it.each([
    ['of another region', directArn.replace('us-east-1', 'eu-west-1')],
    ['of another account', directArn.replace('000000000000', '111111111111')],
    ['with a version', `${directArn}:1`],
    ['with an alias', 'work:live'],
  ])('does not find a function %s', async (_what, FunctionName) => {
    const state = invoke('work', { Arguments: { FunctionName }, End: true });
    const engine = new Engine(only(state), { work: () => ok() });
    const error = 'Lambda.ResourceNotFoundException';
    expect(await engine.run()).toMatchObject({ status: 'FAILED', error });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
  it('accepts a function ARN as FunctionName and sends {} where there is no payload', async () => {
    const state = invoke('work', { Arguments: { FunctionName: directArn }, End: true });
    const engine = new Engine(only(state), { work: () => ok() });
    await engine.run();
    expect(engine.calls).toMatchObject([{ name: 'work', payload: {} }]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('waits 1, 2 and 4 seconds by default, then gives up with the last error', async () => {
    const engine = new Engine(retrying([{ ErrorEquals: ['Busy'] }]), {
      work: () => thrown('Busy', 'try later'),
    });
    const { status, error, cause } = await engine.run();
    expect(gaps(engine)).toEqual([1000, 2000, 4000]);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Busy' });
    expect(JSON.parse(cause ?? '')).toEqual({
      errorType: 'Busy',
      errorMessage: 'try later',
      trace: [],
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('follows interval, rate and cap of its retrier exactly', async () => {
    const retrier = { IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 5, MaxDelaySeconds: 9 };
    const engine = new Engine(retrying([{ ErrorEquals: ['States.ALL'], ...retrier }]), {
      work: () => thrown('Busy'),
    });
    await engine.run();
    expect(gaps(engine)).toEqual([3000, 4500, 6750, 9000, 9000]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('spreads delays between nothing and the full delay with FULL jitter', async () => {
    const retrier = { ErrorEquals: ['Busy'], MaxAttempts: 6, JitterStrategy: 'FULL' };
    const engine = new Engine(retrying([retrier]), { work: () => thrown('Busy') });
    await engine.run();
    const delays = gaps(engine);
    expect(delays).toHaveLength(6);
    delays.forEach((delayMs, at) => {
      expect(delayMs).toBeLessThan(1000 * 2 ** at);
    });
    expect(delays).not.toContain(0);
  });

  // https://states-language.net/spec.html#errors
  it('counts each retrier for itself', async () => {
    const errors = ['A', 'B', 'A', 'B', 'A'];
    const retriers = [
      { ErrorEquals: ['A'], MaxAttempts: 2, IntervalSeconds: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 2, IntervalSeconds: 10 },
    ];
    const engine = new Engine(retrying(retriers), {
      work: (_, call) => thrown(errors[call] ?? 'C'),
    });
    expect(await engine.run()).toMatchObject({ status: 'FAILED', error: 'A' });
    expect(gaps(engine)).toEqual([1000, 10_000, 2000, 20_000]);
  });

  // https://states-language.net/spec.html#errors
  it('never asks a later retrier when the first that matches is used up', async () => {
    const retriers = [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    const engine = new Engine(retrying(retriers), { work: () => thrown('A') });
    await engine.run();
    expect(engine.calls).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
  it('evaluates the arguments again for each attempt, with the retry count', async () => {
    const Arguments = { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' };
    const engine = new Engine(retrying([{ ErrorEquals: ['Busy'] }], { Arguments }), {
      work: (_, call) => (call < 2 ? thrown('Busy') : ok()),
    });
    await engine.run();
    expect(engine.calls.map(({ payload }) => payload)).toEqual([0, 1, 2]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('counts a transition for each state entered and each retry', async () => {
    const engine = new Engine(retrying([{ ErrorEquals: ['Busy'] }]), {
      work: (_, call) => (call < 2 ? thrown('Busy') : ok()),
    });
    await engine.run();
    expect(engine.transitions).toBe(3);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  it('lets the function go on after the timeout and never hears its answer', async () => {
    // The function answers long after the task gave up on it.
    let answered = 0;
    const engine: Engine = new Engine(
      {
        StartAt: 'Work',
        States: {
          Work: invoke('work', {
            TimeoutSeconds: 5,
            Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Later' }],
            End: true,
          }),
          Later: { Type: 'Wait', Seconds: 60, End: true },
        },
      },
      {
        work: async () => {
          const outcome = await engine.later(20_000, ok('too late'));
          answered++;
          return outcome;
        },
      },
    );
    const arn = await engine.start();
    await engine.finish();
    const { output } = await engine.describe(arn);
    expect(JSON.parse(output ?? '')).toEqual({ Error: 'States.Timeout', Cause: '' });
    const history = await engine.history(arn);
    expect(history.map(({ type }) => type)).not.toContain('TaskSucceeded');
    const [scheduled, timedOut] = ['TaskScheduled', 'TaskTimedOut'].map((type) =>
      history.find((event) => event.type === type),
    );
    expect((timedOut?.timestamp ?? 0) - (scheduled?.timestamp ?? 0)).toBe(5);
    expect(answered).toBe(1);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  it('gives each attempt its own timeout', async () => {
    // The first call hangs for longer than the timeout, the second answers within it.
    const engine: Engine = new Engine(
      retrying([{ ErrorEquals: ['States.Timeout'] }], { TimeoutSeconds: 5 }),
      { work: (_, call) => engine.later(call === 0 ? 60_000 : 4000, ok('second')) },
    );
    const { status, output } = await engine.run();
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output ?? '')).toMatchObject({ Payload: 'second' });
    expect(gaps(engine)).toEqual([6000]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  it('takes its timeout from an expression', async () => {
    const engine: Engine = new Engine(
      only(invoke('work', { TimeoutSeconds: '{% $states.input.limit %}', End: true })),
      { work: () => engine.later(3000, ok()) },
    );
    expect(await engine.run({ limit: 2 })).toMatchObject({ error: 'States.Timeout' });
    expect(await engine.run({ limit: 4 })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await engine.run({ limit: 'x' })).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('reports throttling and unknown functions as errors of the Lambda API', async () => {
    const throttled = new Engine(only(invoke('work', { End: true })), {
      work: () => ({ kind: 'throttled' }),
    });
    expect(await throttled.run()).toMatchObject({ error: 'Lambda.TooManyRequestsException' });
    const unknown = new Engine(only(invoke('nobody', { End: true })));
    expect(await unknown.run()).toMatchObject({ error: 'Lambda.ResourceNotFoundException' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it.each([
    { errorEquals: ['States.TaskFailed'], error: 'Any' },
    { errorEquals: ['States.ALL'], error: 'Any' },
    { errorEquals: ['States.ALL'], error: 'States.Timeout' },
    { errorEquals: ['Other', 'Any'], error: 'Any' },
    { errorEquals: ['States.TaskFailed'], error: 'Sandbox.Timedout' },
    { errorEquals: ['States.DataLimitExceeded'], error: 'States.DataLimitExceeded' },
  ])('catches $error by $errorEquals', async ({ errorEquals, error }) => {
    const engine = new Engine(caught(errorEquals), { work: () => thrown(error) });
    const { status, output } = await engine.run();
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output ?? '')).toMatchObject({ Error: error });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it.each([
    { errorEquals: ['States.TaskFailed'], error: 'States.Timeout' },
    { errorEquals: ['States.ALL'], error: 'States.DataLimitExceeded' },
    { errorEquals: ['States.ALL'], error: 'States.Runtime' },
    { errorEquals: ['States.Runtime'], error: 'States.Runtime' },
    { errorEquals: ['States.Timeout'], error: 'Sandbox.Timedout' },
    { errorEquals: ['any'], error: 'Any' },
  ])('does not catch $error by $errorEquals', async ({ errorEquals, error }) => {
    const engine = new Engine(caught(errorEquals), { work: () => thrown(error) });
    expect(await engine.run()).toMatchObject({ status: 'FAILED', error });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it('leaves a catch with the output, variables and input it asks for', async () => {
    const Catch = [
      {
        ErrorEquals: ['States.ALL'],
        Output: '{% $states.input %}',
        Assign: { failure: '{% $states.errorOutput.Error %}' },
        Next: 'Caught',
      },
    ];
    const engine = new Engine(
      {
        StartAt: 'Work',
        States: {
          Work: invoke('work', { Catch, End: true }),
          Caught: {
            Type: 'Succeed',
            Output: { from: '{% $states.input %}', why: '{% $failure %}' },
          },
        },
      },
      { work: () => thrown('Refusal') },
    );
    const { output } = await engine.run({ id: 7 });
    expect(JSON.parse(output ?? '')).toEqual({ from: { id: 7 }, why: 'Refusal' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it('retries what its Output cannot evaluate, and catches it', async () => {
    const engine = new Engine(
      {
        StartAt: 'Work',
        States: {
          Work: invoke('work', {
            Output: '{% $states.result.Payload.missing %}',
            Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
            End: true,
          }),
          Caught: { Type: 'Succeed' },
        },
      },
      { work: () => ok({}) },
    );
    const { output } = await engine.run();
    expect(engine.calls).toHaveLength(2);
    expect(JSON.parse(output ?? '')).toEqual({
      Error: 'States.QueryEvaluationError',
      Cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). " +
        "The JSONata expression '$states.result.Payload.missing' specified for the field 'Output' returned nothing (undefined).",
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('refuses a result above 256 KiB, and no wildcard catches that', async () => {
    const engine = new Engine(caught(['States.ALL']), { work: () => ok('x'.repeat(262_144)) });
    const { status, error } = await engine.run();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});
