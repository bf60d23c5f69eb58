/** RedriveExecution: which executions go on, from where, and how often they are asked to. */
import { describe, expect, it } from 'vitest';
import { Engine, invoke, ok, only, thrown } from './engine.ts';

const day = 24 * 3600 * 1000;

const twoTasks = (more: object = {}) => ({
  StartAt: 'First',
  States: {
    First: invoke('first', { Assign: { n: 7 }, Output: { id: 'o1' }, Next: 'Second' }),
    Second: invoke('second', {
      Arguments: { FunctionName: 'second', Payload: ['{% $states.input.id %}', '{% $n %}'] },
      End: true,
      ...more,
    }),
  },
});

/** `second` fails so many times, then it works. */
const failing = (times: number) => ({
  first: () => ok(),
  second: (_: unknown, call: number) => (call < times ? thrown('Broken') : ok('done')),
});

const failed = async (engine: Engine): Promise<string> => {
  const arn = await engine.start({ a: 1 }, 'o1');
  await engine.finish();
  expect(await engine.describe(arn)).toMatchObject({ status: 'FAILED' });
  return arn;
};

const redrive = (engine: Engine, executionArn: string, clientToken?: string) =>
  engine.call<{ redriveDate: number }>('RedriveExecution', {
    executionArn,
    ...(clientToken !== undefined && { clientToken }),
  });

describe('redrive', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('goes on from the state that failed with its input and variables, and repeats no other', async () => {
    const engine = new Engine(twoTasks(), failing(1));
    const arn = await failed(engine);
    await engine.kernel.advance(60_000);
    const answer = await redrive(engine, arn);
    expect(answer).toEqual({ redriveDate: engine.kernel.now() / 1000 });
    expect(engine.states.pending()).toEqual(['states: Machine o1 is in Second']);
    await engine.finish();
    expect(engine.calls.map(({ name, payload }) => [name, payload])).toEqual([
      ['first', { a: 1 }],
      ['second', ['o1', 7]],
      ['second', ['o1', 7]],
    ]);
    expect(await engine.describe(arn)).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: answer.redriveDate,
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionRedrivenEventDetails.html
  it('appends to the history: the attempt hangs on the entry of its state', async () => {
    const engine = new Engine(twoTasks(), failing(1));
    const arn = await failed(engine);
    const before = await engine.history(arn);
    await redrive(engine, arn);
    await engine.finish();
    const events = await engine.history(arn);
    expect(events.slice(0, before.length)).toEqual(before);
    expect(
      events
        .slice(before.length)
        .map(({ id, previousEventId, type }) => [id, previousEventId, type]),
    ).toEqual([
      [12, 11, 'ExecutionRedriven'],
      [13, 7, 'TaskScheduled'],
      [14, 13, 'TaskStarted'],
      [15, 14, 'TaskSucceeded'],
      [16, 15, 'TaskStateExited'],
      [17, 16, 'ExecutionSucceeded'],
    ]);
    expect(events[11]).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('grants all retries once more', async () => {
    const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }];
    const engine = new Engine(twoTasks({ Retry }), failing(5));
    const arn = await failed(engine);
    await redrive(engine, arn);
    await engine.finish();
    expect(engine.calls.filter(({ name }) => name === 'second')).toHaveLength(6);
    expect(await engine.describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('counts the timeout of the machine from the redrive', async () => {
    const machine = { ...only({ Type: 'Wait', Seconds: 60, End: true }), TimeoutSeconds: 30 };
    const engine = new Engine(machine);
    const arn = await engine.start();
    await engine.finish();
    await engine.kernel.advance(day);
    const { redriveDate } = await redrive(engine, arn);
    await engine.finish();
    const { status, stopDate = 0 } = await engine.describe(arn);
    expect(status).toBe('TIMED_OUT');
    expect(stopDate - redriveDate).toBe(30);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('goes on after an abort, in the state that was stopped', async () => {
    const engine: Engine = new Engine(twoTasks(), {
      first: () => ok(),
      second: (_, call) => (call === 0 ? engine.later(day, ok('late')) : ok('done')),
    });
    const arn = await engine.start({}, 'o1');
    await engine.kernel.advance(1000);
    await engine.call('StopExecution', { executionArn: arn });
    await redrive(engine, arn);
    await engine.finish();
    const { status, output } = await engine.describe(arn);
    expect([status, JSON.parse(output ?? '')]).toMatchObject(['SUCCEEDED', { Payload: 'done' }]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('enters a Fail state again, which fails again', async () => {
    const engine = new Engine(only({ Type: 'Fail', Error: 'Lost' }));
    const arn = await failed(engine);
    await redrive(engine, arn);
    await engine.finish();
    expect(await engine.describe(arn)).toMatchObject({ status: 'FAILED', error: 'Lost' });
    expect(await engine.types(arn)).toEqual([
      ...['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed'],
      ...['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed'],
    ]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('runs on the definition it started with after the machine was updated', async () => {
    const engine = new Engine(twoTasks(), failing(1));
    const arn = await failed(engine);
    await engine.call('UpdateStateMachine', {
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine',
      definition: JSON.stringify({
        QueryLanguage: 'JSONata',
        ...only({ Type: 'Pass', Output: 'new', End: true }),
      }),
    });
    await redrive(engine, arn);
    await engine.finish();
    expect(await engine.types(arn)).toContain('TaskSucceeded');
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
  it('counts as a transition', async () => {
    const engine = new Engine(only({ Type: 'Fail' }));
    const arn = await failed(engine);
    expect(engine.transitions).toBe(1);
    await redrive(engine, arn);
    await engine.finish();
    expect(engine.transitions).toBe(3);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  it('is told to EventBridge as RUNNING, and its end as any other', async () => {
    const engine = new Engine(twoTasks(), failing(1));
    const arn = await failed(engine);
    const { redriveDate } = await redrive(engine, arn);
    await engine.finish();
    const redriven = { redriveCount: 1, redriveDate: redriveDate * 1000 };
    expect(engine.events.map(({ detail }) => detail)).toMatchObject([
      { status: 'RUNNING', redriveStatus: 'NOT_REDRIVABLE', redriveDate: null },
      { status: 'FAILED', redriveStatus: 'REDRIVABLE', redriveStatusReason: null },
      { status: 'RUNNING', stopDate: null, ...redriven },
      { status: 'SUCCEEDED', redriveStatus: 'NOT_REDRIVABLE', ...redriven },
    ]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
  it('shows itself in the context', async () => {
    const Arguments = { FunctionName: 'second', Payload: '{% $states.context.Execution %}' };
    const engine = new Engine(twoTasks({ Arguments }), failing(1));
    const arn = await failed(engine);
    await redrive(engine, arn);
    await engine.finish();
    const [, first, second] = engine.calls.map(({ payload }) => payload);
    expect(first).toMatchObject({ RedriveCount: 0 });
    expect(first).not.toHaveProperty('RedriveTime');
    expect(second).toMatchObject({
      RedriveCount: 1,
      RedriveTime: expect.stringMatching(/^2026-01-01T/),
    });
  });

  it('survives a kill: it goes on where the redrive was', async () => {
    // The redriven task never answers before the kill.
    const hanging = new Promise<never>(() => undefined);
    const engine = new Engine(twoTasks(), {
      first: () => ok(),
      second: (_, call) => (call === 0 ? thrown('Broken') : hanging),
    });
    const arn = await failed(engine);
    await redrive(engine, arn, 'token');
    await engine.kernel.advance(1000);
    const next = engine.killed(1000, { functions: { second: () => ok() } });
    expect(await redrive(next, arn, 'token')).toEqual({ redriveDate: expect.any(Number) });
    await next.finish();
    expect(await next.describe(arn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    expect((await next.history(arn)).slice(11, 13)).toMatchObject([
      { id: 12, type: 'ExecutionRedriven' },
      { id: 13, previousEventId: 7, type: 'TaskScheduled' },
    ]);
  });
});

describe('what cannot be redriven', () => {
  const refusal = (message: string) => ({
    code: 'ExecutionNotRedrivable',
    message: expect.stringContaining(message),
  });
  const reason = (redriveStatusReason: string) => ({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason,
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
  it.each([
    ['RUNNING', { Type: 'Wait', Seconds: 60, End: true }],
    ['SUCCEEDED', { Type: 'Succeed' }],
  ])('is an execution that is %s', async (status, state) => {
    const engine = new Engine(only(state));
    const arn = await engine.start();
    await engine.kernel.advance(1000);
    const problem = `Execution is ${status} and cannot be redriven`;
    await expect(redrive(engine, arn)).rejects.toMatchObject(refusal(problem));
    expect(await engine.describe(arn)).toMatchObject(reason(problem));
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it('is one that closed more than 14 days ago', async () => {
    const engine = new Engine(twoTasks(), failing(9));
    const arn = await failed(engine);
    await engine.kernel.advance(13 * day);
    expect(await engine.describe(arn)).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    await redrive(engine, arn);
    await engine.finish();
    await engine.kernel.advance(14 * day - 60_000);
    expect(await engine.describe(arn)).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    await engine.kernel.advance(120_000);
    const problem = 'Execution redrivable period exceeded';
    expect(await engine.describe(arn)).toMatchObject(reason(problem));
    await expect(redrive(engine, arn)).rejects.toMatchObject(refusal(problem));
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it('is one whose history has no room for two more events', async () => {
    const looping = {
      StartAt: 'A',
      States: {
        A: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'B' }], Default: 'A' },
        B: { Type: 'Succeed' },
      },
    };
    const engine = new Engine(looping);
    const arn = await failed(engine);
    const problem = 'Execution history event limit exceeded';
    await expect(redrive(engine, arn)).rejects.toMatchObject(refusal(problem));
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('is one that has reached a year, which times out whatever its machine says', async () => {
    const engine = new Engine(only({ Type: 'Wait', Seconds: 99_999_999, End: true }));
    const arn = await engine.start();
    await engine.kernel.advance(364 * day);
    expect(await engine.describe(arn)).toMatchObject({ status: 'RUNNING' });
    await engine.kernel.advance(day);
    expect(await engine.describe(arn)).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      ...reason('Execution has exceeded the max execution time'),
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it('is one that does not exist', async () => {
    const arn = 'arn:aws:states:us-east-1:000000000000:execution:Machine:x';
    const asked = redrive(new Engine(twoTasks()), arn);
    await expect(asked).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
  });
});

describe('a client token', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it('makes a repeated request the same one for 15 minutes', async () => {
    const engine = new Engine(twoTasks(), failing(9));
    const arn = await failed(engine);
    const first = await redrive(engine, arn, 'a');
    await engine.finish();
    await engine.kernel.advance(14 * 60_000);
    expect(await redrive(engine, arn, 'a')).toEqual(first);
    expect(await engine.describe(arn)).toMatchObject({ redriveCount: 1 });
    await engine.kernel.advance(2 * 60_000);
    expect(await redrive(engine, arn, 'a')).not.toEqual(first);
    expect(await engine.describe(arn)).toMatchObject({ redriveCount: 2 });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it('is remembered until ten others were used', async () => {
    const engine = new Engine(twoTasks(), failing(99));
    const arn = await failed(engine);
    const use = async (token: string) => {
      const answer = await redrive(engine, arn, token);
      await engine.finish();
      return answer;
    };
    const first = await use('t0');
    for (let n = 1; n < 10; n++) await use(`t${n}`);
    expect(await use('t0')).toEqual(first);
    await use('t10');
    expect(await use('t0')).not.toEqual(first);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
  it.each(['', 'x'.repeat(65), 'a b', 'ä'])('is refused as %j', async (token) => {
    const engine = new Engine(twoTasks(), failing(9));
    const arn = await failed(engine);
    const asked = redrive(engine, arn, token);
    await expect(asked).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
