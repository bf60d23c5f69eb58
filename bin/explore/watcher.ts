/**
 * Sees one run as it is: rows when they are committed, messages when they are accepted, invocations
 * when they end, whatever faults make of it further out. Asks every checker after everything it sees.
 */
import { createHash } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynoxideDatabase } from '../../local/dynamodb/database.ts';
import { type RawItem, tablesOf } from '../../local/dynamodb/request-items.ts';
import type { Engine } from '../../local/engine.ts';
import { targetOf } from '../../local/explorer/injector.ts';
import type { Past } from '../../local/explorer/stale-reads.ts';
import type { Call } from '../../local/gateway/gateway.ts';
import type { AwsError } from '../../local/gateway/service.ts';
import type { LogEntry } from '../../local/lambda/function-pool.ts';
import type { TableModel } from '../../local/template/model.ts';
import type { Checker, Invariant } from './invariants/invariant.ts';
import {
  type Change,
  type Execution,
  type Happening,
  type Operation,
  type QuietWorld,
  type Row,
  type Sent,
  type Struck,
  type Table,
  tables,
  type World,
} from './world.ts';

export interface Violation {
  readonly invariant: string;
  readonly name: string;
  readonly problem: string;
  readonly step: number;
  readonly atMs: number;
}

export interface WatcherSettings {
  readonly engine: Engine;
  readonly database: DynoxideDatabase;
  readonly invariants: readonly Invariant[];
  readonly entryOf: (functionName: string) => string;
  /** Short name of a table or queue. */
  readonly placeOf: (physicalName: string) => string;
  readonly mayPark: boolean;
}

/** `state`: equal for equal contents, which the stored text need not be. */
type Kept = { readonly text: string; readonly state: string; readonly row: Row };
type Seen = Happening extends infer H
  ? H extends Happening
    ? Omit<H, 'step' | 'atMs'>
    : never
  : never;
type Overwritten = { readonly item: RawItem | undefined; readonly atMs: number };

/** Functions log it; anything that writes, writes by one of these. */
const writes = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
]);
/** How far the reads of a provider, and of an index, may lag behind its writes. */
const longestLagMs = 10_000;

export class Watcher implements World, Past {
  readonly happenings: Happening[] = [];
  readonly operations: Operation[] = [];
  readonly faults: Struck[] = [];
  readonly violations: Violation[] = [];
  /** Calls that a service has refused: `<entry> <action>.<place>:<code>`, and so `at <status>` of what they met. */
  readonly refusals = new Set<string>();
  mayPark: boolean;
  readonly #settings: WatcherSettings;
  readonly #checkers: readonly (readonly [Invariant, Checker])[];
  readonly #models = new Map<string, { readonly table: Table; readonly model: TableModel }>();
  readonly #rows = new Map<Table, Map<string, Kept>>();
  readonly #overwritten = new Map<string, Overwritten>();
  #step = 0;

  constructor(settings: WatcherSettings) {
    this.#settings = settings;
    const { engine, invariants } = settings;
    this.mayPark = settings.mayPark;
    this.#checkers = invariants.map((invariant) => [invariant, invariant.watch()] as const);
    for (const model of engine.model.tables) {
      const table = tables.find((name) => model.logicalId.startsWith(name));
      if (table) this.#models.set(model.name, { table, model });
    }
    for (const [name, { table }] of this.#models) this.#rows.set(table, this.#read(name));
    engine.gateway.intercept((call, next) => this.#watchCall(call, next));
    engine.lambdas.intercept(async (invocation, next) => {
      const outcome = await next();
      const { functionName, source, event } = invocation;
      const entry = settings.entryOf(functionName);
      const answer = outcome.kind === 'ok' ? outcome.payload : undefined;
      const ended = outcome.kind === 'error' ? outcome.errorType : outcome.kind;
      const message = outcome.kind === 'error' ? outcome.errorMessage : undefined;
      const delivery = { entry, source, event, outcome: ended, answer, message };
      this.#see({ kind: 'delivery', delivery });
      return outcome;
    });
    engine.kernel.log.listen(({ kind, table }) => {
      if (kind === 'dynamodb.expire') this.#noteWrites([String(table)], 'engine');
    });
  }

  now(): number {
    return this.#settings.engine.kernel.now();
  }

  rows(table: Table): readonly Row[] {
    return [...(this.#rows.get(table)?.values() ?? [])].map(({ row }) => row);
  }

  row(table: Table, key: string): Row | undefined {
    return this.#rows.get(table)?.get(key)?.row;
  }

  noteOperation(operation: Operation): void {
    if (operation.outcome === 'pending') {
      this.operations.push(operation);
      return;
    }
    this.#see({ kind: 'answer', operation });
  }

  noteLog({ functionName, level, line }: LogEntry): void {
    const entry = this.#settings.entryOf(functionName);
    this.#see({ kind: 'log', log: { entry, level, line } });
  }

  noteFault(struck: Struck): void {
    this.faults.push(struck);
    this.#see({ kind: 'fault', struck });
  }

  before(tableName: string, item: RawItem): { item: RawItem | undefined } | undefined {
    const found = this.#models.get(tableName);
    if (!found) return undefined;
    const { partitionKey, sortKey } = found.model;
    const key = keyText([item[partitionKey], sortKey === undefined ? undefined : item[sortKey]]);
    const overwritten = this.#overwritten.get(`${found.table} ${key}`);
    const isRecent = overwritten && this.now() - overwritten.atMs <= longestLagMs;
    return isRecent ? overwritten : undefined;
  }

  /** Equal when rows, queues and what runs are equal, times and random ids aside. */
  stateDigest(): string {
    const { sqs, pending } = this.#settings.engine;
    const rows = [...this.#rows].map(([table, kept]) => [
      table,
      [...kept].map(([key, row]) => `${key} ${row.state}`).sort(),
    ]);
    const state = JSON.stringify([rows, sqs.depths(), pending().sort()]);
    return createHash('sha1').update(state.replace(passing, '·')).digest('base64');
  }

  /** Once everything is quiet. */
  async checkAtRest(): Promise<void> {
    const world = await this.#quietWorld();
    for (const [invariant, { atRest }] of this.#checkers)
      this.#report(
        invariant,
        answered(() => atRest?.(world)),
      );
  }

  /** What no invariant of the charter says, but no run may show either. */
  blame(name: string, problems: readonly string[]): void {
    this.#report({ id: 'run', name }, problems);
  }

  #report({ id, name }: Pick<Invariant, 'id' | 'name'>, problems: readonly string[]): void {
    for (const problem of problems)
      this.violations.push({ invariant: id, name, problem, step: this.#step, atMs: this.now() });
  }

  async #watchCall(call: Call, next: () => Promise<object>): Promise<object> {
    const by = this.#settings.entryOf(call.caller.name);
    const answer = await next().catch((error: unknown) => this.#noteRefusal(call, by, error));
    this.#step++;
    if (call.service === 'sqs') this.#noteSent(call, answer, by);
    else if (writes.has(call.action)) this.#noteWrites(tablesOf(call.action, call.input), by);
    return answer;
  }

  #noteRefusal(call: Call, by: string, error: unknown): never {
    const { code = '', members = {} } = error as Partial<AwsError>;
    const place = this.#settings.placeOf(targetOf(call));
    const refusal = `${by} ${call.action}.${place}:${code}`;
    this.refusals.add(refusal);
    for (const status of statusesMet(members)) this.refusals.add(`${refusal} at ${status}`);
    throw error;
  }

  #noteWrites(names: readonly string[], by: string): void {
    for (const name of new Set(names)) {
      const found = this.#models.get(name);
      if (found)
        for (const change of this.#changes(name, found.table, by))
          this.#see({ kind: 'change', change });
    }
  }

  #changes(name: string, table: Table, by: string): Change[] {
    const old = this.#rows.get(table) ?? new Map<string, Kept>();
    const now = this.#read(name, old);
    this.#rows.set(table, now);
    const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
      (key) => old.get(key)?.state !== now.get(key)?.state,
    );
    return changed.map((key) => {
      const before = old.get(key);
      const item = before && (JSON.parse(before.text) as RawItem);
      this.#overwritten.set(`${table} ${key}`, { item, atMs: this.now() });
      return { table, key, before: before?.row, after: now.get(key)?.row, by };
    });
  }

  #read(name: string, old?: ReadonlyMap<string, Kept>): Map<string, Kept> {
    const rows = this.#settings.database.rows(name);
    return new Map(
      rows.map(({ pk, sk, item_json: text }) => {
        const key = [pk, sk]
          .filter((part) => part !== '')
          .map(withoutType)
          .join('|');
        const kept = old?.get(key);
        if (kept?.text === text) return [key, kept];
        const item = JSON.parse(text) as Parameters<typeof unmarshall>[0];
        return [key, { text, state: stateOf(item), row: unmarshall(item) }];
      }),
    );
  }

  #noteSent({ action, input }: Call, answer: object, by: string): void {
    for (const body of acceptedBodies(action, input, answer)) {
      const queue = this.#queueOf(input.QueueUrl);
      const sent: Sent = { queue, body, by };
      this.#see({ kind: 'sent', sent });
    }
  }

  #queueOf(url: unknown): string {
    const { queues } = this.#settings.engine.model;
    return queues.find((queue) => queue.url === url)?.logicalId ?? String(url);
  }

  #see(seen: Seen): void {
    const happening = { ...seen, step: this.#step, atMs: this.now() } as Happening;
    this.happenings.push(happening);
    for (const [invariant, { always }] of this.#checkers) {
      const problems = answered(() => always?.(happening, this));
      if (problems.length > 0) this.#report(invariant, problems);
    }
  }

  async #quietWorld(): Promise<QuietWorld> {
    const { engine } = this.#settings;
    const executions: Execution[] = await Promise.all(
      (await engine.executions()).map(async ({ name, executionArn: arn, status }) => ({
        ...{ name, arn, status },
        states: (await engine.history(arn))
          .filter(({ type }) => type.endsWith('StateEntered'))
          .map(({ stateEnteredEventDetails: detail }) => (detail as { name: string }).name),
      })),
    );
    const { happenings, operations, faults, mayPark } = this;
    const objects = engine.model.buckets.flatMap(({ name }) => engine.s3.objects(name));
    return {
      ...{ happenings, operations, faults, mayPark, executions },
      now: () => this.now(),
      rows: (table) => this.rows(table),
      row: (table, key) => this.row(table, key),
      deadLetters: this.#deadLetters(),
      failureObjects: objects.map(({ key }) => key),
      pending: engine.pending(),
    };
  }

  #deadLetters(): Record<string, readonly string[]> {
    const { model, sqs } = this.#settings.engine;
    const dead = new Set(model.queues.map(({ redrive }) => redrive?.deadLetterArn));
    const found = model.queues
      .filter(({ arn }) => dead.has(arn))
      .map(
        ({ logicalId, name }) => [logicalId, sqs.messages(name).map(({ body }) => body)] as const,
      );
    return Object.fromEntries(found.filter(([, bodies]) => bodies.length > 0));
  }
}

/** What a checker cannot make sense of is no harm to the run, but it is not right either. */
function answered(check: () => readonly string[] | undefined): readonly string[] {
  try {
    return check() ?? [];
  } catch (error) {
    return [`cannot be judged: ${error}`];
  }
}

interface Met {
  readonly Item?: { readonly status?: { readonly S?: string } };
}

/** Of the rows that refused a write, where it asked to be told of them. */
function statusesMet(members: Met & { readonly CancellationReasons?: readonly Met[] }): string[] {
  const met = [members, ...(members.CancellationReasons ?? [])];
  return met.flatMap(({ Item }) => Item?.status?.S ?? []);
}

/** dynoxide stores the attributes of an item in no order at all. */
const stateOf = (item: object): string => JSON.stringify(item, withSortedKeys);

const withSortedKeys = (_: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** dynoxide stores a key as `S:abc`. */
const withoutType = (part: string): string => part.slice(part.indexOf(':') + 1);

/** Times, in seconds or milliseconds or ISO 8601, UUIDs, and random numbers in hexadecimal. */
const passing =
  /\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{10,13}(\.\d+)?\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-fA-F]{12,}/g;

const keyText = (values: readonly (Record<string, unknown> | undefined)[]): string =>
  values
    .filter((value) => value !== undefined)
    .map((value) => String(Object.values(value)[0]))
    .join('|');

type Entry = { readonly Id: string; readonly MessageBody: string };

function acceptedBodies(action: string, input: Record<string, unknown>, answer: object): string[] {
  if (action === 'SendMessage') return [String(input.MessageBody)];
  if (action !== 'SendMessageBatch') return [];
  const { Successful = [] } = answer as { Successful?: { Id: string }[] };
  const accepted = new Set(Successful.map(({ Id }) => Id));
  return (input.Entries as Entry[])
    .filter(({ Id }) => accepted.has(Id))
    .map(({ MessageBody }) => MessageBody);
}
