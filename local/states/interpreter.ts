/** Walks an execution through its states until it ends. What the states do is their own business. */
import type { FailState, State, TaskState } from './definition.ts';
import type { Execution, Exit } from './execution.ts';
import type { Scope, Template } from './jsonata.ts';
import { performStep } from './step.ts';
import { performTask } from './task.ts';

export async function walk(execution: Execution): Promise<void> {
  try {
    for (let state = execution.first(); ; state = execution.enter()) {
      if (execution.history.unkept.length > 0) await execution.keepEntry();
      if (state.type === 'Fail') return await fail(execution, state);
      const exit = await perform(execution, state);
      if (!execution.exit(state, exit)) return;
      const pauseMs = execution.pauseMs();
      if (pauseMs > 0) await execution.wait(pauseMs, 'pause');
    }
  } catch (error) {
    execution.endBy(error);
  }
}

const isTask = (state: State): state is TaskState => state.type === 'Task';

const perform = (execution: Execution, state: Exclude<State, FailState>): Promise<Exit> =>
  isTask(state) ? performTask(execution, state) : performStep(execution, state);

async function fail(execution: Execution, { error, cause }: FailState): Promise<void> {
  const scope = execution.scope();
  execution.close('FAILED', {
    error: error && (await textOf(execution, error, { scope, field: 'Error' })),
    cause: cause && (await textOf(execution, cause, { scope, field: 'Cause' })),
  });
}

async function textOf(
  execution: Execution,
  template: Template,
  { scope, field }: { scope: Scope; field: string },
): Promise<string> {
  const value = await execution.evaluate(template, scope);
  if (typeof value === 'string') return value;
  throw execution.unexpected(field, 'string', value);
}
