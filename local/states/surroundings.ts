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

/** A machine ready to run. */
export interface Machine {
  readonly model: MachineModel;
  readonly definition: Definition;
}

export interface Surroundings {
  readonly kernel: Kernel;
  readonly invoker: Invoker;
  readonly meter: Meter | undefined;
  /** Told of every change of status, RUNNING included. */
  readonly onStatus: (execution: Execution) => void;
}
