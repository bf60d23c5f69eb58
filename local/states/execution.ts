/**
 * One execution: what is known of it from outside, its history, and the state it stands in. Once it is
 * closed nothing it still waits for can change it: a zombie's answer falls on deaf ears.
 */
import type { Timer } from '../kernel/kernel.ts';
import { contextOf } from './context.ts';
import { deadlineOf } from './deadline.ts';
import type { Leaving, State } from './definition.ts';
import { ExecutionState } from './execution-state.ts';
import type { ClosedStatus } from './facts.ts';
import { show } from './fields.ts';
import { closingEvent, loggedBytes, maxEvents } from './history.ts';
import { walk } from './interpreter.ts';
import { evaluate, type Scope, type Template } from './jsonata.ts';
import { checkSize } from './payload.ts';
import {
  dataLimitExceeded,
  queryEvaluationError,
  runtimeError,
  StateError,
  timeoutError,
} from './state-error.ts';
import { problemOf, textsOf } from './variables.ts';

/** How a state is left. */
export interface Exit {
  readonly output: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly next: string | undefined;
}

/** Thrown inside the interpreter once the execution was closed from outside. */
const closed = Symbol('closed');

/** How long it takes to the next try after the journal could not be written. */
const keepAgainMs = 1000;

/** Up to this many ms pass between two states in virtual time, so that schedules differ by seed. */
const longestPauseMs = 20;

export class Execution extends ExecutionState {
  /** Where the next event hangs when it does not follow the one before. */
  #previousId: number | undefined;
  #machineTimer: Timer | undefined;
  #timer: Timer | undefined;

  start(): void {
    this.note('states.start');
    this.#recordStart();
    this.surroundings.onStatus(this);
    this.#begin();
  }

  /** After the process has ended under it: the state it was in is performed once more. */
  resume(): void {
    this.note('states.resume', { state: this.state });
    if (this.history.length === 0) this.#recordStart();
    const leftMs = this.#leftMs();
    // Step Functions is never off: a time that ran out while the engine was begins anew.
    this.#begin(leftMs > 0 ? leftMs : this.machine.definition.timeoutMs);
  }

  /** RedriveExecution: from the state it failed in, under a timeout of its own. */
  redrive(): void {
    this.redriveCount++;
    this.redriveMs = this.surroundings.kernel.now();
    this.enteredMs = this.redriveMs;
    this.note('states.redrive', { state: this.state });
    this.record('ExecutionRedriven', { redriveCount: this.redriveCount });
    this.countTransition();
  }

  /** What follows a redrive once the journal has it. */
  goOn(): void {
    this.surroundings.onStatus(this);
    this.#begin();
  }

  /** StopExecution; a closed execution stays as it is. */
  stop(error: string | undefined, cause: string | undefined): void {
    this.close('ABORTED', { error, cause });
  }

  // What the states' own code uses.

  scope(retryCount = 0): Scope {
    const context = contextOf(this, { input: this.parsedInput, retryCount });
    return { states: { input: this.value, context }, variables: this.variables };
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
    const where = `the state '${this.state}' (entered at the event id #${this.enteredId})`;
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

  // What the interpreter uses.

  #recordStart(): void {
    const { input, machine } = this;
    this.#append('ExecutionStarted', { input, roleArn: machine.model.roleArn }, this.startMs);
  }

  #leftMs(): number {
    return deadlineOf(this, this.machine.definition.timeoutMs) - this.surroundings.kernel.now();
  }

  #begin(leftMs = this.#leftMs()): void {
    const { kernel } = this.surroundings;
    const expire = () => this.close('TIMED_OUT', { error: timeoutError });
    this.#machineTimer = kernel.after(leftMs, `states ${this.name} timeout`, expire);
    this.after(this.pauseMs(), 'start', () => void walk(this));
  }

  /** The state is not performed before the journal has its entry. */
  async keepEntry(): Promise<void> {
    const { keeper, onDefect } = this.surroundings;
    for (;;) {
      try {
        return keeper.entered(this);
      } catch (error) {
        onDefect(error);
      }
      await this.wait(keepAgainMs, 'is to be kept');
    }
  }

  /** Entered already after a kill; and after a redrive, unless it is one that only fails again. */
  first(): State {
    if (this.enteredId === 0) return this.enter();
    const state = this.#current();
    const isRedriven = this.history.length > this.enteredId;
    if (isRedriven && state.type === 'Fail') return this.enter();
    if (isRedriven) this.#previousId = this.enteredId;
    return state;
  }

  #current(): State {
    const state = this.machine.definition.states.get(this.state);
    if (state) return state;
    throw new RangeError(`no state ${this.state}: parseDefinition checks every target`);
  }

  enter(): State {
    if (this.surroundings.isDeleting(this.machineArn)) this.stop(undefined, undefined);
    const state = this.#current();
    const detail = { name: state.name, input: this.text };
    this.enteredId = this.record(`${state.type}StateEntered`, detail);
    this.enteredMs = this.surroundings.kernel.now();
    this.countTransition();
    this.note('states.enter', { state: state.name });
    return state;
  }

  /** Returns whether there is a next state. */
  exit(state: State, { output, variables, next }: Exit): boolean {
    const text = checkSize(JSON.stringify(output), (size) =>
      this.inState(dataLimitExceeded, `The output of the state has ${size}.`),
    );
    const hasAssigned = Object.keys(variables).length > 0;
    const problem = hasAssigned ? problemOf(variables, this.variables) : undefined;
    if (problem !== undefined) throw this.inState(dataLimitExceeded, problem);
    this.record(`${state.type}StateExited`, {
      name: state.name,
      output: text,
      ...(hasAssigned && { assignedVariables: textsOf(variables) }),
    });
    this.note('states.exit', { state: state.name });
    this.variables = { ...this.variables, ...variables };
    this.value = output;
    this.text = text;
    if (next !== undefined) this.state = next;
    else this.close('SUCCEEDED', { output: text });
    return next !== undefined;
  }

  endBy(error: unknown): void {
    if (error === closed) return;
    if (error instanceof StateError) {
      this.close('FAILED', { error: error.error, cause: error.reason });
    } else {
      this.surroundings.onDefect(error);
    }
  }

  /** The first end counts. */
  close(
    status: ClosedStatus,
    end: { output?: string; error?: string | undefined; cause?: string | undefined },
  ): void {
    if (this.status !== 'RUNNING') return;
    this.#append(closingEvent(status), end);
    Object.assign(this, end);
    this.status = status;
    this.stopMs = this.surroundings.kernel.now();
    this.#machineTimer?.cancel();
    this.#timer?.cancel();
    this.note('states.end', { status, ...(end.error && { error: end.error }) });
    this.#tellEnd();
  }

  /** Nobody hears of an end that the journal does not have. */
  #tellEnd(): void {
    const { kernel, keeper, onStatus, onDefect } = this.surroundings;
    try {
      keeper.closed(this);
    } catch (error) {
      kernel.after(keepAgainMs, `states ${this.name} is to be kept`, () => this.#tellEnd());
      onDefect(error);
      return;
    }
    onStatus(this);
  }

  #append(
    type: string,
    detail: Readonly<Record<string, unknown>>,
    atMs = this.surroundings.kernel.now(),
  ): number {
    this.surroundings.meter?.historyBytes(loggedBytes(type, detail));
    const previous = this.#previousId;
    this.#previousId = undefined;
    return previous === undefined
      ? this.history.add(type, atMs, detail)
      : this.history.add(type, atMs, detail, previous);
  }

  pauseMs(): number {
    const { kernel } = this.surroundings;
    return kernel.mode === 'virtual' ? 1 + Math.floor(kernel.random() * longestPauseMs) : 0;
  }
}
