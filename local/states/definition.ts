/** A state machine as the interpreter runs it: checked, expressions compiled, times in milliseconds. */
import type { Template } from './jsonata.ts';
import type { Retrier } from './retry.ts';

/** What a state does with its data when it is left. */
export interface Leaving {
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
  /** Undefined ends the execution. */
  readonly next: string | undefined;
}

interface Named {
  readonly name: string;
}

export interface Catcher extends Leaving {
  readonly errorEquals: readonly string[];
}

export interface TaskState extends Named, Leaving {
  readonly type: 'Task';
  /** `invoke` wraps the payload in a response; `direct` is the function's ARN as resource. */
  readonly call:
    | { readonly kind: 'invoke'; readonly arguments: Template }
    | { readonly kind: 'direct'; readonly arguments: Template | undefined; readonly arn: string };
  readonly timeoutSeconds: Template | undefined;
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

export interface PassState extends Named, Leaving {
  readonly type: 'Pass';
}

export interface ChoiceState extends Named, Omit<Leaving, 'next'> {
  readonly type: 'Choice';
  readonly rules: readonly (Leaving & { readonly condition: Template })[];
  readonly fallback: string | undefined;
}

export interface WaitState extends Named, Leaving {
  readonly type: 'Wait';
  readonly until: { readonly kind: 'seconds' | 'timestamp'; readonly value: Template };
}

export interface SucceedState extends Named, Leaving {
  readonly type: 'Succeed';
}

export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export type State = TaskState | PassState | ChoiceState | WaitState | SucceedState | FailState;

export interface Definition {
  readonly startAt: string;
  readonly timeoutMs: number | undefined;
  readonly states: ReadonlyMap<string, State>;
}

/** AWS's longest wait and timeout. */
export const maxSeconds = 99_999_999;
