/**
 * Eventual consistency on demand: beside each table a copy that every change reaches late, from which
 * weakly consistent reads are answered. Who asks for it, and what writes, is not its business.
 */
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { TableModel } from '../template/model.ts';
import type { DynamoClient, Output } from './client.ts';
import type { ItemKey, RawItem } from './request-items.ts';
import { ensureTable } from './tables.ts';

type Input = Record<string, unknown>;

export interface Lag {
  /** A change shows in weakly consistent reads at a random moment up to this long after it. 0 ends it. */
  readonly longestMs: number;
  /**
   * `indexes`: queries and scans of indexes only; `all`: also the table's own reads that do not ask
   * for ConsistentRead. @default all
   */
  readonly reads?: 'indexes' | 'all';
}

const api = 'DynamoDB_20120810.';
const suffix = '.lagging';
const copyOf = (table: string): string => `${table}${suffix}`;
const originalOf = (table: string): string =>
  table.endsWith(suffix) ? table.slice(0, -suffix.length) : table;

export class LaggingCopies {
  readonly #kernel: Kernel;
  readonly #client: DynamoClient;
  readonly #tables: () => readonly TableModel[];
  #lag: Required<Lag> = { longestMs: 0, reads: 'all' };
  /** A table that is created later has none, and is read as it is. */
  readonly #copied = new Set<string>();
  #isReady = false;
  /** Changes reach the copies in the order in which they were made, and after what was there before. */
  #arrived: Promise<void> = Promise.resolve();

  constructor(kernel: Kernel, client: DynamoClient, tables: () => readonly TableModel[]) {
    this.#kernel = kernel;
    this.#client = client;
    this.#tables = tables;
  }

  async lag({ longestMs, reads = 'all' }: Lag): Promise<void> {
    const isNew = this.#lag.longestMs === 0 && longestMs > 0;
    this.#lag = { longestMs, reads };
    if (!isNew) return;
    this.#isReady = false;
    const made = this.#arrived.then(() => this.#copyAll());
    this.#arrived = made.catch(() => {});
    await made;
    this.#isReady = true;
  }

  /** The input as it is, or of the copy if the read is weakly consistent. */
  redirect(action: string, input: Input): Input {
    if (this.#lag.longestMs === 0 || !this.#isReady) return input;
    if (action === 'BatchGetItem') return { ...input, RequestItems: this.#redirectBatch(input) };
    if (!['GetItem', 'Query', 'Scan'].includes(action)) return input;
    return { ...input, TableName: this.#source(String(input.TableName), input) };
  }

  /** The output of a redirected read, under the tables' own names. */
  restore(output: Output): Output {
    if (this.#lag.longestMs === 0) return output;
    const { ConsumedCapacity, Responses, UnprocessedKeys } = output;
    return {
      ...output,
      ...(ConsumedCapacity !== undefined && { ConsumedCapacity: underOwnName(ConsumedCapacity) }),
      ...(Responses !== undefined && { Responses: underOwnNames(Responses) }),
      ...(UnprocessedKeys !== undefined && { UnprocessedKeys: underOwnNames(UnprocessedKeys) }),
    };
  }

  /** Takes the items as they now are to the copies, later. */
  async noteWritten(items: () => readonly ItemKey[]): Promise<void> {
    if (this.#lag.longestMs === 0) return;
    for (const { table, key } of items().filter((item) => this.#copied.has(item.table))) {
      const { Item } = await this.#client.send(`${api}GetItem`, {
        TableName: table,
        Key: key,
        ConsistentRead: true,
      });
      const delayMs = this.#kernel.random() * this.#lag.longestMs;
      const onItsWay = sleep(this.#kernel, delayMs, `a change on its way to ${copyOf(table)}`);
      this.#arrived = this.#arrived
        .then(() => onItsWay)
        .then(() => this.#apply(copyOf(table), key, Item))
        .catch((error: unknown) =>
          this.#kernel.trace({ kind: 'dynamodb.copy-failed', table, error: String(error) }),
        );
    }
  }

  #redirectBatch(input: Input): Record<string, unknown> {
    const requests = Object.entries(input.RequestItems as Record<string, Input>);
    return Object.fromEntries(
      requests.map(([table, request]) => [this.#source(table, request), request]),
    );
  }

  /** From where a read of the table is answered. */
  #source(table: string, { ConsistentRead, IndexName }: Input): string {
    const isWeak =
      ConsistentRead !== true && (this.#lag.reads === 'all' || IndexName !== undefined);
    return isWeak && this.#copied.has(table) ? copyOf(table) : table;
  }

  async #copyAll(): Promise<void> {
    this.#copied.clear();
    for (const { name } of this.#tables()) this.#copied.add(name);
    for (const table of this.#tables()) await this.#copy(table);
  }

  async #copy({ name, createTable, ...table }: TableModel): Promise<void> {
    const { StreamSpecification: _, ...rest } = createTable;
    const copy = { ...rest, TableName: copyOf(name) };
    await this.#remove(copyOf(name));
    await ensureTable(this.#client, { ...table, name: copyOf(name), createTable: copy });
    let ExclusiveStartKey: unknown;
    do {
      const input = { TableName: name, ConsistentRead: true, ExclusiveStartKey };
      const page = await this.#client.send(`${api}Scan`, input);
      for (const Item of page.Items as RawItem[]) await this.#put(copyOf(name), Item);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /** Left by an earlier run, or by a lag that has ended. */
  async #remove(TableName: string): Promise<void> {
    const { TableNames } = await this.#client.send(`${api}ListTables`, {});
    if ((TableNames as string[]).includes(TableName))
      await this.#client.send(`${api}DeleteTable`, { TableName });
  }

  async #apply(TableName: string, Key: RawItem, Item: unknown): Promise<void> {
    if (Item) await this.#put(TableName, Item as RawItem);
    else await this.#client.send(`${api}DeleteItem`, { TableName, Key });
  }

  async #put(TableName: string, Item: RawItem): Promise<void> {
    await this.#client.send(`${api}PutItem`, { TableName, Item });
  }
}

function underOwnName(consumed: unknown): unknown {
  if (Array.isArray(consumed)) return consumed.map(underOwnName);
  const { TableName, ...rest } = consumed as { TableName: string };
  return { TableName: originalOf(TableName), ...rest };
}

const underOwnNames = (byTable: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(byTable as object).map(([table, value]) => [originalOf(table), value]),
  );
