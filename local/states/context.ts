/** The context object, `$states.context`: who runs, since when, in which state. */
import type { Execution } from './execution.ts';

export interface Visit {
  readonly input: unknown;
  readonly enteredMs: number;
  readonly retryCount: number;
}

export function contextOf(execution: Execution, { input, enteredMs, retryCount }: Visit): object {
  const { model } = execution.machine;
  return {
    Execution: {
      Id: execution.arn,
      Input: input,
      Name: execution.name,
      RoleArn: model.roleArn,
      StartTime: new Date(execution.startMs).toISOString(),
      RedriveCount: 0,
    },
    State: {
      EnteredTime: new Date(enteredMs).toISOString(),
      Name: execution.state,
      RetryCount: retryCount,
    },
    StateMachine: { Id: model.arn, Name: model.name },
  };
}
