/** The states that call nothing: Pass, Succeed, Choice, Wait. */
import {
  type ChoiceState,
  maxSeconds,
  type PassState,
  type SucceedState,
  type WaitState,
} from './definition.ts';
import type { Execution, Exit } from './execution.ts';
import type { Scope, Template } from './jsonata.ts';
import { StateError } from './state-error.ts';

type StepState = PassState | SucceedState | ChoiceState | WaitState;

export async function performStep(execution: Execution, state: StepState): Promise<Exit> {
  const scope = execution.scope();
  if (state.type === 'Choice') return choose(execution, state, scope);
  if (state.type === 'Wait') await rest(execution, state, scope);
  return execution.leave(state, scope, scope.states.input);
}

/** The first rule that holds; its own Output and Assign, or the state's when the Default is taken. */
async function choose(execution: Execution, state: ChoiceState, scope: Scope): Promise<Exit> {
  const { input } = scope.states;
  for (const [at, rule] of state.rules.entries()) {
    if (await holds(execution, rule.condition, scope, `Choices[${at}]/Condition`)) {
      return execution.leave(rule, scope, input);
    }
  }
  if (state.fallback === undefined) {
    throw new StateError('States.NoChoiceMatched', `No choice rule of ${state.name} matched.`);
  }
  return execution.leave({ ...state, next: state.fallback }, scope, input);
}

async function holds(
  execution: Execution,
  condition: Template,
  scope: Scope,
  location: string,
): Promise<boolean> {
  const value = await execution.evaluate(condition, scope);
  if (typeof value === 'boolean') return value;
  throw execution.unexpected(location, 'boolean', value);
}

async function rest(execution: Execution, { until }: WaitState, scope: Scope): Promise<void> {
  const isSeconds = until.kind === 'seconds';
  const value = await execution.evaluate(until.value, scope);
  const endMs = isSeconds
    ? execution.enteredMs + secondsOf(execution, value) * 1000
    : epochMsOf(execution, value);
  await execution.wait(Math.max(0, endMs - execution.surroundings.kernel.now()), 'wait');
}

function secondsOf(execution: Execution, value: unknown): number {
  const isFit = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxSeconds;
  if (isFit) return Number(value);
  throw execution.unexpected('Seconds', `integer from 0 to ${maxSeconds}`, value);
}

/** RFC 3339 with an upper-case T and a zone, as the States Language wants it. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function epochMsOf(execution: Execution, value: unknown): number {
  const isFit = typeof value === 'string' && timestamp.test(value);
  const epochMs = isFit ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(epochMs)) return epochMs;
  throw execution.unexpected('Timestamp', 'timestamp', value);
}
