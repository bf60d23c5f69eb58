/** The two ways a Task calls a function, what they hand over, and how the history speaks of them. */
import { accountId, region } from '../template/model.ts';
import type { TaskState } from './definition.ts';
import { isObject } from './fields.ts';
import { type StateError, timeoutError } from './state-error.ts';

/** One call, ready to be made. */
export interface Call {
  readonly functionName: string;
  readonly payload: unknown;
  /** The arguments as JSON, for the history. */
  readonly text: string;
}

type Event = readonly [type: string, detail: Readonly<Record<string, unknown>>];

export interface TaskEvents {
  scheduled(call: Call, timeoutMs: number | undefined): Event;
  started(): Event;
  /** `output` is JSON text. */
  succeeded(output: string): Event;
  failed(error: StateError): Event;
  timedOut(): Event;
  /** The state's result, from what the function returned. */
  result(payload: unknown): unknown;
}

/** Undefined when the arguments do not name a function. */
export function describeCall({ call }: TaskState, value: unknown): Call | undefined {
  const text = JSON.stringify(value);
  if (call.kind === 'direct') return { functionName: nameOf(call.arn), payload: value, text };
  if (!isObject(value) || typeof value.FunctionName !== 'string') return undefined;
  return { functionName: nameOf(value.FunctionName), payload: value.Payload ?? {}, text };
}

const ownFunctions = `arn:aws:lambda:${region}:${accountId}:function:`;

/** The name itself or its ARN here. What else is named, with a qualifier or elsewhere, is not found. */
const nameOf = (name: string): string =>
  name.startsWith(ownFunctions) ? name.slice(ownFunctions.length) : name;

export const taskEvents = ({ call }: TaskState): TaskEvents =>
  call.kind === 'invoke' ? invokeEvents : directEvents(call.arn);

const secondsOf = (timeoutMs: number | undefined): object =>
  timeoutMs === undefined ? {} : { timeoutInSeconds: timeoutMs / 1000 };

const invoked = { resourceType: 'lambda', resource: 'invoke' };

/** `lambda:invoke` answers like the Lambda API. */
const invokeEvents: TaskEvents = {
  scheduled: ({ text }, timeoutMs) => [
    'TaskScheduled',
    { ...invoked, region, parameters: text, ...secondsOf(timeoutMs) },
  ],
  started: () => ['TaskStarted', invoked],
  succeeded: (output) => ['TaskSucceeded', { ...invoked, output }],
  failed: ({ error, reason }) => ['TaskFailed', { ...invoked, error, cause: reason }],
  timedOut: () => ['TaskTimedOut', { ...invoked, error: timeoutError }],
  result: (payload) => ({ ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 }),
};

/** With the function's ARN as resource the result is the payload alone. */
const directEvents = (arn: string): TaskEvents => ({
  scheduled: ({ text }, timeoutMs) => [
    'LambdaFunctionScheduled',
    { resource: arn, input: text, ...secondsOf(timeoutMs) },
  ],
  started: () => ['LambdaFunctionStarted', {}],
  succeeded: (output) => ['LambdaFunctionSucceeded', { output }],
  failed: ({ error, reason }) => ['LambdaFunctionFailed', { error, cause: reason }],
  timedOut: () => ['LambdaFunctionTimedOut', { error: timeoutError }],
  result: (payload) => payload,
});
