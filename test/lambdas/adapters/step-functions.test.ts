import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { stepFunctionsExecutions } from '../../../lambdas/adapters/step-functions.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { sampleInstant, sampleOrderId } from '../../support/sample-orders.ts';

const sfn = mockClient(SFNClient);
const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:PlaceOrder';
const executions = stepFunctionsExecutions(new SFNClient({}), machine);
const id = sampleOrderId();
const input = JSON.stringify({ orderId: id });
const named = (name: string) => Object.assign(new Error(name), { name });
const described = (output: Partial<DescribeExecutionCommandOutput>) =>
  sfn.on(DescribeExecutionCommand).resolves({ name: id, input, ...output });

beforeEach(() => sfn.reset());

describe('executions', () => {
  it.each(['ThrottlingException', 'ExecutionLimitExceeded', 'InternalServerError', 'TimeoutError'])(
    'cannot tell after %s whether one started',
    async (name) => {
      sfn.on(StartExecutionCommand).rejects(named(name));
      await expect(executions.start(id, id)).rejects.toThrow(TransientFault);
    },
  );

  it.each([
    'AccessDeniedException',
    'InvalidArn',
    'InvalidExecutionInput',
    'InvalidName',
    'StateMachineDoesNotExist',
    'ValidationException',
  ])('call %s a fault that no retry can cure', async (name) => {
    const cause = named(name);
    sfn.on(StartExecutionCommand).rejects(cause);
    const failed = executions.start('n', id);
    await expect(failed).rejects.toBeInstanceOf(PermanentFault);
    await expect(failed).rejects.toMatchObject({ message: `start execution n: ${name}`, cause });
  });

  it('are not taken for missing when they cannot be read', async () => {
    const cause = named('ThrottlingException');
    sfn.on(DescribeExecutionCommand).rejects(cause);
    const failed = executions.find(id, id);
    await expect(failed).rejects.toBeInstanceOf(TransientFault);
    await expect(failed).rejects.toMatchObject({ cause });
  });

  it('are not taken for broken before their end is told, nor under a status of the future', async () => {
    described({ status: 'FAILED' });
    await expect(executions.find(id, id)).rejects.toThrow(TransientFault);
    described({ status: 'PAUSED' as 'FAILED', stopDate: new Date(sampleInstant) });
    await expect(executions.find(id, id)).rejects.toThrow(PermanentFault);
  });

  it('are never those of another order under the same name', async () => {
    described({ status: 'RUNNING', input: JSON.stringify({ orderId: sampleOrderId('b') }) });
    await expect(executions.find(id, id)).rejects.toThrow(PermanentFault);
    for (const other of ['null', 'no JSON', undefined]) {
      described({ status: 'RUNNING', input: other });
      await expect(executions.find(id, id)).rejects.toThrow(PermanentFault);
    }
  });

  it('take a closed one of the same name as an outcome', async () => {
    const error = new ExecutionAlreadyExists({ message: 'exists', $metadata: {} });
    sfn.on(StartExecutionCommand).rejects(error);
    expect(await executions.start(id, id)).toBe('closed');
  });

  it('start with the order’s id and nothing else, the same bytes every time', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    expect(await executions.start('name', id)).toBe('started');
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: machine,
      name: 'name',
      input,
    });
  });

  it('are found by the ARN of machine and name, or not at all', async () => {
    const error = new ExecutionDoesNotExist({ message: 'none', $metadata: {} });
    sfn.on(DescribeExecutionCommand).rejects(error);
    expect(await executions.find('name', id)).toBeUndefined();
    expect(sfn.commandCalls(DescribeExecutionCommand)[0]?.args[0].input).toEqual({
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:PlaceOrder:name',
    });
  });

  it('are running, succeeded, or broken since their end', async () => {
    for (const status of ['RUNNING', 'PENDING_REDRIVE'] as const) {
      described({ status });
      expect(await executions.find(id, id)).toEqual({ status: 'RUNNING' });
    }
    described({ status: 'SUCCEEDED' });
    expect(await executions.find(id, id)).toEqual({ status: 'SUCCEEDED' });
    for (const status of ['FAILED', 'TIMED_OUT', 'ABORTED'] as const) {
      described({ status, stopDate: new Date(sampleInstant) });
      const broken = { status: 'BROKEN', stoppedAt: sampleInstant };
      expect(await executions.find(id, id)).toEqual(broken);
    }
  });
});
