/**
 * The API's actions on machines. What the engine would not do for a machine (Express, versions, logs,
 * traces, keys, tags) is refused when somebody asks for it.
 */
import { AwsError } from '../gateway/service.ts';
import { accountId, region } from '../template/model.ts';
import { answerListedMachine, answerMachine } from './answers.ts';
import type { Books } from './execution-actions.ts';
import { DefinitionError } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { KeptMachine, MachineBook, MachineDraft } from './machine-book.ts';
import { checkName } from './names.ts';
import {
  lastAnswered,
  optionalText,
  pageSize,
  type Request,
  refuseMembers,
  refuseMetadataOnly,
  requiredText,
  tokenAfter,
} from './request.ts';

const maxDefinitionBytes = 1024 * 1024;
const roleArnForm = /^arn:aws:iam::\d{12}:role\/.+$/;

/** Settings at which a machine is what the engine runs. */
const settings: Readonly<Record<string, readonly string[]>> = {
  loggingConfiguration: ['{"level":"OFF"}', '{"level":"OFF","includeExecutionData":false}'],
  tracingConfiguration: ['{"enabled":false}'],
  encryptionConfiguration: ['{"type":"AWS_OWNED_KEY"}'],
  publish: ['false'],
  tags: ['[]'],
};

export class MachineActions {
  readonly #ledger: Ledger;
  readonly #machines: MachineBook;

  constructor({ ledger, machines }: Books) {
    this.#ledger = ledger;
    this.#machines = machines;
  }

  create(request: Request): object {
    const name = checkName(requiredText(request, 'name'));
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    const text = requiredText(request, 'definition');
    const roleArn = checkRole(requiredText(request, 'roleArn'));
    checkSettings(request);
    const existing = this.#machines.find(arn);
    if (existing) return answerRepeated(existing, text);
    return answerCreated(refusing(() => this.#machines.create(draftOf(arn, text, roleArn))));
  }

  update(request: Request): object {
    const { model, text: before } = this.#active(request);
    const text = optionalText(request, 'definition');
    const roleArn = optionalText(request, 'roleArn');
    checkSettings(request);
    if (text === undefined && roleArn === undefined) {
      const problem = 'Either the definition, the role ARN, or both must be specified';
      throw new AwsError('MissingRequiredParameter', problem);
    }
    const draft = draftOf(model.arn, text ?? before, checkRole(roleArn ?? model.roleArn));
    const { updatedMs, revisionId } = refusing(() =>
      this.#machines.update({ ...draft, logicalId: model.logicalId }),
    );
    return { updateDate: updatedMs / 1000, revisionId };
  }

  /** Gone at once when nothing of it runs; a machine that is not there counts as deleted. */
  delete(request: Request): object {
    const machine = this.#machines.find(machineArn(request));
    if (machine) this.#machines.markDeleting(machine.model.arn);
    if (machine) this.finishDeletion(machine.model.arn);
    return {};
  }

  /** With the last of its executions a machine under deletion goes, and they with it. */
  finishDeletion(arn: string): void {
    if (this.#machines.find(arn)?.status !== 'DELETING') return;
    if (this.#ledger.openOf(arn).length > 0) return;
    this.#machines.remove(arn);
    this.#ledger.forgetMachine(arn);
  }

  describe(request: Request): object {
    refuseMetadataOnly(request);
    return answerMachine(this.#machines.get(machineArn(request)));
  }

  list(request: Request): object {
    const after = lastAnswered(request) ?? 0;
    const limit = pageSize(request);
    const left = this.#machines.all().filter(({ number }) => number > after);
    const page = left.slice(0, limit);
    const last = page.at(-1);
    const stateMachines = page.map(answerListedMachine);
    if (last === undefined || left.length <= limit) return { stateMachines };
    return { stateMachines, nextToken: tokenAfter(last.number) };
  }

  #active(request: Request): KeptMachine {
    const machine = this.#machines.get(machineArn(request));
    if (machine.status === 'DELETING') throw deleting(machine);
    return machine;
  }
}

function machineArn(request: Request): string {
  const arn = requiredText(request, 'stateMachineArn');
  if (arn.includes(':stateMachine:')) return arn;
  throw new AwsError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of a state machine`);
}

function checkRole(roleArn: string): string {
  if (roleArnForm.test(roleArn)) return roleArn;
  throw new AwsError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
}

function checkSettings(request: Request): void {
  const type = optionalText(request, 'type') ?? 'STANDARD';
  if (type !== 'STANDARD') {
    const problem = `The local engine runs STANDARD state machines only, got ${type}`;
    throw new AwsError('StateMachineTypeNotSupported', problem);
  }
  refuseMembers(request, ['versionDescription'], 'there are no versions');
  for (const [member, known] of Object.entries(settings)) {
    const value = request[member] === undefined ? known[0] : JSON.stringify(request[member]);
    if (value !== undefined && known.includes(value)) continue;
    const problem = `The local engine does not emulate ${member} ${value}, only ${known.join(' or ')}`;
    throw new AwsError('ValidationException', problem);
  }
}

function draftOf(arn: string, text: string, roleArn: string): MachineDraft {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxDefinitionBytes) {
    throw invalidDefinition(`it has ${bytes} bytes, at most ${maxDefinitionBytes} are allowed`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalidDefinition(`it is not JSON: ${String(error)}`);
  }
  const name = arn.split(':').at(-1) ?? arn;
  return { logicalId: name, name, arn, roleArn, text };
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw invalidDefinition(error.message);
  }
}

const invalidDefinition = (problem: string): AwsError =>
  new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problem}'`);

const deleting = ({ model }: KeptMachine): AwsError =>
  new AwsError('StateMachineDeleting', `State Machine Deleting: '${model.arn}'`);

/** The same machine again is the same answer, whatever its role; the first one's role stays. */
function answerRepeated(existing: KeptMachine, text: string): object {
  if (existing.status === 'DELETING') throw deleting(existing);
  if (existing.text === text) return answerCreated(existing);
  const problem = `State Machine Already Exists: '${existing.model.arn}'`;
  throw new AwsError('StateMachineAlreadyExists', problem);
}

const answerCreated = ({ model, createdMs }: KeptMachine): object => ({
  stateMachineArn: model.arn,
  creationDate: createdMs / 1000,
});
