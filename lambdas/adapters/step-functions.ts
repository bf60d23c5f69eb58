/** Executions of one state machine, and the translation of Step Functions' errors into the faults. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { instant, type OrderId } from '../domain/values.ts';
import type { Execution, Executions } from '../shell/executions.ts';
import { boundedCalls, lean } from './lean-client.ts';

export const createStepFunctions = (): SFNClient =>
  lean(new SFNClient(boundedCalls({ tries: 3, requestMs: 2_000 })));

export function stepFunctionsExecutions(client: SFNClient, machineArn: string): Executions {
  const executionArn = (name: string) =>
    `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;

  const describe = async (name: string): Promise<DescribeExecutionCommandOutput | undefined> => {
    try {
      return await client.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw stepFunctionsFault(`read execution ${name}`, error);
    }
  };

  return {
    async start(name, orderId) {
      const input = JSON.stringify({ orderId });
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input }));
        return 'started';
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists))
          throw stepFunctionsFault(`start execution ${name}`, error);
        return 'closed';
      }
    },

    async find(name, orderId) {
      const found = await describe(name);
      return found && execution(found, orderId);
    },
  };
}

function execution(found: DescribeExecutionCommandOutput, orderId: OrderId): Execution {
  if (orderIdOf(found.input) !== orderId)
    throw new PermanentFault(`execution ${found.name} has another input than order ${orderId}`);
  switch (found.status) {
    case 'RUNNING':
    case 'PENDING_REDRIVE':
      return { status: 'RUNNING' };
    case 'SUCCEEDED':
      return { status: 'SUCCEEDED' };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      if (!found.stopDate) throw new TransientFault(`execution ${found.name} has no stop date yet`);
      return { status: 'BROKEN', stoppedAt: instant(found.stopDate.getTime()) };
    default:
      throw new PermanentFault(`execution ${found.name} has the unknown status ${found.status}`);
  }
}

function orderIdOf(input: string | undefined): unknown {
  try {
    return (JSON.parse(input ?? '') as { orderId?: unknown } | null)?.orderId;
  } catch {
    return undefined;
  }
}

const permanent = new Set([
  'AccessDeniedException',
  'InvalidArn',
  'InvalidExecutionInput',
  'InvalidName',
  'StateMachineDoesNotExist',
  'ValidationException',
]);

function stepFunctionsFault(what: string, cause: unknown): TransientFault | PermanentFault {
  const name = cause instanceof Error ? cause.name : String(cause);
  const message = `${what}: ${name}`;
  return permanent.has(name)
    ? new PermanentFault(message, { cause })
    : new TransientFault(message, { cause });
}
