/** How the cases run a machine: start it, wait for its end, and read its history. */
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { Clients } from '../case.ts';
import { eventually } from '../expect.ts';
import type { Scratch } from '../scratch.ts';

export type States = Readonly<Record<string, object>>;

/** Nobody is there to be called: the arguments fail before. */
export const noFunction = 'arn:aws:lambda:us-east-1:000000000000:function:conformance-nobody';
export const invoke = 'arn:aws:states:::lambda:invoke';

/** A task whose arguments cannot be evaluated, with a function that is never called. */
export const failingTask = (rest: object): object => ({
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: noFunction, Payload: "{% $error('no payload') %}" },
  ...rest,
});

export async function ended(
  { states }: Clients,
  executionArn: string | undefined,
): Promise<DescribeExecutionCommandOutput> {
  await eventually(
    'an execution that has ended',
    async () => (await states.describeExecution({ executionArn })).status,
    (status) => status !== 'RUNNING',
  );
  return states.describeExecution({ executionArn });
}

/** Runs a new machine once, to its end. */
export async function runOnce(
  clients: Clients,
  scratch: Scratch,
  run: { readonly states: States; readonly input?: unknown; readonly rest?: object },
): Promise<DescribeExecutionCommandOutput> {
  const stateMachineArn = await scratch.machine(run.states, run.rest);
  const input = JSON.stringify(run.input ?? {});
  const { executionArn } = await clients.states.startExecution({ stateMachineArn, input });
  return ended(clients, executionArn);
}

/** What an execution ended with, in one value. */
export const endOf = ({
  status,
  output,
  error,
  cause,
}: DescribeExecutionCommandOutput): object => ({
  status,
  ...(output !== undefined && { output: JSON.parse(output) as unknown }),
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});
