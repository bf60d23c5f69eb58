/**
 * The executions of all machines, in the journal: open ones can go on after a kill, closed ones take
 * no memory. A name belongs to one execution until 90 days after it closed; then AWS, and this, forget
 * the execution and free the name.
 */
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Execution } from './execution.ts';
import type { ExecutionFacts, Position, Standing, Status } from './facts.ts';
import type { Entry } from './history.ts';
import { entriesOf, factsOf, type Row, standingOf } from './ledger-rows.ts';
import { type LedgerStatements, prepareLedger } from './ledger-statements.ts';
import type { Keeper } from './surroundings.ts';

const retentionMs = 90 * 24 * 3600 * 1000;
const sweepEveryMs = 3600 * 1000;

export type NewExecution = Pick<Standing, 'arn' | 'name' | 'machineArn' | 'definitionId' | 'input'>;

export interface ListOptions {
  readonly machineArn: string;
  readonly status: Status | undefined;
  /** Lists only what was started before the execution of this number. */
  readonly before: number | undefined;
  readonly limit: number;
}

export class Ledger implements Keeper {
  readonly #kernel: Kernel;
  readonly #sql: LedgerStatements;
  readonly #running = new Map<string, Execution>();
  #sweepMs = 0;

  constructor(kernel: Kernel, database: DatabaseSync) {
    this.#kernel = kernel;
    this.#sql = prepareLedger(database);
  }

  // Writing: on disk when it returns.

  /** A new row; what runs it comes with `run`. */
  add(added: NewExecution): Standing {
    this.#forgetOldest();
    const { arn, name, machineArn, definitionId, input } = added;
    const startMs = this.#kernel.now();
    const row = this.#sql.add.get(arn, name, machineArn, definitionId, input, startMs);
    return standingOf(row as Row);
  }

  run(execution: Execution): void {
    this.#running.set(execution.arn, execution);
  }

  entered(execution: Execution): void {
    const { number, history, state, enteredId, variables } = execution;
    const events = JSON.stringify(history.unkept);
    const assigned = JSON.stringify(variables);
    this.#sql.enter.run(number, history.length, events, state, enteredId, assigned);
    history.kept();
  }

  closed(execution: Execution): void {
    const { number, status, stopMs, output, error, cause, history } = execution;
    const end = [output, error, cause].map((text) => text ?? null);
    const events = JSON.stringify(history.unkept);
    this.#sql.close.run(status, stopMs ?? null, ...end, history.length, events, number);
    history.kept();
    this.#running.delete(execution.arn);
  }

  /** Open again: what ended it becomes part of its history. `tokens` are those of its redrives. */
  redriven(execution: Execution, tokens: string): void {
    const { number, history, state, enteredId, variables, redriveCount, redriveMs } = execution;
    const position = [state, enteredId, JSON.stringify(variables)] as const;
    this.#sql.atOnce(() => {
      const events = JSON.stringify(history.unkept);
      const before = history.length - history.unkept.length;
      this.#sql.keepEnding.run(before, ...position, number);
      this.#sql.enter.run(number, history.length, events, ...position);
      this.#sql.reopen.run(redriveCount, redriveMs ?? null, tokens, number);
    });
    history.kept();
  }

  /** Every execution of a machine that is gone. */
  forgetMachine(machineArn: string): void {
    this.#sql.atOnce(() => {
      this.#sql.forgetMachineHistory.run(machineArn);
      this.#sql.forgetMachine.run(machineArn);
    });
  }

  // Reading.

  running(): Iterable<Execution> {
    return this.#running.values();
  }

  openOf(machineArn: string): Execution[] {
    return [...this.#running.values()].filter((each) => each.machineArn === machineArn);
  }

  find(arn: string): ExecutionFacts | undefined {
    const running = this.#running.get(arn);
    if (running) return running;
    const row = this.#sql.find.get(arn);
    if (!row) return undefined;
    if (row.stopped === null || Number(row.stopped) >= this.#oldestMs()) return factsOf(row);
    this.#forget();
    return undefined;
  }

  get(arn: string): ExecutionFacts {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** One that runs now. */
  open(arn: string): Execution | undefined {
    return this.#running.get(arn);
  }

  /** All that is known of an execution, as far as it was written down. */
  standing(arn: string): Standing & { readonly tokens: string } {
    const row = this.#sql.find.get(arn);
    if (!row) throw new RangeError(`the journal has no execution ${arn}`);
    const last = this.#sql.last.get(Number(row.number));
    const position = last && this.#positionOf(last);
    const eventCount = Number(last?.last ?? 0);
    return { ...standingOf(row, { position, eventCount }), tokens: String(row.tokens) };
  }

  /** What was running when the process ended, oldest first. */
  interrupted(): Standing[] {
    return this.#sql.running.all().map(({ arn }) => this.standing(String(arn)));
  }

  /** The events from `from` to `to`, both included, counted from 1. */
  events(arn: string, from: number, to: number): Entry[] {
    const row = this.#sql.find.get(arn);
    const found: Entry[] = [];
    if (!row) return found;
    const collect = (last: number, entries: readonly Entry[]) => {
      const first = last - entries.length + 1;
      found.push(...entries.slice(Math.max(0, from - first), Math.max(0, to - first + 1)));
    };
    for (const { last, events } of this.#sql.events.iterate(Number(row.number), from)) {
      const entries = entriesOf(events);
      if (Number(last) - entries.length >= to) break;
      collect(Number(last), entries);
    }
    const unkept = this.#running.get(arn)?.history.unkept ?? entriesOf(row.ending);
    collect(this.find(arn)?.eventCount ?? 0, unkept);
    return found;
  }

  /** Newest first. */
  list({ machineArn, status, before, limit }: ListOptions): {
    found: ExecutionFacts[];
    last: number | undefined;
  } {
    const rows = this.#sql.list
      .all(
        machineArn,
        before ?? Number.MAX_SAFE_INTEGER,
        status ?? null,
        this.#oldestMs(),
        limit + 1,
      )
      .slice(0, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? Number(page.at(-1)?.number) : undefined;
    return { found: page.map((row) => this.#running.get(String(row.arn)) ?? factsOf(row)), last };
  }

  /** Nothing before the first state: the execution's own input stands for it. */
  #positionOf({ execution, state, entered, variables }: Row): Position | undefined {
    const enteredId = Number(entered);
    if (enteredId === 0) return undefined;
    const kept = this.#sql.entry.get(Number(execution), enteredId);
    const [, enteredMs = 0, detail] = entriesOf(kept?.events).at(-1) ?? [];
    const text = String(detail?.input);
    return { state: String(state), enteredId, enteredMs, text, variables: String(variables) };
  }

  #oldestMs(): number {
    return this.#kernel.now() - retentionMs;
  }

  /** Now and then, so that long runs stay bounded. */
  #forgetOldest(): void {
    if (this.#kernel.now() >= this.#sweepMs) this.#forget();
  }

  #forget(): void {
    this.#sweepMs = this.#kernel.now() + sweepEveryMs;
    this.#sql.atOnce(() => {
      this.#sql.forgetHistory.run(this.#oldestMs());
      this.#sql.forget.run(this.#oldestMs());
    });
  }
}
