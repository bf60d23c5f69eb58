/** What the API answers about machines, executions and histories; times are epoch seconds. */
import type { ExecutionFacts } from './facts.ts';
import { type Entry, historyEvent } from './history.ts';
import type { KeptMachine } from './machine-book.ts';
import type { RedriveState } from './redrive.ts';
import { lastAnswered, optionalFlag, pageSize, type Request, tokenAfter } from './request.ts';

const isIncluded = { included: true };

export function answerExecution(facts: ExecutionFacts, redrive: RedriveState): object {
  const { output, error, cause } = facts;
  return {
    ...answerListed(facts),
    ...redrive,
    input: facts.input,
    inputDetails: isIncluded,
    ...(output !== undefined && { output, outputDetails: isIncluded }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

export const answerListed = (facts: ExecutionFacts): object => ({
  executionArn: facts.arn,
  stateMachineArn: facts.machineArn,
  name: facts.name,
  status: facts.status,
  startDate: facts.startMs / 1000,
  ...(facts.stopMs !== undefined && { stopDate: facts.stopMs / 1000 }),
  redriveCount: facts.redriveCount,
  ...(facts.redriveMs !== undefined && { redriveDate: facts.redriveMs / 1000 }),
});

const unobserved = {
  loggingConfiguration: { level: 'OFF', includeExecutionData: false },
  tracingConfiguration: { enabled: false },
};

export const answerMachine = (machine: KeptMachine): object => ({
  stateMachineArn: machine.model.arn,
  name: machine.model.name,
  status: machine.status,
  definition: machine.text,
  roleArn: machine.model.roleArn,
  type: machine.model.type,
  creationDate: machine.createdMs / 1000,
  ...unobserved,
  ...(machine.revisionId !== undefined && { revisionId: machine.revisionId }),
});

export const answerListedMachine = ({ model, createdMs }: KeptMachine): object => ({
  stateMachineArn: model.arn,
  name: model.name,
  type: model.type,
  creationDate: createdMs / 1000,
});

/** The definition and role an execution started with, whatever its machine is now. */
export const answerMachineOf = (
  machine: Pick<KeptMachine, 'model' | 'text' | 'updatedMs' | 'revisionId'>,
): object => ({
  stateMachineArn: machine.model.arn,
  name: machine.model.name,
  definition: machine.text,
  roleArn: machine.model.roleArn,
  updateDate: machine.updatedMs / 1000,
  ...unobserved,
  ...(machine.revisionId !== undefined && { revisionId: machine.revisionId }),
});

/** Events by their ids, both included. */
export type ReadEvents = (from: number, to: number) => readonly Entry[];

/** One page; the token holds the last event's id, so that a growing history pages on. */
export function answerHistory(length: number, read: ReadEvents, request: Request): object {
  const isReverse = optionalFlag(request, 'reverseOrder', false);
  const includesData = optionalFlag(request, 'includeExecutionData', true);
  const limit = pageSize(request);
  const step = isReverse ? -1 : 1;
  const first = (lastAnswered(request) ?? (isReverse ? length + 1 : 0)) + step;
  const left = isReverse ? first : length - first + 1;
  const count = Math.max(0, Math.min(limit, left));
  if (count === 0) return { events: [] };
  const last = first + (count - 1) * step;
  const lowest = Math.min(first, last);
  const events = read(lowest, Math.max(first, last)).map((entry, at) =>
    historyEvent(lowest + at, entry, { includesData }),
  );
  if (isReverse) events.reverse();
  return left <= limit ? { events } : { events, nextToken: tokenAfter(last) };
}
