/** What an execution is given: its machine, and what it runs in. */
import type { Kernel } from '../kernel/kernel.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { MachineModel } from '../template/model.ts';
import type { Definition } from './definition.ts';
import type { Execution } from './execution.ts';

export interface Meter {
  /** A state entered or a retry: what AWS bills in Standard workflows. */
  transition(machineName: string): void;
  /** Bytes one history event takes in a log of level ALL without execution data. */
  historyBytes(bytes: number): void;
}

/** A machine ready to run, in one of its definitions. */
export interface Machine {
  readonly model: MachineModel;
  readonly definition: Definition;
  /** The journal's number for this definition. */
  readonly definitionId: number;
}

/** What must outlive the process; each is on disk when the call returns. */
export interface Keeper {
  /** The execution stands at the entry of a state. */
  entered(execution: Execution): void;
  closed(execution: Execution): void;
}

export interface Surroundings {
  readonly kernel: Kernel;
  readonly invoker: Invoker;
  readonly meter: Meter | undefined;
  readonly keeper: Keeper;
  /** A machine that is being deleted ends its executions at their next transition. */
  readonly isDeleting: (machineArn: string) => boolean;
  /** Told of what is a defect of the engine, such as a journal that cannot be written. */
  readonly onDefect: (error: unknown) => void;
  /** Told of every change of status, RUNNING included. */
  readonly onStatus: (execution: Execution) => void;
}
