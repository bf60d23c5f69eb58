/** The API of Step Functions: names, repeated starts, histories, lists, ends and events. */
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../local/states/history.ts';
import { arnOf, Engine, invoke, ok, only, thrown } from './engine.ts';

const day = 24 * 3600 * 1000;
const pass = only({ Type: 'Pass', End: true });
const waiting = only({ Type: 'Wait', Seconds: 60, End: true });

const startOf = (name: string, input = '{}') => ({
  stateMachineArn: arnOf('Machine'),
  name,
  input,
});

describe('StartExecution', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('answers the ARN and the time in epoch seconds, and runs', async () => {
    const engine = new Engine(pass);
    const { kernel } = engine;
    const answer = await engine.call('StartExecution', startOf('o1', '{"a":1}'));
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:Machine:o1';
    expect(answer).toEqual({ executionArn, startDate: kernel.now() / 1000 });
    await engine.finish();
    expect(await engine.describe(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      name: 'o1',
      input: '{"a":1}',
      output: '{"a":1}',
      stopDate: expect.any(Number),
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('answers the same start again while the execution runs', async () => {
    const engine = new Engine(waiting);
    const first = await engine.call('StartExecution', startOf('o1'));
    await engine.kernel.advance(30_000);
    expect(await engine.call('StartExecution', startOf('o1'))).toEqual(first);
    await engine.finish();
    expect(engine.transitions).toBe(1);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('refuses the name for another input, and for any once the execution is closed', async () => {
    const engine = new Engine(waiting);
    const refusal = { code: 'ExecutionAlreadyExists', status: 400 };
    await engine.call('StartExecution', startOf('o1'));
    const other = engine.call('StartExecution', startOf('o1', '{"a":1}'));
    await expect(other).rejects.toMatchObject(refusal);
    await engine.finish();
    const same = engine.call('StartExecution', startOf('o1'));
    await expect(same).rejects.toMatchObject(refusal);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('frees a name, and forgets the execution, 90 days after it closed', async () => {
    const engine = new Engine(pass);
    const arn = await engine.start({}, 'o1');
    await engine.finish();
    await engine.kernel.advance(90 * day - 1000);
    await expect(engine.start({}, 'o1')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await engine.kernel.advance(2000);
    await expect(engine.describe(arn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    expect(await engine.start({}, 'o1')).toBe(arn);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('gives a name of its own where there is none', async () => {
    const engine = new Engine(pass);
    expect(await engine.start()).toMatch(/:execution:Machine:[0-9a-f-]{36}$/);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it.each(['', 'x'.repeat(81), 'a b', 'a:b', 'a/b', 'a*', 'a<', 'a"', 'a#', 'a\u0007', 'a\u0085'])(
    'refuses the name %j',
    async (name) => {
      const started = new Engine(pass).call('StartExecution', startOf(name));
      await expect(started).rejects.toMatchObject({ code: 'InvalidName', status: 400 });
    },
  );

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it.each(['a', 'x'.repeat(80), 'order-1_r.2', 'ä', 'a@b+c=(d)!'])(
    'takes the name %j',
    async (name) => {
      expect(await new Engine(pass).start({}, name)).toMatch(/:execution:Machine:/);
    },
  );

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('refuses input that is not JSON or above 256 KiB', async () => {
    const engine = new Engine(pass);
    const refusal = { code: 'InvalidExecutionInput' };
    const bad = engine.call('StartExecution', startOf('o1', '{'));
    await expect(bad).rejects.toMatchObject(refusal);
    const large = engine.call('StartExecution', startOf('o1', `"${'x'.repeat(262_143)}"`));
    await expect(large).rejects.toMatchObject(refusal);
    await engine.call('StartExecution', startOf('o1', `"${'x'.repeat(262_142)}"`));
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  it('refuses a machine that does not exist', async () => {
    const input = { stateMachineArn: arnOf('Other') };
    const started = new Engine(pass).call('StartExecution', input);
    await expect(started).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
  });
});

describe('GetExecutionHistory', () => {
  const machine = only(invoke('work', { TimeoutSeconds: 5, Assign: { n: 1 }, End: true }));
  const ran = async (): Promise<{ engine: Engine; arn: string }> => {
    const engine = new Engine(machine, { work: () => ok(1) });
    const arn = await engine.start({ a: 1 });
    await engine.finish();
    return { engine, arn };
  };

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
  it('tells events as AWS does', async () => {
    const { engine, arn } = await ran();
    const events = await engine.history(arn);
    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered'],
      [3, 2, 'TaskScheduled'],
      [4, 3, 'TaskStarted'],
      [5, 4, 'TaskSucceeded'],
      [6, 5, 'TaskStateExited'],
      [7, 6, 'ExecutionSucceeded'],
    ]);
    const isWhole = { truncated: false };
    const result = '{"ExecutedVersion":"$LATEST","Payload":1,"StatusCode":200}';
    const invoked = { resourceType: 'lambda', resource: 'invoke' };
    expect(events.slice(0, 6)).toMatchObject([
      { executionStartedEventDetails: { input: '{"a":1}', inputDetails: isWhole } },
      { stateEnteredEventDetails: { name: 'Only', input: '{"a":1}' } },
      {
        taskScheduledEventDetails: {
          ...invoked,
          region: 'us-east-1',
          parameters: '{"FunctionName":"work","Payload":{"a":1}}',
          timeoutInSeconds: 5,
        },
      },
      { taskStartedEventDetails: invoked },
      { taskSucceededEventDetails: { ...invoked, output: result, outputDetails: isWhole } },
      {
        stateExitedEventDetails: {
          name: 'Only',
          output: result,
          assignedVariables: { n: '1' },
          assignedVariablesDetails: isWhole,
        },
      },
    ]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
  it('leaves the data out on request', async () => {
    const { engine, arn } = await ran();
    const input = { executionArn: arn, includeExecutionData: false };
    const { events } = await engine.call<{ events: HistoryEvent[] }>('GetExecutionHistory', input);
    expect(JSON.stringify(events)).not.toMatch(/"(input|output|parameters|assignedVariables)"/);
    expect(events[1]).toMatchObject({ stateEnteredEventDetails: { name: 'Only' } });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
  it.each([false, true])('pages through everything once, reverseOrder %s', async (reverseOrder) => {
    const { engine, arn } = await ran();
    const ids: number[] = [];
    let nextToken: string | undefined;
    do {
      const input = { executionArn: arn, maxResults: 3, reverseOrder, nextToken };
      const page: { events: HistoryEvent[]; nextToken?: string } = await engine.call(
        'GetExecutionHistory',
        input,
      );
      ids.push(...page.events.map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken);
    const upwards = [1, 2, 3, 4, 5, 6, 7];
    expect(ids).toEqual(reverseOrder ? upwards.reverse() : upwards);
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
  it('refuses a token it did not give', async () => {
    const { engine, arn } = await ran();
    const asked = engine.call('GetExecutionHistory', { executionArn: arn, nextToken: 'x' });
    await expect(asked).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('ends an execution at 25,000 events as failed', async () => {
    const looping = {
      StartAt: 'A',
      States: {
        A: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'B' }], Default: 'A' },
        B: { Type: 'Succeed' },
      },
    };
    const engine = new Engine(looping);
    const arn = await engine.start();
    await engine.finish();
    const input = { executionArn: arn, reverseOrder: true, maxResults: 1 };
    const { events } = await engine.call<{ events: HistoryEvent[] }>('GetExecutionHistory', input);
    expect(events).toMatchObject([
      {
        id: 25_000,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'States.Runtime' },
      },
    ]);
  });

  it('estimates what the same events take in a log without data', async () => {
    const { engine } = await ran();
    expect(engine.loggedBytes / 7).toBeGreaterThan(200);
    expect(engine.loggedBytes / 7).toBeLessThan(500);
  });
});

describe('the end of an execution', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
  it('stops on request, and what still runs changes nothing', async () => {
    // The function answers after the execution was stopped.
    const engine: Engine = new Engine(only(invoke('work', { End: true })), {
      work: () => engine.later(10_000, ok()),
    });
    const arn = await engine.start();
    await engine.kernel.advance(1000);
    const stop = { executionArn: arn, error: 'Operator', cause: 'held' };
    expect(await engine.call('StopExecution', stop)).toEqual({
      stopDate: engine.kernel.now() / 1000,
    });
    await engine.kernel.advance(60_000);
    const aborted = { status: 'ABORTED', error: 'Operator', cause: 'held' };
    expect(await engine.describe(arn)).toMatchObject(aborted);
    expect((await engine.types(arn)).at(-1)).toBe('ExecutionAborted');
    await engine.call('StopExecution', { executionArn: arn });
    expect(await engine.describe(arn)).toMatchObject(aborted);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
  it('times out by the machine, past every catch and every wait', async () => {
    const definition = {
      TimeoutSeconds: 30,
      StartAt: 'Work',
      States: {
        Work: invoke('work', {
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          End: true,
        }),
        Caught: { Type: 'Succeed' },
      },
    };
    const engine = new Engine(definition, { work: () => thrown('Busy') });
    const { status, error, startDate, stopDate } = await engine.run();
    expect({ status, error }).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect((stopDate ?? 0) - startDate).toBe(30);
    expect(engine.calls).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  it('is told to EventBridge, as is the start', async () => {
    const engine = new Engine(only({ Type: 'Fail', Error: 'Lost', Cause: 'gone' }));
    const arn = await engine.start({ a: 1 }, 'o1');
    await engine.finish();
    expect(engine.events).toMatchObject([
      {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        resources: [arn],
        detail: { executionArn: arn, name: 'o1', status: 'RUNNING', stopDate: null, output: null },
      },
      {
        detail: {
          stateMachineArn: arnOf('Machine'),
          status: 'FAILED',
          startDate: Date.UTC(2026, 0, 1),
          stopDate: expect.any(Number),
          input: '{"a":1}',
          inputDetails: { included: true },
          outputDetails: null,
          error: 'Lost',
          cause: 'gone',
        },
      },
    ]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  it('is told without the input when input and output are too large together', async () => {
    const engine = new Engine(only({ Type: 'Pass', Output: "{% $pad('y', 100000) %}", End: true }));
    await engine.start({ a: 'x'.repeat(200_000) });
    await engine.finish();
    expect(engine.events.map(({ detail }) => detail)).toMatchObject([
      { input: expect.any(String), inputDetails: { included: true }, outputDetails: null },
      {
        ...{ input: null, inputDetails: { included: false } },
        ...{ output: expect.any(String), outputDetails: { included: true } },
      },
    ]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  it('is told by best effort: an event can be missing, and the execution is as it is', async () => {
    const engine = new Engine(pass, {}, { drop: 0.5 });
    for (let at = 0; at < 20; at++) await engine.start();
    await engine.finish();
    expect(engine.events.length).toBeGreaterThan(5);
    expect(engine.events.length).toBeLessThan(35);
    const list = { stateMachineArn: arnOf('Machine'), statusFilter: 'SUCCEEDED' };
    const { executions } = await engine.call<{ executions: object[] }>('ListExecutions', list);
    expect(executions).toHaveLength(20);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
  it('comes by the timeout of the machine while a function goes on unheard', async () => {
    // The function answers a minute after the machine has timed out.
    let answered = 0;
    const engine: Engine = new Engine(
      { ...only(invoke('work', { End: true })), TimeoutSeconds: 30 },
      {
        work: async () => {
          const outcome = await engine.later(90_000, ok());
          answered++;
          return outcome;
        },
      },
    );
    const arn = await engine.start();
    await engine.kernel.advance(120_000);
    expect(answered).toBe(1);
    expect(await engine.describe(arn)).toMatchObject({ status: 'TIMED_OUT' });
    expect(await engine.types(arn)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted'],
      'ExecutionTimedOut',
    ]);
  });

  it('counts as pending until then, naming machine, execution and state', async () => {
    const engine = new Engine(waiting);
    await engine.start({}, 'o1');
    expect(engine.states.pending()).toEqual(['states: Machine o1 is in Only']);
    await engine.finish();
    expect(engine.states.pending()).toEqual([]);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
describe('a description without data', () => {
  it('is refused, as nothing is encrypted here', async () => {
    const engine = new Engine(only({ Type: 'Succeed' }));
    const executionArn = await engine.start();
    const asked = { executionArn, stateMachineArn: arnOf('Machine') };
    for (const action of [
      ...['DescribeExecution', 'DescribeStateMachine', 'DescribeStateMachineForExecution'],
    ]) {
      const describe = (includedData: string) => engine.call(action, { ...asked, includedData });
      await expect(describe('METADATA_ONLY')).rejects.toThrow(
        "'includedData' METADATA_ONLY is not",
      );
      expect(await describe('ALL_DATA')).toHaveProperty('name');
    }
  });
});

describe('ListExecutions', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
  it('lists newest first, by status, page by page', async () => {
    const engine = new Engine(waiting);
    for (const name of ['a', 'b', 'c']) await engine.start({}, name);
    await engine.call('StopExecution', {
      executionArn: 'arn:aws:states:us-east-1:000000000000:execution:Machine:b',
    });
    type Page = { executions: { name: string; status: string }[]; nextToken?: string };
    const list = (more: object) =>
      engine.call<Page>('ListExecutions', { stateMachineArn: arnOf('Machine'), ...more });
    const names = ({ executions }: Page) => executions.map(({ name }) => name);
    expect(names(await list({}))).toEqual(['c', 'b', 'a']);
    expect(names(await list({ statusFilter: 'RUNNING' }))).toEqual(['c', 'a']);
    const first = await list({ maxResults: 2 });
    await engine.start({}, 'd');
    expect(names(await list({ maxResults: 2, nextToken: first.nextToken }))).toEqual(['a']);
    await expect(list({ statusFilter: 'DONE' })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('the rest of the API', () => {
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
  it('describes a machine', async () => {
    const engine = new Engine(pass);
    const input = { stateMachineArn: arnOf('Machine') };
    const answer = await engine.call<{ definition: string }>('DescribeStateMachine', input);
    expect(answer).toMatchObject({ name: 'Machine', status: 'ACTIVE', type: 'STANDARD' });
    expect(JSON.parse(answer.definition)).toMatchObject({ QueryLanguage: 'JSONata', ...pass });
  });

  it.each(['StartSyncExecution', 'SendTaskSuccess', 'PublishStateMachineVersion', 'toString'])(
    'refuses %s loudly',
    async (action) => {
      await expect(new Engine(pass).call(action, {})).rejects.toMatchObject({
        code: 'UnknownOperationException',
        message: expect.stringContaining(`does not run states:${action}`),
      });
    },
  );

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
  it('refuses an execution that does not exist and an ARN of something else', async () => {
    const engine = new Engine(pass);
    await expect(engine.describe(`${arnOf('Machine')}:x`)).rejects.toMatchObject({
      code: 'InvalidArn',
    });
    const arn = 'arn:aws:states:us-east-1:000000000000:execution:Machine:x';
    await expect(engine.describe(arn)).rejects.toMatchObject({ code: 'ExecutionDoesNotExist' });
    await expect(engine.call('DescribeExecution', {})).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});
