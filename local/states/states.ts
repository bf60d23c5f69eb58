/**
 * Step Functions as the gateway calls it: executions of the template's Standard machines in JSONata.
 * Express, activities, task tokens, redrive and changing machines are refused.
 */
import { AwsError, type Busy, type Service } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { MachineModel } from '../template/model.ts';
import { answerExecution, answerHistory, answerListed, answerMachine } from './answers.ts';
import { parseDefinition } from './asl.ts';
import { Execution, type Status } from './execution.ts';
import { uuid } from './jsonata-functions.ts';
import { Ledger } from './ledger.ts';
import { checkExecutionName, executionArn } from './names.ts';
import { isWithinLimit, maxPayloadBytes } from './payload.ts';
import {
  invalid,
  lastAnswered,
  optionalText,
  pageSize,
  type Request,
  requiredText,
  tokenAfter,
} from './request.ts';
import { type StatusEvent, statusEvent } from './status-event.ts';
import type { Machine, Meter, Surroundings } from './surroundings.ts';

export interface StatesOptions {
  readonly kernel: Kernel;
  readonly machines: readonly MachineModel[];
  readonly invoker: Invoker;
  /** Takes each change of status to the default event bus. */
  readonly publish: (event: StatusEvent) => void;
  /** Default: nothing is counted. */
  readonly meter?: Meter;
}

const statuses: readonly Status[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** Throws `DefinitionError` for a machine that the engine cannot run as AWS would. */
export function createStates(options: StatesOptions): Service & Busy {
  return new States(options);
}

class States implements Service, Busy {
  readonly name = 'states';
  readonly #kernel: Kernel;
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #ledger: Ledger;
  readonly #surroundings: Surroundings;
  readonly #createdMs: number;
  readonly #actions: Readonly<Record<string, (request: Request) => object>> = {
    StartExecution: (request) => this.#start(request),
    StopExecution: (request) => this.#stop(request),
    DescribeExecution: (request) => answerExecution(this.#execution(request)),
    GetExecutionHistory: (request) => answerHistory(this.#execution(request).history, request),
    ListExecutions: (request) => this.#list(request),
    DescribeStateMachine: (request) => answerMachine(this.#machine(request), this.#createdMs),
  };

  constructor({ kernel, machines, invoker, publish, meter }: StatesOptions) {
    this.#kernel = kernel;
    this.#createdMs = kernel.now();
    this.#ledger = new Ledger(kernel);
    this.#machines = new Map(
      machines.map((model) => [model.arn, { model, definition: parseDefinition(model, kernel) }]),
    );
    const onStatus = (execution: Execution) => {
      if (execution.status !== 'RUNNING') this.#ledger.close(execution);
      publish(statusEvent(execution, kernel));
    };
    this.#surroundings = { kernel, invoker, meter, onStatus };
  }

  async call(action: string, input: Record<string, unknown>): Promise<object> {
    const act = Object.hasOwn(this.#actions, action) ? this.#actions[action] : undefined;
    if (act) return act(input);
    const known = Object.keys(this.#actions).join(', ');
    const problem = `The local engine does not run states:${action}; it runs ${known}`;
    throw new AwsError('UnknownOperationException', problem);
  }

  pending(): string[] {
    return [...this.#ledger.running()].map(
      ({ machine, name, state }) => `states: ${machine.model.name} ${name} is in ${state}`,
    );
  }

  #start(request: Request): object {
    const machine = this.#machine(request);
    const name = checkExecutionName(optionalText(request, 'name') ?? uuid(this.#kernel));
    const input = readInput(request);
    const arn = executionArn(machine.model.arn, name);
    const existing = this.#ledger.find(arn);
    if (existing) return answerRepeated(existing, input);
    const execution = new Execution(machine, { name, arn, input }, this.#surroundings);
    this.#ledger.add(execution);
    execution.start();
    return answerStarted(execution);
  }

  #stop(request: Request): object {
    const execution = this.#execution(request);
    execution.stop(optionalText(request, 'error'), optionalText(request, 'cause'));
    return { stopDate: (execution.stopMs ?? this.#kernel.now()) / 1000 };
  }

  #list(request: Request): object {
    const machineArn = this.#machine(request).model.arn;
    const before = lastAnswered(request);
    const status = readStatus(request);
    const { found, last } = this.#ledger.list({
      machineArn,
      status,
      before,
      limit: pageSize(request),
    });
    const executions = found.map(answerListed);
    return last === undefined ? { executions } : { executions, nextToken: tokenAfter(last) };
  }

  #execution(request: Request): Execution {
    const arn = requiredText(request, 'executionArn');
    if (arn.includes(':execution:')) return this.#ledger.get(arn);
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of an execution`);
  }

  #machine(request: Request): Machine {
    const arn = requiredText(request, 'stateMachineArn');
    const machine = this.#machines.get(arn);
    if (machine) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
}

function readInput(request: Request): string {
  const input = optionalText(request, 'input') ?? '{}';
  if (!isWithinLimit(input)) {
    const size = Buffer.byteLength(input);
    throw invalidInput(`the input has ${size} bytes, at most ${maxPayloadBytes} are allowed`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw invalidInput(`the input is not JSON: ${String(error)}`);
  }
  return input;
}

const invalidInput = (problem: string): AwsError =>
  new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: ${problem}`);

function readStatus(request: Request): Status | undefined {
  const filter = optionalText(request, 'statusFilter');
  const status = statuses.find((known) => known === filter);
  if (filter === undefined || status) return status;
  throw invalid(`Value at 'statusFilter' must be one of ${statuses.join(', ')}, got ${filter}`);
}

/** The same start again while it runs is the same answer; any other use of the name is refused. */
function answerRepeated(existing: Execution, input: string): object {
  if (existing.status === 'RUNNING' && existing.input === input) return answerStarted(existing);
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
}

const answerStarted = ({ arn, startMs }: Execution): object => ({
  executionArn: arn,
  startDate: startMs / 1000,
});
