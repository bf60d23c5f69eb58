/**
 * One execution: what is known of it from outside, and the interpreter that walks its states. Once
 * it is closed nothing it still waits for can change it: a zombie's answer falls on deaf ears.
 */
import type { Timer } from '../kernel/kernel.ts';
import { contextOf } from './context.ts';
import type { Definition, Leaving, State, TaskState } from './definition.ts';
import { show } from './fields.ts';
import { History, loggedBytes, maxEvents } from './history.ts';
import { evaluate, type Scope, type Template } from './jsonata.ts';
import { checkSize } from './payload.ts';
import {
  dataLimitExceeded,
  queryEvaluationError,
  runtimeError,
  StateError,
  timeoutError,
} from './state-error.ts';
import { performStep } from './step.ts';
import type { Machine, Surroundings } from './surroundings.ts';
import { performTask } from './task.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How a state is left. */
export interface Exit {
  readonly output: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly next: string | undefined;
}

interface Order {
  readonly name: string;
  readonly arn: string;
  readonly input: string;
}

/** Thrown inside the interpreter once the execution was closed from outside. */
const closed = Symbol('closed');

/** Up to this many ms pass between two states in virtual time, so that schedules differ by seed. */
const longestPauseMs = 20;

const closingEvents: Readonly<Record<Exclude<Status, 'RUNNING'>, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

export class Execution {
  readonly machine: Machine;
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  readonly startMs: number;
  readonly history = new History();
  status: Status = 'RUNNING';
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  state: string;
  readonly surroundings: Surroundings;
  readonly #definition: Definition;
  #variables: Readonly<Record<string, unknown>> = {};
  /** The current state's input, and how it stands in the history. */
  #value: unknown;
  #text: string;
  #parsedInput: unknown;
  #enteredMs = 0;
  #enteredId = 0;
  #machineTimer: Timer | undefined;
  #timer: Timer | undefined;

  constructor(machine: Machine, { name, arn, input }: Order, surroundings: Surroundings) {
    this.machine = machine;
    this.#definition = machine.definition;
    this.name = name;
    this.arn = arn;
    this.input = input;
    this.surroundings = surroundings;
    this.startMs = surroundings.kernel.now();
    this.state = machine.definition.startAt;
    this.#text = input;
    this.#parsedInput = JSON.parse(input);
    this.#value = this.#parsedInput;
  }

  start(): void {
    const { kernel, onStatus } = this.surroundings;
    this.record('ExecutionStarted', { input: this.input, roleArn: this.machine.model.roleArn });
    this.note('states.start');
    onStatus(this);
    const { timeoutMs } = this.#definition;
    if (timeoutMs !== undefined) {
      const expire = () => this.#close('TIMED_OUT', { error: timeoutError });
      this.#machineTimer = kernel.after(timeoutMs, `states ${this.name} timeout`, expire);
    }
    this.after(this.#pauseMs(), 'start', () => void this.#walk());
  }

  /** StopExecution; a closed execution stays as it is. */
  stop(error: string | undefined, cause: string | undefined): void {
    this.#close('ABORTED', { error, cause });
  }

  // What the states' own code uses.

  scope(retryCount = 0): Scope {
    const input = this.#parsedInput;
    const context = contextOf(this, { input, enteredMs: this.#enteredMs, retryCount });
    return { states: { input: this.#value, context }, variables: this.#variables };
  }

  /** Evaluates; a failure goes into the history, and its cause says which state it happened in. */
  async evaluate(template: Template, scope: Scope): Promise<unknown> {
    try {
      return await evaluate(template, scope);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const { reason: cause, location } = error;
      const detail = { error: error.error, cause, location, state: this.state };
      this.record('EvaluationFailed', detail);
      throw this.inState(error.error, cause ?? '');
    }
  }

  inState(error: string, cause: string): StateError {
    const where = `the state '${this.state}' (entered at the event id #${this.#enteredId})`;
    return new StateError(error, `An error occurred while executing ${where}. ${cause}`);
  }

  /** What an expression yields is no use for the field it stands in. */
  unexpected(location: string, expected: string, value: unknown): StateError {
    const cause = `The field '${location}' expected '${expected}', but got ${show(value)}.`;
    this.record('EvaluationFailed', {
      error: queryEvaluationError,
      cause,
      location,
      state: this.state,
    });
    return this.inState(queryEvaluationError, cause);
  }

  /** Output and variables as a state is left; both see the variables as they were on entry. */
  async leave(leaving: Leaving, scope: Scope, otherwise: unknown): Promise<Exit> {
    const { output, assign, next } = leaving;
    const variables = assign ? await this.evaluate(assign, scope) : {};
    const value = output ? await this.evaluate(output, scope) : otherwise;
    return { output: value, variables: variables as Exit['variables'], next };
  }

  /** Adds to the history. Throws when the execution is closed, or about to be for its length. */
  record(type: string, detail: Readonly<Record<string, unknown>>): number {
    if (this.status !== 'RUNNING') throw closed;
    if (this.history.length >= maxEvents - 1) {
      const cause = `The execution reached the maximum number of history events (${maxEvents}).`;
      throw new StateError(runtimeError, cause);
    }
    return this.#append(type, detail);
  }

  /** The one timer a state waits on; closing the execution cancels it. */
  after(delayMs: number, what: string, run: () => void): Timer {
    const label = `states ${this.name} ${this.state} ${what}`;
    this.#timer = this.surroundings.kernel.after(delayMs, label, run);
    return this.#timer;
  }

  wait(delayMs: number, what: string): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, what, resolve));
  }

  note(kind: string, details: Readonly<Record<string, string | number>> = {}): void {
    this.surroundings.kernel.trace({ kind, execution: this.name, ...details });
  }

  countTransition(): void {
    this.surroundings.meter?.transition(this.machine.model.name);
  }

  // The interpreter.

  async #walk(): Promise<void> {
    try {
      for (;;) {
        const state = this.#enter();
        if (state.type === 'Fail') return await this.#fail(state);
        const exit = await this.#perform(state);
        if (!this.#exit(state, exit)) return;
        const pauseMs = this.#pauseMs();
        if (pauseMs > 0) await this.wait(pauseMs, 'pause');
      }
    } catch (error) {
      this.#endBy(error);
    }
  }

  #enter(): State {
    const state = this.#definition.states.get(this.state);
    if (!state) throw new RangeError(`no state ${this.state}: parseDefinition checks every target`);
    this.#enteredMs = this.surroundings.kernel.now();
    const detail = { name: state.name, input: this.#text };
    this.#enteredId = this.record(`${state.type}StateEntered`, detail);
    this.countTransition();
    this.note('states.enter', { state: state.name });
    return state;
  }

  #perform(state: Exclude<State, { type: 'Fail' }>): Promise<Exit> {
    return isTask(state) ? performTask(this, state) : performStep(this, state);
  }

  /** Returns whether there is a next state. */
  #exit(state: State, { output, variables, next }: Exit): boolean {
    const text = this.#checked(output, 'output');
    const assigned = Object.entries(variables).map(
      ([name, value]) => [name, this.#checked(value, `variable ${name}`)] as const,
    );
    const assignedVariables = assigned.length > 0 && {
      assignedVariables: Object.fromEntries(assigned),
    };
    this.record(`${state.type}StateExited`, {
      name: state.name,
      output: text,
      ...assignedVariables,
    });
    this.note('states.exit', { state: state.name });
    this.#variables = { ...this.#variables, ...variables };
    this.#value = output;
    this.#text = text;
    if (next !== undefined) this.state = next;
    else this.#close('SUCCEEDED', { output: text });
    return next !== undefined;
  }

  /** JSON text of what leaves a state, unless it is too large to. */
  #checked(value: unknown, what: string): string {
    return checkSize(JSON.stringify(value), (size) =>
      this.inState(dataLimitExceeded, `The ${what} of the state has ${size}.`),
    );
  }

  async #fail(state: Extract<State, { type: 'Fail' }>): Promise<void> {
    const scope = this.scope();
    const error = state.error && (await this.#failText(state.error, scope, 'Error'));
    const cause = state.cause && (await this.#failText(state.cause, scope, 'Cause'));
    this.#close('FAILED', { error, cause });
  }

  async #failText(template: Template, scope: Scope, field: string): Promise<string> {
    const value = await this.evaluate(template, scope);
    if (typeof value === 'string') return value;
    throw this.unexpected(field, 'string', value);
  }

  #endBy(error: unknown): void {
    if (error === closed) return;
    if (!(error instanceof StateError)) throw error;
    this.#close('FAILED', { error: error.error, cause: error.reason });
  }

  /** The first end counts. */
  #close(
    status: Exclude<Status, 'RUNNING'>,
    end: { output?: string; error?: string | undefined; cause?: string | undefined },
  ): void {
    if (this.status !== 'RUNNING') return;
    this.#append(closingEvents[status], end);
    Object.assign(this, end);
    this.status = status;
    this.stopMs = this.surroundings.kernel.now();
    this.#machineTimer?.cancel();
    this.#timer?.cancel();
    this.#forget();
    this.note('states.end', { status, ...(end.error && { error: end.error }) });
    this.surroundings.onStatus(this);
  }

  /** Closed executions are kept for 90 days: as little of them as an answer needs. */
  #forget(): void {
    this.#value = undefined;
    this.#parsedInput = undefined;
    this.#variables = {};
  }

  #append(type: string, detail: Readonly<Record<string, unknown>>): number {
    const { kernel, meter } = this.surroundings;
    meter?.historyBytes(loggedBytes(type, detail));
    return this.history.add(type, kernel.now(), detail);
  }

  #pauseMs(): number {
    const { kernel } = this.surroundings;
    return kernel.mode === 'virtual' ? 1 + Math.floor(kernel.random() * longestPauseMs) : 0;
  }
}

const isTask = (state: State): state is TaskState => state.type === 'Task';
