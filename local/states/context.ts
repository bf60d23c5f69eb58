/** The context object, `$states.context`: who runs, since when, in which state. */
import type { Execution } from './execution.ts';

export interface Visit {
  readonly input: unknown;
  readonly retryCount: number;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

export function contextOf(execution: Execution, { input, retryCount }: Visit): object {
  const { model } = execution.machine;
  const { redriveCount, redriveMs } = execution;
  return {
    Execution: {
      Id: execution.arn,
      Input: input,
      Name: execution.name,
      RoleArn: model.roleArn,
      StartTime: timeOf(execution.startMs),
      RedriveCount: redriveCount,
      ...(redriveMs !== undefined && { RedriveTime: timeOf(redriveMs) }),
    },
    State: {
      EnteredTime: timeOf(execution.enteredMs),
      Name: execution.state,
      RetryCount: retryCount,
    },
    StateMachine: { Id: model.arn, Name: model.name },
  };
}
