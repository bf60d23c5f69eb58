/** Pass, Choice, Wait, Succeed and Fail, and how data and variables travel. */
import { describe, expect, it } from 'vitest';
import { Engine, only } from './engine.ts';

const outputOf = async (definition: object, input: unknown = {}): Promise<unknown> => {
  const { output, error, cause } = await new Engine(definition).run(input);
  expect({ error, cause }).toEqual({});
  return JSON.parse(output ?? '');
};

const choice = (more: object = {}) => ({
  StartAt: 'Choose',
  States: {
    Choose: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $states.input.n > 10 %}',
          Next: 'End',
          Output: 'large',
          Assign: { by: 'rule' },
        },
        { Condition: '{% $states.input.n > 5 %}', Next: 'End' },
      ],
      ...more,
    },
    End: {
      Type: 'Succeed',
      Output: { input: '{% $states.input %}', by: "{% $exists($by) ? $by : '' %}" },
    },
  },
});

describe('step', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it('passes the input on unless Output says otherwise', async () => {
    expect(await outputOf(only({ Type: 'Pass', End: true }), { a: 1 })).toEqual({ a: 1 });
    expect(await outputOf(only({ Type: 'Succeed', Output: [1] }))).toEqual([1]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it('shows a variable to later states, and its old value to the state that assigns it', async () => {
    const definition = {
      StartAt: 'First',
      States: {
        First: { Type: 'Pass', Assign: { n: 1 }, Next: 'Second' },
        Second: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: '{% $n %}', Next: 'Third' },
        Third: { Type: 'Succeed', Output: ['{% $states.input %}', '{% $n %}'] },
      },
    };
    expect(await outputOf(definition)).toEqual([1, 2]);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
  it('takes the first rule that holds, with its own Output and Assign', async () => {
    expect(await outputOf(choice(), { n: 11 })).toEqual({ input: 'large', by: 'rule' });
    expect(await outputOf(choice(), { n: 6 })).toEqual({ input: { n: 6 }, by: '' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
  it("applies the state's Output and Assign only on the way to Default", async () => {
    const definition = choice({ Default: 'End', Output: 'small', Assign: { by: 'default' } });
    expect(await outputOf(definition, { n: 1 })).toEqual({ input: 'small', by: 'default' });
    expect(await outputOf(definition, { n: 6 })).toEqual({ input: { n: 6 }, by: '' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
  it('fails with States.NoChoiceMatched without a rule and a default', async () => {
    const { status, error } = await new Engine(choice()).run({ n: 1 });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
  it('wants true or false from a condition', async () => {
    const Choices = [{ Condition: '{% $states.input.n %}', Next: 'End' }];
    const { error, cause } = await new Engine(choice({ Choices })).run({ n: 1 });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain("'Choices[0]/Condition' expected 'boolean', but got 1");
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
  it.each([
    ['Seconds', 90, 90_000],
    ['Seconds', '{% $states.input.n %}', 15_000],
    ['Timestamp', '{% $fromMillis($millis() + 3600000) %}', 3_600_000],
    ['Timestamp', '2020-01-01T00:00:00Z', 0],
  ])('waits for %s %j', async (field, value, waitedMs) => {
    const engine = new Engine(only({ Type: 'Wait', [field]: value, End: true }));
    const arn = await engine.start({ n: 15 });
    await engine.finish();
    const [, entered, exited] = await engine.history(arn);
    expect(((exited?.timestamp ?? 0) - (entered?.timestamp ?? 0)) * 1000).toBeCloseTo(waitedMs, 0);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
  it('refuses to wait until what is no timestamp', async () => {
    const engine = new Engine(only({ Type: 'Wait', Timestamp: '{% "soon" %}', End: true }));
    expect(await engine.run()).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
  it('fails with the error and cause it is told', async () => {
    const state = { Type: 'Fail', Error: 'Lost', Cause: "{% 'order ' & $states.input.id %}" };
    expect(await new Engine(only(state)).run({ id: 'o1' })).toMatchObject({
      status: 'FAILED',
      error: 'Lost',
      cause: 'order o1',
    });
    expect(await new Engine(only({ Type: 'Fail' })).run()).toMatchObject({ status: 'FAILED' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_EvaluationFailedEventDetails.html
  it('records a failed evaluation and says where it stood', async () => {
    const engine = new Engine(
      only({ Type: 'Pass', Output: { a: '{% $states.input.x %}' }, End: true }),
    );
    const arn = await engine.start();
    await engine.finish();
    const events = await engine.history(arn);
    expect(events.at(-2)).toMatchObject({
      type: 'EvaluationFailed',
      evaluationFailedEventDetails: {
        error: 'States.QueryEvaluationError',
        location: 'Output/a',
        state: 'Only',
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionFailed' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it.each([
    ['output', { Type: 'Pass', Output: "{% $pad('x', 262143) %}", End: true }],
    ['variable', { Type: 'Pass', Assign: { big: "{% $pad('x', 262143) %}" }, End: true }],
  ])('refuses more than 256 KiB of %s', async (_, state) => {
    expect(await new Engine(only(state)).run()).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it('refuses more than 256 KiB of variables in one state, and lets them pass in two', async () => {
    const half = "{% $pad('x', 200000) %}";
    const together = only({ Type: 'Pass', Assign: { a: half, b: half }, End: true });
    expect(await new Engine(together).run()).toMatchObject({ error: 'States.DataLimitExceeded' });
    const apart = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { a: half }, Next: 'B' },
        B: { Type: 'Pass', Assign: { b: half }, End: true },
      },
    };
    expect(await new Engine(apart).run()).toMatchObject({ status: 'SUCCEEDED' });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it('refuses more than 10 MiB of variables in one execution', async () => {
    const names = Array.from({ length: 42 }, (_, at) => `v${at}`);
    const States = Object.fromEntries(
      names.map((name, at) => [
        name,
        {
          Type: 'Pass',
          Assign: { [name]: "{% $pad('x', 260000) %}" },
          ...(names[at + 1] ? { Next: names[at + 1] } : { End: true }),
        },
      ]),
    );
    const { error, cause } = await new Engine({ StartAt: 'v0', States }).run();
    expect(error).toBe('States.DataLimitExceeded');
    expect(cause).toContain("the state 'v40'");
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('lets 256 KiB pass to the byte', async () => {
    const state = { Type: 'Pass', Output: "{% $pad('x', 262142) %}", End: true };
    expect(await new Engine(only(state)).run()).toMatchObject({ status: 'SUCCEEDED' });
  });
});
