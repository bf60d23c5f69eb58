/** A Step Functions engine in virtual time with functions that answer as a test says. */
import { AwsError, type Busy, type Service } from '../../../local/gateway/service.ts';
import { type Journal, openJournal } from '../../../local/journal/journal.ts';
import { sleep } from '../../../local/kernel/kernel.ts';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoker.ts';
import type { HistoryEvent } from '../../../local/states/history.ts';
import { createStates } from '../../../local/states/states.ts';
import type { StatusEvent } from '../../../local/states/status-event.ts';
import type { MachineModel } from '../../../local/template/model.ts';

export const arnOf = (name: string): string =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;

export const machineOf = (definition: object, name = 'Machine'): MachineModel => ({
  logicalId: `${name}Id`,
  name,
  arn: arnOf(name),
  roleArn: 'arn:aws:iam::000000000000:role/machine',
  type: 'STANDARD',
  definition: { QueryLanguage: 'JSONata', ...definition },
});

/** A machine of one state named Only. */
export const only = (state: object): object => ({ StartAt: 'Only', States: { Only: state } });

export const invoke = (name: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  ...more,
});

export type Answer = (payload: unknown, call: number) => InvokeOutcome | Promise<InvokeOutcome>;

export const ok = (payload: unknown = null): InvokeOutcome => ({ kind: 'ok', payload });
export const thrown = (errorType: string, errorMessage = 'as told'): InvokeOutcome => ({
  kind: 'error',
  errorType,
  errorMessage,
  trace: [],
});

export interface Call {
  readonly name: string;
  readonly payload: unknown;
  readonly atMs: number;
}

export interface Described {
  readonly status: string;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface EngineSettings {
  readonly seed?: number;
  /** @default a new one, in memory */
  readonly journal?: Journal;
  /** @default any fixed time */
  readonly startMs?: number;
  /** Probability that a change of status is not told. */
  readonly drop?: number;
  /** @default one named Machine, of the definition that is given */
  readonly machines?: readonly MachineModel[];
}

export class Engine {
  readonly kernel: VirtualKernel;
  readonly journal: Journal;
  readonly states: Service & Busy;
  readonly calls: Call[] = [];
  readonly events: StatusEvent[] = [];
  readonly defects: unknown[] = [];
  transitions = 0;
  loggedBytes = 0;
  readonly #definition: object;
  readonly #functions: Readonly<Record<string, Answer>>;
  #isKilled = false;

  constructor(
    definition: object,
    functions: Readonly<Record<string, Answer>> = {},
    settings: EngineSettings = {},
  ) {
    const { seed = 1, startMs, machines = [machineOf(definition)], drop = 0 } = settings;
    this.kernel = new VirtualKernel(seed, startMs);
    this.journal = settings.journal ?? openJournal(undefined);
    this.#definition = definition;
    this.#functions = functions;
    this.states = createStates({
      kernel: this.kernel,
      machines,
      invoker: { invoke: (name, payload) => this.#invoke(name, payload) },
      journal: this.journal,
      drop,
      onDefect: (error) => void this.defects.push(error),
      publish: (event) => void this.events.push(event),
      meter: {
        transition: () => void this.transitions++,
        historyBytes: (bytes) => {
          this.loggedBytes += bytes;
        },
      },
    });
  }

  /** As if the process had been killed: only the journal is left, and the clock has gone on. */
  killed(downMs: number, settings: EngineSettings & { functions?: Record<string, Answer> } = {}) {
    this.#isKilled = true;
    const startMs = this.kernel.now() + downMs;
    return new Engine(this.#definition, settings.functions ?? this.#functions, {
      journal: this.journal,
      startMs,
      ...settings,
    });
  }

  call<T>(action: string, input: Record<string, unknown>): Promise<T> {
    const answer = this.states.call(action, input, { name: 'test', roleArn: undefined });
    return answer as Promise<T>;
  }

  async start(input: unknown = {}, name?: string): Promise<string> {
    const answer = await this.call<{ executionArn: string }>('StartExecution', {
      stateMachineArn: arnOf('Machine'),
      input: JSON.stringify(input),
      ...(name !== undefined && { name }),
    });
    return answer.executionArn;
  }

  /** Starts one execution and lets time pass until nothing runs any more. */
  async run(input: unknown = {}): Promise<Described> {
    const arn = await this.start(input);
    await this.finish();
    return this.describe(arn);
  }

  async finish(): Promise<void> {
    const isDone = await this.kernel.until(() => this.states.pending().length === 0, 1e12);
    if (!isDone) throw new Error(`still running: ${this.states.pending().join(', ')}`);
  }

  describe(executionArn: string): Promise<Described> {
    return this.call('DescribeExecution', { executionArn });
  }

  async history(executionArn: string): Promise<readonly HistoryEvent[]> {
    const { events } = await this.call<{ events: HistoryEvent[] }>('GetExecutionHistory', {
      executionArn,
      maxResults: 1000,
    });
    return events;
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }

  /** Answers `outcome` after `delayMs` of virtual time. */
  later(delayMs: number, outcome: InvokeOutcome): Promise<InvokeOutcome> {
    return sleep(this.kernel, delayMs, 'test answer').then(() => outcome);
  }

  async #invoke(name: string, payload: unknown): Promise<InvokeOutcome> {
    if (this.#isKilled) throw new Error('an engine that was killed calls nothing');
    const call = this.calls.filter((made) => made.name === name).length;
    this.calls.push({ name, payload: structuredClone(payload), atMs: this.kernel.now() });
    const answer = this.#functions[name];
    if (!answer) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`);
    return answer(payload, call);
  }
}
