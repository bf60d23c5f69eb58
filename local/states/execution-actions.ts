/** The API's actions on executions: started, stopped, redriven, looked at. */
import { AwsError } from '../gateway/service.ts';
import { answerExecution, answerHistory, answerListed, answerMachineOf } from './answers.ts';
import { Execution } from './execution.ts';
import { type ExecutionFacts, type Status, statuses } from './facts.ts';
import { uuid } from './jsonata-functions.ts';
import type { Ledger } from './ledger.ts';
import type { KeptMachine, MachineBook } from './machine-book.ts';
import { checkName, executionArn } from './names.ts';
import { isWithinLimit, maxPayloadBytes } from './payload.ts';
import {
  checkRedrivable,
  clientToken,
  redrivenBefore,
  redriveState,
  withToken,
} from './redrive.ts';
import {
  invalid,
  lastAnswered,
  optionalText,
  pageSize,
  type Request,
  refuseMembers,
  refuseMetadataOnly,
  requiredText,
  tokenAfter,
} from './request.ts';
import type { Surroundings } from './surroundings.ts';

export interface Books {
  readonly ledger: Ledger;
  readonly machines: MachineBook;
}

export class ExecutionActions {
  readonly #ledger: Ledger;
  readonly #machines: MachineBook;
  readonly #surroundings: Surroundings;

  constructor({ ledger, machines }: Books, surroundings: Surroundings) {
    this.#ledger = ledger;
    this.#machines = machines;
    this.#surroundings = surroundings;
  }

  start(request: Request): object {
    const machine = this.#machine(request);
    const { kernel } = this.#surroundings;
    const name = checkName(optionalText(request, 'name') ?? uuid(kernel));
    const input = readInput(request);
    const { arn: machineArn } = machine.model;
    const arn = executionArn(machineArn, name);
    const existing = this.#ledger.find(arn);
    if (existing) return answerRepeated(existing, input);
    const { definitionId } = machine;
    const standing = this.#ledger.add({ arn, name, machineArn, definitionId, input });
    const execution = new Execution(machine, standing, this.#surroundings);
    this.#ledger.run(execution);
    execution.start();
    return answerStarted(execution);
  }

  stop(request: Request): object {
    const facts = this.#facts(request);
    const error = limitedText(request, 'error', 256);
    const cause = limitedText(request, 'cause', 32_768);
    const execution = this.#ledger.open(facts.arn);
    execution?.stop(error, cause);
    if (this.#ledger.open(facts.arn))
      throw new Error(`the journal could not be told that ${facts.arn} was stopped`);
    const stopMs = (execution ?? facts).stopMs ?? this.#surroundings.kernel.now();
    return { stopDate: stopMs / 1000 };
  }

  redrive(request: Request): object {
    const { arn, machineArn } = this.#facts(request);
    const { kernel, isDeleting } = this.#surroundings;
    const token = clientToken(request);
    const standing = this.#ledger.standing(arn);
    const nowMs = kernel.now();
    const before = token && redrivenBefore(standing.tokens, token, nowMs);
    if (typeof before === 'number') return { redriveDate: before / 1000 };
    checkRedrivable(standing, { nowMs, isDeleting: isDeleting(machineArn) });
    const machine = this.#machines.asOf(standing.definitionId);
    const execution = new Execution(machine, standing, this.#surroundings);
    execution.redrive();
    this.#ledger.redriven(execution, withToken(standing.tokens, token, nowMs));
    this.#ledger.run(execution);
    execution.goOn();
    return { redriveDate: nowMs / 1000 };
  }

  describe(request: Request): object {
    refuseMetadataOnly(request);
    const facts = this.#facts(request);
    const { kernel, isDeleting } = this.#surroundings;
    const moment = { nowMs: kernel.now(), isDeleting: isDeleting(facts.machineArn) };
    return answerExecution(facts, redriveState(facts, moment));
  }

  describeMachine(request: Request): object {
    refuseMetadataOnly(request);
    const { arn } = this.#facts(request);
    const { definitionId } = this.#ledger.standing(arn);
    const { model } = this.#machines.asOf(definitionId);
    return answerMachineOf({ model, ...this.#machines.revision(definitionId) });
  }

  history(request: Request): object {
    const { arn, eventCount } = this.#facts(request);
    const read = (from: number, to: number) => this.#ledger.events(arn, from, to);
    return answerHistory(eventCount, read, request);
  }

  list(request: Request): object {
    refuseMembers(request, ['mapRunArn', 'redriveFilter'], 'there are no map runs');
    const machineArn = this.#machines.get(requiredText(request, 'stateMachineArn')).model.arn;
    const before = lastAnswered(request);
    const status = readStatus(request);
    const limit = pageSize(request);
    const { found, last } = this.#ledger.list({ machineArn, status, before, limit });
    const executions = found.map(answerListed);
    return last === undefined ? { executions } : { executions, nextToken: tokenAfter(last) };
  }

  /** What a kill interrupted goes on. */
  resume(): void {
    for (const standing of this.#ledger.interrupted()) {
      const machine = this.#machines.asOf(standing.definitionId);
      const execution = new Execution(machine, standing, this.#surroundings);
      this.#ledger.run(execution);
      execution.resume();
    }
  }

  #facts(request: Request): ExecutionFacts {
    const arn = requiredText(request, 'executionArn');
    if (arn.includes(':execution:')) return this.#ledger.get(arn);
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of an execution`);
  }

  #machine(request: Request): KeptMachine {
    const machine = this.#machines.get(requiredText(request, 'stateMachineArn'));
    if (machine.status === 'ACTIVE') return machine;
    throw new AwsError('StateMachineDeleting', `State Machine Deleting: '${machine.model.arn}'`);
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

function limitedText(request: Request, member: string, longest: number): string | undefined {
  const text = optionalText(request, member);
  if (text === undefined || text.length <= longest) return text;
  throw invalid(
    `Value at '${member}' has ${text.length} characters, at most ${longest} are allowed`,
  );
}

function readStatus(request: Request): Status | undefined {
  const filter = optionalText(request, 'statusFilter');
  const status = statuses.find((known) => known === filter);
  if (filter === undefined || status) return status;
  throw invalid(`Value at 'statusFilter' must be one of ${statuses.join(', ')}, got ${filter}`);
}

/** The same start again while it runs is the same answer; any other use of the name is refused. */
function answerRepeated(existing: ExecutionFacts, input: string): object {
  if (existing.status === 'RUNNING' && existing.input === input) return answerStarted(existing);
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
}

const answerStarted = ({ arn, startMs }: ExecutionFacts): object => ({
  executionArn: arn,
  startDate: startMs / 1000,
});
