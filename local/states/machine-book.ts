/**
 * The state machines there are, in the journal: those of the template and those that clients made. Every
 * definition that an execution started with stays until its machine is gone.
 */
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { MachineModel } from '../template/model.ts';
import { parseDefinition } from './asl.ts';
import { uuid } from './jsonata-functions.ts';
import { type MachineStatements, prepareMachines } from './machine-statements.ts';
import type { Machine } from './surroundings.ts';

export type MachineStatus = 'ACTIVE' | 'DELETING';
type Origin = 'template' | 'api';

/** A machine as it is now, or as it was when one of its executions started. */
export interface KeptMachine extends Machine {
  /** In the order they were made. */
  readonly number: number;
  readonly text: string;
  readonly status: MachineStatus;
  readonly createdMs: number;
  /** When this definition was made. */
  readonly updatedMs: number;
  /** None before the first update. */
  readonly revisionId: string | undefined;
}

export type MachineDraft = Pick<MachineModel, 'logicalId' | 'name' | 'arn' | 'roleArn'> & {
  /** The definition as it was written. */
  readonly text: string;
};

export class MachineBook {
  readonly #kernel: Kernel;
  readonly #sql: MachineStatements;
  readonly #current = new Map<string, KeptMachine>();
  /** Parsed once: by the journal's number for the definition. */
  readonly #parsed = new Map<number, Machine>();

  constructor(kernel: Kernel, database: DatabaseSync) {
    this.#kernel = kernel;
    this.#sql = prepareMachines(database);
  }

  /**
   * At the start: the template's machines as they are now, beside what clients made before. Answers those
   * that the template had and has no more.
   */
  load(models: readonly MachineModel[]): string[] {
    const inTemplate = new Set(models.map(({ arn }) => arn));
    const others = this.#sql.all.all().filter(({ arn }) => !inTemplate.has(String(arn)));
    const gone = others.filter(({ origin }) => origin === 'template').map(({ arn }) => String(arn));
    for (const arn of gone) this.#letGo(arn);
    for (const { arn, origin } of others) if (origin === 'api') this.#read(String(arn));
    for (const model of models) this.#take(model);
    return gone;
  }

  find(arn: string): KeptMachine | undefined {
    return this.#current.get(arn);
  }

  get(arn: string): KeptMachine {
    const machine = this.find(arn);
    if (machine) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** In the order they were made. */
  all(): KeptMachine[] {
    return [...this.#current.values()].sort((a, b) => a.number - b.number);
  }

  /** The machine in the definition that an execution started with. */
  asOf(definitionId: number): Machine {
    const known = this.#parsed.get(definitionId);
    if (known) return known;
    const row = this.#sql.definition.get(definitionId);
    if (!row) throw new RangeError(`the journal has no definition ${definitionId}`);
    const model: MachineModel = {
      logicalId: String(row.logical_id),
      name: String(row.name),
      arn: String(row.machine),
      roleArn: String(row.role),
      type: 'STANDARD',
      definition: JSON.parse(String(row.text)),
    };
    return this.#parse(model, definitionId);
  }

  /** When and as which revision a definition was made, in its own words. */
  revision(definitionId: number): Pick<KeptMachine, 'text' | 'updatedMs' | 'revisionId'> {
    const row = this.#sql.definition.get(definitionId);
    if (!row) throw new RangeError(`the journal has no definition ${definitionId}`);
    const revisionId = row.revision === null ? undefined : String(row.revision);
    return { text: String(row.text), updatedMs: Number(row.made), revisionId };
  }

  /** Throws `DefinitionError` and writes nothing when the engine cannot run it. */
  create(draft: MachineDraft, origin: Origin = 'api'): KeptMachine {
    const { definition } = this.#checked(draft);
    this.#sql.atOnce(() => {
      const id = this.#define(draft, undefined);
      this.#sql.create.run(draft.arn, id, origin, this.#kernel.now());
      this.#parsed.set(id, { model: modelOf(draft), definition, definitionId: id });
    });
    return this.#read(draft.arn);
  }

  /** Executions that run go on as they started. */
  update(draft: MachineDraft): KeptMachine {
    const { definition } = this.#checked(draft);
    this.#sql.atOnce(() => {
      const id = this.#define(draft, uuid(this.#kernel));
      this.#sql.update.run(id, draft.arn);
      this.#parsed.set(id, { model: modelOf(draft), definition, definitionId: id });
    });
    return this.#read(draft.arn);
  }

  /** From now on its executions end at their next transition. */
  markDeleting(arn: string): void {
    this.#sql.markDeleting.run(arn);
    this.#read(arn);
  }

  /** Gone for good. */
  remove(arn: string): void {
    for (const { id } of this.#sql.definitionIds.all(arn)) this.#parsed.delete(Number(id));
    this.#sql.atOnce(() => {
      this.#sql.removeDefinitions.run(arn);
      this.#sql.remove.run(arn);
    });
    this.#current.delete(arn);
  }

  /** A machine that the template no longer has: nothing that is open may be lost with it. */
  #letGo(arn: string): void {
    const open = Number(this.#sql.countOpen.get(arn)?.count);
    if (open === 0) {
      this.remove(arn);
      return;
    }
    throw new Error(
      `the template no longer has the state machine ${arn}, and ${open} of its executions are open: ` +
        'start once more with the template that has it and let them end, or take another data folder',
    );
  }

  #take(model: MachineModel): void {
    const draft = { ...model, text: JSON.stringify(model.definition) };
    const known = this.#sql.machine.get(model.arn);
    if (!known) {
      this.create(draft, 'template');
      return;
    }
    const kept = this.#read(model.arn);
    if (kept.text !== draft.text || kept.model.roleArn !== draft.roleArn) this.update(draft);
  }

  #checked(draft: MachineDraft): Machine {
    const model = modelOf(draft);
    return { model, definition: parseDefinition(model, this.#kernel), definitionId: 0 };
  }

  #define({ arn, name, logicalId, roleArn, text }: MachineDraft, revision: string | undefined) {
    const made = this.#kernel.now();
    const row = this.#sql.define.get(arn, name, logicalId, roleArn, text, made, revision ?? null);
    return Number(row?.id);
  }

  #read(arn: string): KeptMachine {
    const row = this.#sql.machine.get(arn);
    if (!row) throw new RangeError(`the journal has no machine ${arn}`);
    const definitionId = Number(row.definition);
    const machine: KeptMachine = {
      ...this.asOf(definitionId),
      ...this.revision(definitionId),
      number: Number(row.number),
      status: String(row.status) as MachineStatus,
      createdMs: Number(row.created),
    };
    this.#current.set(arn, machine);
    return machine;
  }

  #parse(model: MachineModel, definitionId: number): Machine {
    const definition = parseDefinition(model, this.#kernel);
    const machine = { model, definition, definitionId };
    this.#parsed.set(definitionId, machine);
    return machine;
  }
}

const modelOf = ({ logicalId, name, arn, roleArn, text }: MachineDraft): MachineModel => ({
  ...{ logicalId, name, arn, roleArn },
  type: 'STANDARD',
  definition: JSON.parse(text),
});
