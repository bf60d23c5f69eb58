/** What the API answers about machines, executions and histories; times are epoch seconds. */
import type { Execution } from './execution.ts';
import type { History } from './history.ts';
import { lastAnswered, optionalFlag, pageSize, type Request, tokenAfter } from './request.ts';
import type { Machine } from './surroundings.ts';

const isIncluded = { included: true };

export function answerExecution(execution: Execution): object {
  const { output, error, cause } = execution;
  return {
    ...answerListed(execution),
    input: execution.input,
    inputDetails: isIncluded,
    ...(output !== undefined && { output, outputDetails: isIncluded }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

export const answerListed = (execution: Execution): object => ({
  executionArn: execution.arn,
  stateMachineArn: execution.machine.model.arn,
  name: execution.name,
  status: execution.status,
  startDate: execution.startMs / 1000,
  ...(execution.stopMs !== undefined && { stopDate: execution.stopMs / 1000 }),
  redriveCount: 0,
});

export const answerMachine = ({ model }: Machine, createdMs: number): object => ({
  stateMachineArn: model.arn,
  name: model.name,
  status: 'ACTIVE',
  definition: JSON.stringify(model.definition),
  roleArn: model.roleArn,
  type: model.type,
  creationDate: createdMs / 1000,
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
});

/** One page; the token holds the last event's id, so that a growing history pages on. */
export function answerHistory(history: History, request: Request): object {
  const isReverse = optionalFlag(request, 'reverseOrder', false);
  const includesData = optionalFlag(request, 'includeExecutionData', true);
  const limit = pageSize(request);
  const step = isReverse ? -1 : 1;
  const first = (lastAnswered(request) ?? (isReverse ? history.length + 1 : 0)) + step;
  const left = isReverse ? first : history.length - first + 1;
  const count = Math.max(0, Math.min(limit, left));
  const ids = Array.from({ length: count }, (_, at) => first + at * step);
  const events = ids.map((id) => history.event(id, { includesData }));
  const last = ids.at(-1);
  const isComplete = last === undefined || left <= limit;
  return isComplete ? { events } : { events, nextToken: tokenAfter(last) };
}
