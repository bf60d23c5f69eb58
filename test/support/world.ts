/**
 * A world of a few happenings, told by a test: each is shown to one invariant's checker as soon as the
 * world contains it. What a checker finds is collected; what is at rest is said by the test.
 */
import type { Invariant } from '../../bin/explore/invariants/invariant.ts';
import type {
  Change,
  Delivery,
  Execution,
  Happening,
  Operation,
  QuietWorld,
  Row,
  Struck,
  Table,
} from '../../bin/explore/world.ts';

type Told<K extends Happening['kind']> = Omit<Extract<Happening, { kind: K }>, 'step' | 'atMs'>;
type AnyTold = { [K in Happening['kind']]: Told<K> }[Happening['kind']];
type Answer = Pick<Operation, 'status' | 'headers' | 'json'> & { readonly text?: string };
type Asked = Operation['request'] & { readonly as?: string };

export class ToldWorld implements QuietWorld {
  readonly happenings: Happening[] = [];
  readonly operations: Operation[] = [];
  readonly faults: Struck[] = [];
  mayPark = false;
  executions: readonly Execution[] = [];
  deadLetters: Readonly<Record<string, readonly string[]>> = {};
  failureObjects: readonly string[] = [];
  pending: readonly string[] = [];
  nowMs = Date.UTC(2026, 2, 14, 12);
  readonly #tables = new Map<Table, Map<string, Row>>();
  readonly #checker: ReturnType<Invariant['watch']>;
  readonly #found: string[] = [];
  #step = 0;

  constructor(invariant: Invariant) {
    this.#checker = invariant.watch();
  }

  now(): number {
    return this.nowMs;
  }

  rows(table: Table): readonly Row[] {
    return [...(this.#tables.get(table)?.values() ?? [])];
  }

  row(table: Table, key: string): Row | undefined {
    return this.#tables.get(table)?.get(key);
  }

  /** A row as it is before the story begins. */
  given(table: Table, key: string, row: Row): void {
    this.#put(table, key, row);
  }

  /** One write; undefined deletes. */
  write(table: Table, key: string, row: Row | undefined, by = 'somebody'): void {
    this.transact([{ table, key, row }], by);
  }

  /** Several writes that are one. */
  transact(
    writes: readonly { table: Table; key: string; row: Row | undefined }[],
    by = 'somebody',
  ): void {
    const changes = writes.map(({ table, key, row }): Change => {
      const before = this.row(table, key);
      this.#put(table, key, row);
      return { table, key, before, after: row, by };
    });
    this.#step++;
    for (const change of changes) this.#tell({ kind: 'change', change });
  }

  send(queue: string, body: unknown, by = 'relay-outbox'): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.#next({ kind: 'sent', sent: { queue, body: text, by } });
  }

  deliver(delivery: Partial<Delivery> & Pick<Delivery, 'entry' | 'event'>): void {
    const usual = { source: 'states.saga', outcome: 'ok', answer: null };
    this.#next({ kind: 'delivery', delivery: { ...usual, ...delivery } });
  }

  /** Messages to a consumer, by id; those in `failed` are given back. */
  consume(
    entry: string,
    messages: Readonly<Record<string, unknown>>,
    { failed = [], outcome = 'ok' }: { failed?: readonly string[]; outcome?: string } = {},
  ): void {
    const Records = Object.entries(messages).map(([messageId, body]) => ({
      messageId,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const answer = { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    this.deliver({ entry, source: `sqs:${entry}`, event: { Records }, outcome, answer });
  }

  /** A request that is on its way. */
  ask({ as: client = 'alice', ...request }: Asked): Operation {
    const operation: Operation = { client, request, startedMs: this.nowMs, outcome: 'pending' };
    this.operations.push(operation);
    return operation;
  }

  answer(operation: Operation, answer: Answer): void {
    const { status = 0, json } = answer;
    const outcome = status >= 500 ? 'info' : status >= 400 ? 'fail' : 'ok';
    const text = answer.text ?? (json === undefined ? '' : JSON.stringify(json));
    Object.assign(operation, { ...answer, text, outcome, endedMs: this.nowMs });
    this.#next({ kind: 'answer', operation });
  }

  /** A request and its answer, with nothing in between. */
  exchange(asked: Asked, answer: Answer): void {
    this.answer(this.ask(asked), answer);
  }

  log(line: string, entry = 'somebody'): void {
    this.#next({ kind: 'log', log: { entry, level: 'error', line } });
  }

  strike(site = 'somewhere'): void {
    const struck = { site, kind: 'crash', atMs: this.nowMs };
    this.faults.push(struck);
    this.#next({ kind: 'fault', struck });
  }

  /** What was found on the way. */
  found(): readonly string[] {
    return this.#found;
  }

  /** What was found on the way, and at rest. */
  atRest(): readonly string[] {
    return [...this.#found, ...(this.#checker.atRest?.(this) ?? [])];
  }

  #put(table: Table, key: string, row: Row | undefined): void {
    const rows = this.#tables.get(table) ?? new Map<string, Row>();
    this.#tables.set(table, rows);
    if (row) rows.set(key, row);
    else rows.delete(key);
  }

  #next(told: AnyTold): void {
    this.#step++;
    this.#tell(told);
  }

  #tell(told: AnyTold): void {
    const happening = { ...told, step: this.#step, atMs: this.nowMs } as Happening;
    this.happenings.push(happening);
    this.#found.push(...(this.#checker.always?.(happening, this) ?? []));
  }
}
