/** Reads a Task: which function it calls, how often it tries, who takes over when it gives up. */
import { type Catcher, maxSeconds, type TaskState } from './definition.ts';
import { isObject, show } from './fields.ts';
import type { Retrier } from './retry.ts';
import type { StateFields } from './state-fields.ts';

const functionArn = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+$/;

const retryFields = [
  ...['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate'],
  ...['MaxDelaySeconds', 'JitterStrategy', 'Comment'],
];
const catchFields = ['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment'];

export function readTask(state: StateFields): TaskState {
  return {
    type: 'Task',
    name: state.name,
    call: readCall(state),
    timeoutSeconds: state.secondsTemplate('TimeoutSeconds', 1),
    retriers: state.fields.list('Retry').map((value, at) => readRetrier(state, value, at)),
    catchers: state.fields.list('Catch').map((value, at) => readCatcher(state, value, at)),
    ...state.leaving(['input', 'context', 'result']),
    next: state.next(),
  };
}

function readCall(state: StateFields): TaskState['call'] {
  const { fields } = state;
  const resource = fields.text('Resource');
  const template = state.template('Arguments', ['input', 'context']);
  if (functionArn.test(resource)) return { kind: 'direct', arguments: template, arn: resource };
  if (resource !== 'arn:aws:states:::lambda:invoke') {
    const known = 'arn:aws:states:::lambda:invoke or the ARN of a function';
    return fields.fail('Resource', `${resource} is not emulated; the engine calls ${known}`);
  }
  if (!template) return fields.fail('Arguments', 'lambda:invoke needs FunctionName');
  checkInvokeArguments(state);
  return { kind: 'invoke', arguments: template };
}

function checkInvokeArguments(state: StateFields): void {
  const value = state.fields.value('Arguments');
  if (!isObject(value)) return;
  const inner = state.inner('Arguments/', value, ['FunctionName', 'Payload']);
  inner.fields.text('FunctionName');
}

function readRetrier(state: StateFields, value: unknown, at: number): Retrier {
  const { fields } = state.inner(`Retry[${at}]/`, value, retryFields);
  const jitter = fields.value('JitterStrategy') ?? 'NONE';
  if (jitter !== 'FULL' && jitter !== 'NONE') {
    return fields.fail('JitterStrategy', `expected FULL or NONE, got ${show(jitter)}`);
  }
  const maxDelaySeconds = fields.number('MaxDelaySeconds', { min: 1, max: 31_622_399 }, Infinity);
  return {
    errorEquals: readErrors(state, `Retry[${at}]/`, fields.list('ErrorEquals'), 'Retry', at),
    intervalMs: 1000 * fields.number('IntervalSeconds', { min: 1, max: maxSeconds }, 1),
    maxAttempts: fields.number('MaxAttempts', { min: 0, max: maxSeconds }, 3),
    backoffRate: fields.number('BackoffRate', { min: 1, max: 1e9, isWhole: false }, 2),
    maxDelayMs: 1000 * maxDelaySeconds,
    jitter,
  };
}

function readCatcher(state: StateFields, value: unknown, at: number): Catcher {
  const inner = state.inner(`Catch[${at}]/`, value, catchFields);
  const errors = inner.fields.list('ErrorEquals');
  return {
    errorEquals: readErrors(state, `Catch[${at}]/`, errors, 'Catch', at),
    ...inner.leaving(['input', 'context', 'errorOutput']),
    next: inner.fields.text('Next'),
  };
}

/** States.ALL stands alone and in the last place: AWS refuses what it would hide. */
function readErrors(
  { fields }: StateFields,
  prefix: string,
  errors: readonly unknown[],
  list: string,
  at: number,
): string[] {
  const field = `${prefix}ErrorEquals`;
  const names = errors.filter((error) => typeof error === 'string' && error !== '');
  if (names.length === 0 || names.length < errors.length) {
    fields.fail(field, `expected a list of error names, got ${show(errors)}`);
  }
  const isLast = at === fields.list(list).length - 1;
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    fields.fail(field, 'States.ALL stands alone and last');
  }
  return names as string[];
}
