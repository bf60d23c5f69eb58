/**
 * Step Functions as the gateway calls it: executions of Standard machines in JSONata, of the template
 * and of clients. Express, activities, task tokens, versions, aliases and map runs are refused.
 */
import { AwsError, type Busy, type Service } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { MachineModel } from '../template/model.ts';
import type { Execution } from './execution.ts';
import { ExecutionActions } from './execution-actions.ts';
import { Ledger } from './ledger.ts';
import { MachineActions } from './machine-actions.ts';
import { MachineBook } from './machine-book.ts';
import type { Request } from './request.ts';
import { type StatusEvent, statusEvent } from './status-event.ts';
import type { Meter } from './surroundings.ts';

export interface StatesOptions {
  readonly kernel: Kernel;
  readonly machines: readonly MachineModel[];
  readonly invoker: Invoker;
  /** Where executions and machines outlive the process. */
  readonly journal: Journal;
  /** Takes each change of status to the default event bus. */
  readonly publish: (event: StatusEvent) => void;
  /** Probability that a change of status is never told: these events are best effort. Default 0. */
  readonly drop?: number;
  /** Told when the journal cannot be written; what it concerns is tried again. Default: throws. */
  readonly onDefect?: (error: unknown) => void;
  /** Default: nothing is counted. */
  readonly meter?: Meter;
}

/** Throws `DefinitionError` for a machine that the engine cannot run as AWS would. */
export function createStates(options: StatesOptions): Service & Busy {
  return new States(options);
}

class States implements Service, Busy {
  readonly name = 'states';
  readonly #ledger: Ledger;
  readonly #actions: Readonly<Record<string, (request: Request) => object>>;

  constructor(options: StatesOptions) {
    const { kernel, invoker, meter, journal } = options;
    this.#ledger = new Ledger(kernel, journal.database);
    const machines = new MachineBook(kernel, journal.database);
    const books = { ledger: this.#ledger, machines };
    const machineActions = new MachineActions(books);
    const tell = teller(options);
    const executionActions = new ExecutionActions(books, {
      kernel,
      invoker,
      meter,
      keeper: this.#ledger,
      isDeleting: (arn) => machines.find(arn)?.status === 'DELETING',
      onDefect: options.onDefect ?? rethrow,
      onStatus: (execution) => {
        tell(execution);
        if (execution.status !== 'RUNNING') machineActions.finishDeletion(execution.machineArn);
      },
    });
    this.#actions = actionsOf(executionActions, machineActions);
    for (const arn of machines.load(options.machines)) this.#ledger.forgetMachine(arn);
    executionActions.resume();
    for (const { model } of machines.all()) machineActions.finishDeletion(model.arn);
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
}

function rethrow(error: unknown): never {
  throw error;
}

const actionsOf = (executions: ExecutionActions, machines: MachineActions) => ({
  StartExecution: (request: Request) => executions.start(request),
  StopExecution: (request: Request) => executions.stop(request),
  RedriveExecution: (request: Request) => executions.redrive(request),
  DescribeExecution: (request: Request) => executions.describe(request),
  GetExecutionHistory: (request: Request) => executions.history(request),
  ListExecutions: (request: Request) => executions.list(request),
  CreateStateMachine: (request: Request) => machines.create(request),
  UpdateStateMachine: (request: Request) => machines.update(request),
  DeleteStateMachine: (request: Request) => machines.delete(request),
  DescribeStateMachine: (request: Request) => machines.describe(request),
  DescribeStateMachineForExecution: (request: Request) => executions.describeMachine(request),
  ListStateMachines: (request: Request) => machines.list(request),
});

/** Tells the bus of a change of status, or does not: nobody may depend on it, least of all the execution. */
function teller(options: StatesOptions): (execution: Execution) => void {
  const { kernel, publish, drop = 0, onDefect = rethrow } = options;
  return (execution) => {
    const isDropped = drop > 0 && kernel.random() < drop;
    try {
      if (!isDropped) return publish(statusEvent(execution, kernel));
    } catch (error) {
      onDefect(error);
    }
    kernel.trace({ kind: 'states.untold', execution: execution.name, status: execution.status });
  };
}
