/** Executions of Step Functions: names, limits, histories, lists, stopping, redriving. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { eventually, refusal } from '../expect.ts';
import type { Scratch } from '../scratch.ts';
import { ended, runOnce } from './executions.ts';

const api = 'https://docs.aws.amazon.com/step-functions/latest/apireference';
const guide = 'https://docs.aws.amazon.com/step-functions/latest/dg';

const pass = { Start: { Type: 'Pass', End: true } };
/** Runs until it is stopped, as the cases are concerned. */
const wait = { Start: { Type: 'Wait', Seconds: 600, End: true } };
const fail = { Start: { Type: 'Fail', Error: 'No', Cause: 'because' } };

/** Of the input of an execution. */
const mostBytes = 262_144;

const passMachine = (scratch: Scratch) => scratch.machine(pass);

export const executionCases: readonly Case[] = [
  {
    id: 'states.described',
    rule: 'An execution is described with its machine, name, input, output and times.',
    source: `${api}/API_DescribeExecution.html`,
    async run(clients, scratch) {
      const stateMachineArn = await passMachine(scratch);
      const start = { stateMachineArn, name: 'first', input: '{"a": 1}' };
      const { executionArn, startDate } = await clients.states.startExecution(start);
      const done = await ended(clients, executionArn);
      assert.deepEqual(
        [done.stateMachineArn, done.name, done.status, done.input, done.output],
        [stateMachineArn, 'first', 'SUCCEEDED', '{"a": 1}', '{"a":1}'],
      );
      assert.deepEqual(done.startDate, startDate);
      assert.equal(done.stopDate instanceof Date, true);
      assert.equal(
        executionArn,
        `${stateMachineArn.replace(':stateMachine:', ':execution:')}:first`,
      );
    },
  },
  {
    id: 'states.execution-unknown',
    rule: 'An execution that is not there is refused, and so is what is no ARN.',
    source: `${api}/API_DescribeExecution.html`,
    async run({ states }, scratch) {
      const machine = await passMachine(scratch);
      const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:nobody`;
      await refusal(states.describeExecution({ executionArn }), 'ExecutionDoesNotExist');
      await refusal(states.describeExecution({ executionArn: 'nobody' }), 'InvalidArn');
    },
  },
  {
    id: 'states.name-rules',
    rule: 'A name has 1 to 80 characters, without blanks, brackets, wildcards and special ones.',
    source: `${api}/API_StartExecution.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await passMachine(scratch);
      for (const name of ['a b', 'a*', 'a:b', 'a/b', 'x'.repeat(81)])
        await refusal(
          states.startExecution({ stateMachineArn, name }),
          ...['InvalidName', 'ValidationException'],
        );
      await states.startExecution({ stateMachineArn, name: 'x'.repeat(80) });
    },
  },
  {
    id: 'states.start-again',
    rule: 'Starting a running execution again with the same name and input is the same answer.',
    source: `${api}/API_StartExecution.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await scratch.machine(wait);
      const start = { stateMachineArn, name: 'once', input: '{"a":1}' };
      const first = await states.startExecution(start);
      const second = await states.startExecution(start);
      assert.deepEqual(
        [second.executionArn, second.startDate],
        [first.executionArn, first.startDate],
      );
      const other = states.startExecution({ ...start, input: '{"a":2}' });
      await refusal(other, 'ExecutionAlreadyExists');
      await states.stopExecution({ executionArn: first.executionArn });
    },
  },
  {
    id: 'states.name-is-used-up',
    rule: 'The name of a closed execution is not free, not even for the same input.',
    source: `${api}/API_StartExecution.html`,
    async run(clients, scratch) {
      const stateMachineArn = await passMachine(scratch);
      const start = { stateMachineArn, name: 'once', input: '{}' };
      const { executionArn } = await clients.states.startExecution(start);
      await ended(clients, executionArn);
      await refusal(clients.states.startExecution(start), 'ExecutionAlreadyExists');
    },
  },
  {
    id: 'states.input-limit',
    rule: 'An input has at most 256 KiB, and is JSON.',
    source: `${guide}/service-quotas.html`,
    async run({ states }, scratch) {
      const stateMachineArn = await passMachine(scratch);
      const start = (input: string) => states.startExecution({ stateMachineArn, input });
      const text = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
      await start(text(mostBytes));
      const names = ['InvalidExecutionInput', 'ValidationException'];
      await refusal(start(text(mostBytes + 1)), ...names);
      await refusal(start('{'), 'InvalidExecutionInput');
    },
  },
  {
    id: 'states.history',
    rule: 'The history tells start, each state entered and left, and the end, in order.',
    source: `${api}/API_GetExecutionHistory.html`,
    async run(clients, scratch) {
      const { executionArn } = await runOnce(clients, scratch, { states: pass, input: { a: 1 } });
      const { events = [] } = await clients.states.getExecutionHistory({ executionArn });
      assert.deepEqual(
        events.map(({ id, previousEventId, type }) => [id, previousEventId, type]),
        [
          [1, 0, 'ExecutionStarted'],
          [2, 0, 'PassStateEntered'],
          [3, 2, 'PassStateExited'],
          [4, 3, 'ExecutionSucceeded'],
        ],
      );
      const [started, entered, , succeeded] = events;
      assert.equal(started?.executionStartedEventDetails?.input, '{"a":1}');
      assert.equal(started?.executionStartedEventDetails?.roleArn, scratch.roleArn);
      assert.equal(entered?.stateEnteredEventDetails?.name, 'Start');
      assert.equal(succeeded?.executionSucceededEventDetails?.output, '{"a":1}');
    },
  },
  {
    id: 'states.history-pages',
    rule: 'A history can be read backward, in pages, and without data.',
    source: `${api}/API_GetExecutionHistory.html`,
    async run(clients, scratch) {
      const { executionArn } = await runOnce(clients, scratch, { states: pass });
      const ask = {
        executionArn,
        reverseOrder: true,
        includeExecutionData: false,
        maxResults: 3,
      };
      const first = await clients.states.getExecutionHistory(ask);
      const { nextToken } = first;
      const second = await clients.states.getExecutionHistory({ ...ask, nextToken });
      const ids = [first, second].map(({ events = [] }) => events.map(({ id }) => id));
      assert.deepEqual(ids, [[4, 3, 2], [1]]);
      assert.equal(second.events?.[0]?.executionStartedEventDetails?.input, undefined);
    },
  },
  {
    id: 'states.list',
    rule: 'Executions are listed newest first, by status, in pages.',
    source: `${api}/API_ListExecutions.html`,
    async run(clients, scratch) {
      const stateMachineArn = await passMachine(scratch);
      for (const name of ['a', 'b', 'c']) {
        const { executionArn } = await clients.states.startExecution({ stateMachineArn, name });
        await ended(clients, executionArn);
      }
      const list = (more: object) =>
        clients.states.listExecutions({ stateMachineArn, maxResults: 2, ...more });
      const names = await eventually(
        'c, b and a, two to a page',
        async () => {
          const first = await list({ statusFilter: 'SUCCEEDED' });
          if (!first.nextToken) return '';
          const { nextToken } = first;
          const second = await list({ statusFilter: 'SUCCEEDED', nextToken });
          return [...(first.executions ?? []), ...(second.executions ?? [])]
            .map(({ name }) => name)
            .join();
        },
        (found) => found === 'c,b,a',
      );
      assert.equal(names, 'c,b,a');
      assert.deepEqual((await list({ statusFilter: 'FAILED' })).executions, []);
    },
  },
  {
    id: 'states.stop',
    rule: 'A stopped execution is ABORTED, with error and cause; its history ends so.',
    source: `${api}/API_StopExecution.html`,
    async run(clients, scratch) {
      const stateMachineArn = await scratch.machine(wait);
      const { executionArn } = await clients.states.startExecution({ stateMachineArn });
      const stop = { executionArn, error: 'Stop', cause: 'enough' };
      await clients.states.stopExecution(stop);
      const { status, error, cause } = await ended(clients, executionArn);
      assert.deepEqual([status, error, cause], ['ABORTED', 'Stop', 'enough']);
      const ask = { executionArn, reverseOrder: true, maxResults: 1 };
      const { events } = await clients.states.getExecutionHistory(ask);
      assert.equal(events?.[0]?.type, 'ExecutionAborted');
    },
  },
  {
    id: 'states.redrive',
    rule: 'A failed execution is redriven under its ARN and name, from the state that failed.',
    source: `${api}/API_RedriveExecution.html`,
    async run(clients, scratch) {
      const { executionArn = '', ...failed } = await runOnce(clients, scratch, { states: fail });
      assert.deepEqual([failed.redriveCount, failed.redriveStatus], [0, 'REDRIVABLE']);
      await clients.states.redriveExecution({ executionArn });
      const again = await eventually(
        'an execution that has failed again',
        () => clients.states.describeExecution({ executionArn }),
        ({ status, redriveCount }) => status === 'FAILED' && redriveCount === 1,
      );
      assert.equal(again.redriveDate instanceof Date, true);
      const { events = [] } = await clients.states.getExecutionHistory({ executionArn });
      assert.deepEqual(
        events.map(({ type }) => type),
        [
          ...['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed'],
          ...['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed'],
        ],
      );
    },
  },
  {
    id: 'states.not-redrivable',
    rule: 'An execution that succeeded is not redriven.',
    source: `${api}/API_RedriveExecution.html`,
    async run(clients, scratch) {
      const { executionArn } = await runOnce(clients, scratch, { states: pass });
      const redrive = clients.states.redriveExecution({ executionArn });
      await refusal(redrive, 'ExecutionNotRedrivable');
    },
  },
];
