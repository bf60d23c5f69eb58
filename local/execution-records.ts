/** The executions of every machine and their histories, for checks: read through the API itself. */
import type { Service } from './gateway/service.ts';
import type { MachineModel } from './template/model.ts';

/** As DescribeExecution answers it. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** As GetExecutionHistory answers it: what else there is depends on the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly type: string;
  readonly [detail: string]: unknown;
}

const caller = { name: 'engine', roleArn: undefined };

/** Oldest first, machine by machine. */
export async function executionRecords(
  states: Service,
  machines: readonly MachineModel[],
): Promise<ExecutionRecord[]> {
  const records: ExecutionRecord[] = [];
  for (const { arn: stateMachineArn } of machines) {
    const input = { stateMachineArn, maxResults: 1000 };
    const listed = await allPages(states, 'ListExecutions', 'executions', input);
    for (const { executionArn } of listed.reverse())
      records.push(
        (await states.call('DescribeExecution', { executionArn }, caller)) as ExecutionRecord,
      );
  }
  return records;
}

export async function executionHistory(
  states: Service,
  executionArn: string,
): Promise<HistoryEvent[]> {
  const input = { executionArn, maxResults: 1000 };
  return (await allPages(states, 'GetExecutionHistory', 'events', input)) as HistoryEvent[];
}

type Page = Readonly<Record<string, unknown>> & { readonly nextToken?: string };

async function allPages(
  states: Service,
  action: string,
  member: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let nextToken: string | undefined;
  do {
    const request = nextToken === undefined ? input : { ...input, nextToken };
    const page = (await states.call(action, request, caller)) as Page;
    all.push(...(page[member] as Record<string, unknown>[]));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}
