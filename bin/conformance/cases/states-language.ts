/** The states language in JSONata: what states do with data, errors and time. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { endOf, failingTask, runOnce } from './executions.ts';

const guide = 'https://docs.aws.amazon.com/step-functions/latest/dg';
const queryError = 'States.QueryEvaluationError';
const errors = `${guide}/concepts-error-handling.html`;

export const languageCases: readonly Case[] = [
  {
    id: 'states.output',
    rule: 'An expression between {% and %} is evaluated wherever it stands in Output.',
    source: `${guide}/transforming-data.html`,
    async run(clients, scratch) {
      const Output = { sum: '{% $sum($states.input.n) %}', list: ['{% 1 + 1 %}', 'x'] };
      const states = { Start: { Type: 'Pass', Output, End: true } };
      const done = await runOnce(clients, scratch, { states, input: { n: [1, 2] } });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: { sum: 3, list: [2, 'x'] } });
    },
  },
  {
    id: 'states.input-is-output',
    rule: 'A state without Output hands its input on.',
    source: `${guide}/transforming-data.html`,
    async run(clients, scratch) {
      const states = { Start: { Type: 'Pass', Next: 'Last' }, Last: { Type: 'Succeed' } };
      const done = await runOnce(clients, scratch, { states, input: { a: [null, 'b'] } });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: { a: [null, 'b'] } });
    },
  },
  {
    id: 'states.variables',
    rule: 'A variable is seen by later states; Assign sees the values from before it.',
    source: `${guide}/workflow-variables.html`,
    async run(clients, scratch) {
      const states = {
        Start: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'Swap' },
        Swap: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Next: 'Last' },
        Last: { Type: 'Succeed', Output: '{% [$x, $y] %}' },
      };
      const done = await runOnce(clients, scratch, { states });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: [2, 1] });
    },
  },
  {
    id: 'states.context',
    rule: 'The context names execution, state machine and state.',
    source: `${guide}/input-output-contextobject.html`,
    async run(clients, scratch) {
      const Output = {
        execution: '{% $states.context.Execution.Id %}',
        machine: '{% $states.context.StateMachine.Id %}',
        state: '{% $states.context.State.Name %}',
      };
      const states = { Start: { Type: 'Pass', Output, End: true } };
      const done = await runOnce(clients, scratch, { states });
      assert.deepEqual(JSON.parse(`${done.output}`), {
        execution: done.executionArn,
        machine: done.stateMachineArn,
        state: 'Start',
      });
    },
  },
  {
    id: 'states.choice',
    rule: 'A Choice takes the first rule whose condition is true, else its default.',
    source: `${guide}/state-choice.html`,
    async run(clients, scratch) {
      const Choices = [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Wrong' },
        { Condition: '{% $states.input.n > 1 %}', Next: 'Right' },
        { Condition: '{% true %}', Next: 'Wrong' },
      ];
      const states = {
        Start: { Type: 'Choice', Choices, Default: 'Wrong' },
        Right: { Type: 'Succeed', Output: 'right' },
        Wrong: { Type: 'Fail', Error: 'Wrong' },
      };
      const done = await runOnce(clients, scratch, { states, input: { n: 5 } });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: 'right' });
    },
  },
  {
    id: 'states.no-choice',
    rule: 'A Choice that nothing matches, without default, fails with States.NoChoiceMatched.',
    source: `${guide}/state-choice.html`,
    async run(clients, scratch) {
      const Choices = [{ Condition: '{% false %}', Next: 'Last' }];
      const states = { Start: { Type: 'Choice', Choices }, Last: { Type: 'Succeed' } };
      const { status, error } = await runOnce(clients, scratch, { states });
      assert.deepEqual([status, error], ['FAILED', 'States.NoChoiceMatched']);
    },
  },
  {
    id: 'states.fail',
    rule: 'A Fail state ends the execution with its error and cause.',
    source: `${guide}/state-fail.html`,
    async run(clients, scratch) {
      const Start = { Type: 'Fail', Error: 'Refusal', Cause: "{% 'no ' & $states.input.what %}" };
      const done = await runOnce(clients, scratch, { states: { Start }, input: { what: 'stock' } });
      assert.deepEqual(endOf(done), { status: 'FAILED', error: 'Refusal', cause: 'no stock' });
    },
  },
  {
    id: 'states.query-error',
    rule: 'An expression that fails ends the execution with States.QueryEvaluationError.',
    source: errors,
    async run(clients, scratch) {
      const states = { Start: { Type: 'Pass', Output: "{% $error('no') %}", End: true } };
      const { status, error } = await runOnce(clients, scratch, { states });
      assert.deepEqual([status, error], ['FAILED', queryError]);
    },
  },
  {
    id: 'states.undefined-is-error',
    rule: 'An expression without a result is an error.',
    source: `${guide}/transforming-data.html`,
    async run(clients, scratch) {
      const Output = '{% $states.input.missing %}';
      const states = { Start: { Type: 'Pass', Output, End: true } };
      const { status, error } = await runOnce(clients, scratch, { states });
      assert.deepEqual([status, error], ['FAILED', queryError]);
    },
  },
  {
    id: 'states.catch',
    rule: 'A catcher of the error goes on with $states.errorOutput, the input as it was.',
    source: errors,
    async run(clients, scratch) {
      const Output = { error: '{% $states.errorOutput.Error %}', was: '{% $states.input.n %}' };
      const Catch = [
        { ErrorEquals: ['Other'], Next: 'Wrong' },
        { ErrorEquals: [queryError], Output, Next: 'Last' },
      ];
      const states = {
        Start: failingTask({ Catch, End: true }),
        Last: { Type: 'Succeed' },
        Wrong: { Type: 'Fail' },
      };
      const done = await runOnce(clients, scratch, { states, input: { n: 1 } });
      const output = { error: queryError, was: 1 };
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output });
    },
  },
  {
    id: 'states.catch-all',
    rule: 'States.ALL catches what no catcher before it names.',
    source: errors,
    async run(clients, scratch) {
      const Catch = [
        { ErrorEquals: ['Other'], Next: 'Wrong' },
        { ErrorEquals: ['States.ALL'], Next: 'Last' },
      ];
      const states = {
        Start: failingTask({ Catch, End: true }),
        Last: { Type: 'Succeed', Output: 'caught' },
        Wrong: { Type: 'Fail' },
      };
      const done = await runOnce(clients, scratch, { states });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: 'caught' });
    },
  },
  {
    id: 'states.retry',
    rule: 'A retrier tries again as often as it says, and then leaves the error to the catcher.',
    source: errors,
    async run(clients, scratch) {
      const Retry = [{ ErrorEquals: [queryError], IntervalSeconds: 1, MaxAttempts: 1 }];
      const Output = '{% $states.context.State.RetryCount %}';
      const Catch = [{ ErrorEquals: ['States.ALL'], Output, Next: 'Last' }];
      const states = {
        Start: failingTask({ Retry, Catch, End: true }),
        Last: { Type: 'Succeed' },
      };
      const done = await runOnce(clients, scratch, { states });
      assert.deepEqual(endOf(done), { status: 'SUCCEEDED', output: 1 });
    },
  },
  {
    id: 'states.wait',
    rule: 'A Wait waits as many seconds as its expression says.',
    source: `${guide}/state-wait.html`,
    async run(clients, scratch) {
      const Start = { Type: 'Wait', Seconds: '{% $states.input.seconds %}', End: true };
      const done = await runOnce(clients, scratch, { states: { Start }, input: { seconds: 1 } });
      const tookMs = Number(done.stopDate) - Number(done.startDate);
      assert.equal(tookMs >= 900 ? 'a second' : `${tookMs} ms`, 'a second');
    },
  },
  {
    id: 'states.machine-timeout',
    rule: 'An execution above the machine’s TimeoutSeconds ends as TIMED_OUT.',
    source: `${guide}/statemachine-structure.html`,
    async run(clients, scratch) {
      const states = { Start: { Type: 'Wait', Seconds: 60, End: true } };
      const rest = { TimeoutSeconds: 1 };
      const { status } = await runOnce(clients, scratch, { states, rest });
      assert.equal(status, 'TIMED_OUT');
    },
  },
  {
    id: 'states.data-limit',
    rule: 'Data of a state above 256 KiB end the execution with States.DataLimitExceeded.',
    source: errors,
    async run(clients, scratch) {
      const Output = "{% $pad('', 300000, 'x') %}";
      const states = { Start: { Type: 'Pass', Output, End: true } };
      const { status, error } = await runOnce(clients, scratch, { states });
      assert.deepEqual([status, error], ['FAILED', 'States.DataLimitExceeded']);
    },
  },
  {
    id: 'states.functions',
    rule: 'Beside JSONata’s own functions there are $hash, $parse, $uuid, $range and $partition.',
    source: `${guide}/transforming-data.html`,
    async run(clients, scratch) {
      const Output = {
        hash: "{% $hash('x', 'SHA-256') %}",
        parsed: `{% $parse('{"a":[1]}') %}`,
        uuid: '{% $match($uuid(), /^[0-9a-f-]{36}$/).index %}',
        range: '{% $range(1, 9, 4) %}',
        partition: '{% $partition([1,2,3], 2) %}',
      };
      const states = { Start: { Type: 'Pass', Output, End: true } };
      const done = await runOnce(clients, scratch, { states });
      assert.deepEqual(JSON.parse(`${done.output ?? JSON.stringify(endOf(done))}`), {
        hash: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
        parsed: { a: [1] },
        uuid: 0,
        range: [1, 5, 9],
        partition: [[1, 2], [3]],
      });
    },
  },
];
