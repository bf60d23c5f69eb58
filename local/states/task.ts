/**
 * A Task: attempts with their timeout, then the retriers, then the catchers. When the timeout wins
 * the function goes on, and what it answers later is not heard.
 */
import { AwsError } from '../gateway/service.ts';
import type { InvokeOutcome } from '../lambda/invoker.ts';
import { maxSeconds, type TaskState } from './definition.ts';
import type { Execution, Exit } from './execution.ts';
import type { Scope } from './jsonata.ts';
import { checkSize } from './payload.ts';
import { Retries } from './retry.ts';
import { dataLimitExceeded, matchesError, StateError, timeoutError } from './state-error.ts';
import { type Call, describeCall, type TaskEvents, taskEvents } from './task-call.ts';

export async function performTask(execution: Execution, task: TaskState): Promise<Exit> {
  const retries = new Retries(task.retriers);
  const random = () => execution.surroundings.kernel.random();
  for (;;) {
    const scope = execution.scope(retries.count);
    try {
      return await attempt(execution, task, scope);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delayMs = retries.delayAfter(error.error, random);
      if (delayMs === undefined) return handOver(execution, task, scope, error);
      execution.countTransition();
      const { state } = execution;
      execution.note('states.retry', {
        state,
        error: error.error,
        attempt: retries.count,
        delayMs,
      });
      await execution.wait(delayMs, 'retry');
    }
  }
}

async function attempt(execution: Execution, task: TaskState, scope: Scope): Promise<Exit> {
  const call = await prepare(execution, task, scope);
  const timeoutMs = await timeoutOf(execution, task, scope);
  const events = taskEvents(task);
  execution.record(...events.scheduled(call, timeoutMs));
  execution.record(...events.started());
  const outcome = await invoke(execution, call, timeoutMs);
  const result = resultOf(execution, events, outcome);
  const output = events.result(result);
  const text = checkSize(JSON.stringify(output), (size) => tooLarge(execution, events, size));
  execution.record(...events.succeeded(text));
  const states = { ...scope.states, result: output };
  return execution.leave(task, { ...scope, states }, output);
}

/** What is called with what; evaluated again for each attempt, since it may use the retry count. */
async function prepare(execution: Execution, task: TaskState, scope: Scope): Promise<Call> {
  const template = task.call.arguments;
  const value = template ? await execution.evaluate(template, scope) : scope.states.input;
  const call = describeCall(task, value);
  if (!call) throw execution.unexpected('Arguments', 'FunctionName and Payload', value);
  checkSize(call.text, (size) =>
    execution.inState(dataLimitExceeded, `The arguments of the state have ${size}.`),
  );
  return call;
}

async function timeoutOf(
  execution: Execution,
  { timeoutSeconds }: TaskState,
  scope: Scope,
): Promise<number | undefined> {
  if (!timeoutSeconds) return undefined;
  const value = await execution.evaluate(timeoutSeconds, scope);
  const isFit = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxSeconds;
  if (isFit) return Number(value) * 1000;
  throw execution.unexpected('TimeoutSeconds', `integer from 1 to ${maxSeconds}`, value);
}

/** The first of answer and timeout. */
function invoke(
  execution: Execution,
  { functionName, payload }: Call,
  timeoutMs: number | undefined,
): Promise<InvokeOutcome | 'timed out'> {
  const { invoker } = execution.surroundings;
  const { model } = execution.machine;
  return new Promise((resolve, reject) => {
    const expire = () => resolve('timed out');
    const timer =
      timeoutMs === undefined ? undefined : execution.after(timeoutMs, 'timeout', expire);
    invoker
      .invoke(functionName, payload, `states.${model.name}`, model.roleArn)
      .finally(() => timer?.cancel())
      .then(resolve, reject);
  }).catch(refusalOf) as Promise<InvokeOutcome | 'timed out'>;
}

/** The Lambda API itself refused, e.g. an unknown function: `Lambda.ResourceNotFoundException`. */
function refusalOf(error: unknown): InvokeOutcome {
  if (!(error instanceof AwsError)) throw error;
  const errorType = `Lambda.${error.code}`;
  return { kind: 'error', errorType, errorMessage: error.message, trace: [] };
}

function resultOf(
  execution: Execution,
  events: TaskEvents,
  outcome: InvokeOutcome | 'timed out',
): unknown {
  if (outcome === 'timed out') {
    execution.record(...events.timedOut());
    throw new StateError(timeoutError);
  }
  if (outcome.kind === 'ok') return outcome.payload ?? null;
  const error = errorOf(outcome);
  execution.record(...events.failed(error));
  throw error;
}

function errorOf(outcome: Exclude<InvokeOutcome, { kind: 'ok' }>): StateError {
  if (outcome.kind === 'throttled') {
    return new StateError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
  }
  const { errorType, errorMessage, trace } = outcome;
  return new StateError(errorType, JSON.stringify({ errorType, errorMessage, trace }));
}

function tooLarge(execution: Execution, events: TaskEvents, size: string): StateError {
  const cause = `The result of the task ${execution.state} has ${size}.`;
  const error = new StateError(dataLimitExceeded, cause);
  execution.record(...events.failed(error));
  return error;
}

/** To the first catcher that matches; without one the error ends the execution. */
async function handOver(
  execution: Execution,
  task: TaskState,
  scope: Scope,
  error: StateError,
): Promise<Exit> {
  const catcher = task.catchers.find(({ errorEquals }) => matchesError(errorEquals, error.error));
  if (!catcher) throw error;
  execution.note('states.catch', { state: task.name, error: error.error, to: catcher.next ?? '' });
  const errorOutput = { Error: error.error, Cause: error.reason ?? '' };
  const states = { ...scope.states, errorOutput };
  return execution.leave(catcher, { ...scope, states }, errorOutput);
}
