/** The EventBridge event that tells of an execution's status. */
import type { Kernel } from '../kernel/kernel.ts';
import { accountId, region } from '../template/model.ts';
import type { ExecutionFacts } from './facts.ts';
import { uuid } from './jsonata-functions.ts';
import { redriveState } from './redrive.ts';

export interface StatusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  /** ISO 8601, whole seconds, as EventBridge sends it. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Above it AWS leaves the input out, then the output. */
const maxDataBytes = 248 * 1024;

export function statusEvent(execution: ExecutionFacts, kernel: Kernel): StatusEvent {
  const moment = { nowMs: kernel.now(), isDeleting: false };
  const { redriveStatus, redriveStatusReason = null } = redriveState(execution, moment);
  return {
    version: '0',
    id: uuid(kernel),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: new Date(kernel.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startMs,
      stopDate: execution.stopMs ?? null,
      ...dataOf(execution),
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveMs ?? null,
      redriveStatus,
      redriveStatusReason,
    },
  };
}

function dataOf({ input, output }: ExecutionFacts): object {
  const outputBytes = bytesOf(output);
  const includesInput = bytesOf(input) + outputBytes <= maxDataBytes;
  const includesOutput = outputBytes <= maxDataBytes;
  return {
    input: includesInput ? input : null,
    output: includesOutput ? (output ?? null) : null,
    inputDetails: { included: includesInput },
    outputDetails: output === undefined ? null : { included: includesOutput },
  };
}

/** As the text stands inside the event, escaped. */
const bytesOf = (text: string | undefined): number =>
  text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));
