/**
 * DynamoDB as a service of the engine: forwards requests to the process that stores the items, and
 * supplies what that process takes from the wall clock: request tokens, times, ARNs.
 */

import type { Meter } from '../gateway/meter.ts';
import { AwsError, type Service } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { StreamReader } from '../streams/stream-reader.ts';
import type { StreamRecord } from '../streams/stream-source.ts';
import type { TableModel } from '../template/model.ts';
import { meterRefusal, meterRepeat, settleCapacity } from './capacity.ts';
import type { DynamoClient, Output } from './client.ts';
import type { DynoxideDatabase } from './database.ts';
import { Expiry } from './expiry.ts';
import { type DynamoFaults, Faults } from './faults.ts';
import { LaggingCopies } from './lagging-copies.ts';
import { checkRequest } from './request-checks.ts';
import { itemsOf, type RawItem, tablesOf } from './request-items.ts';
import { openStore, type Store, type StorePlace } from './store.ts';
import { streamActions } from './stream-actions.ts';
import { type Actions, tableActions } from './table-actions.ts';
import { TableRegistry } from './table-registry.ts';
import { TransactionTokens } from './transaction-tokens.ts';

type Input = Record<string, unknown>;

export interface DynamoDbSettings extends StorePlace {
  readonly kernel: Kernel;
  /** The way there, open already and left open at the end. @default one of its own */
  readonly store?: Store | undefined;
  readonly tables: readonly TableModel[];
  readonly meter: Meter;
  /** Where tables, request tokens and the age of stream records are kept. */
  readonly journal: Journal;
  /** Told when the store has failed, which callers see as DynamoDB's internal error. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

export interface DynamoDb extends Service {
  /** Bad days on demand, for tests. */
  readonly faults: DynamoFaults;
  /** `listener` runs after each successful write to a table that has a stream. Returns the way to stop it. */
  onWrite(tableName: string, listener: () => void): () => void;
  readStream(
    tableName: string,
    afterSequence: string | undefined,
    limit: number,
  ): Promise<StreamRecord[]>;
  /** Whether nothing readable is behind a position; asked before the kernel's time begins. */
  isReadTo(tableName: string, position: string | undefined): Promise<boolean>;
  /** Sequence number of the newest record, '0' before the first: where LATEST begins. */
  newestSequence(tableName: string): Promise<string>;
  /** All items of a table, unmetered, for the engine's own hooks. */
  scan(tableName: string): Promise<RawItem[]>;
  close(): Promise<void>;
}

const writes = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'],
]);
const reads = new Set([...['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']]);
const api = 'DynamoDB_20120810.';
/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const lookAgainMs = 250;

/** Creates the tables, before the kernel's time begins, and answers for them. */
export async function createDynamoDb(settings: DynamoDbSettings): Promise<DynamoDb> {
  const { kernel, tables, journal } = settings;
  const store = settings.store ?? openStore(settings);
  const close = settings.store ? async () => {} : store.close;
  const { connection: setup, database } = store;
  const client = setup.under(kernel);
  const registry = new TableRegistry({ kernel, client, setup, database, journal });
  try {
    await registry.open(tables, store.known);
  } catch (error) {
    await close();
    throw error;
  }
  return new DynamoDbService(settings, { client, setup, database, registry, close });
}

type Parts = {
  readonly client: DynamoClient;
  readonly setup: DynamoClient;
  readonly database: DynoxideDatabase | undefined;
  readonly registry: TableRegistry;
  readonly close: () => Promise<void>;
};

class DynamoDbService implements DynamoDb {
  readonly name = 'dynamodb';
  readonly faults: Faults;
  readonly #parts: Parts;
  readonly #copies: LaggingCopies;
  readonly #expiry: Expiry | undefined;
  readonly #tokens: TransactionTokens;
  readonly #meter: Meter;
  readonly #onDefect: DynamoDbSettings['onDefect'];
  readonly #others: Actions;
  #looking: Timer | undefined;

  constructor({ kernel, meter, journal, onDefect }: DynamoDbSettings, parts: Parts) {
    const { client, setup, database, registry: tables } = parts;
    this.#parts = parts;
    this.#meter = meter;
    this.#onDefect = onDefect;
    this.#tokens = new TransactionTokens(kernel, journal);
    const models = () => tables.all().map(({ model }) => model);
    this.#copies = new LaggingCopies(kernel, client, models);
    this.faults = new Faults(kernel, this.#find, this.#copies);
    const onDelete = (table: string) => this.#noteWrite(table);
    const expiry =
      database && new Expiry({ kernel, store: database.expiry, client: setup, onDelete });
    for (const model of models()) expiry?.watch(model);
    this.#expiry = expiry;
    if (!database && kernel.mode === 'real') this.#lookAgain(kernel);
    const newestSequence = (table: string) => this.newestSequence(table);
    this.#others = {
      ...tableActions({ client, tables, expiry }),
      ...streamActions({ kernel, tables, newestSequence }),
    };
  }

  async call(action: string, input: Input): Promise<Output> {
    checkRequest(action, input);
    if (action === 'TransactWriteItems') return this.#transact(input);
    if (writes.has(action)) return this.#write(action, input);
    if (reads.has(action)) return this.#read(action, input);
    const other = Object.hasOwn(this.#others, action) ? this.#others[action] : undefined;
    if (other) return other(input);
    const known = [...writes, ...reads, ...Object.keys(this.#others)].join(', ');
    const what = `the local engine's DynamoDB does not have ${action}, only ${known}`;
    throw new AwsError('UnknownOperationException', what);
  }

  onWrite(tableName: string, listener: () => void): () => void {
    const { listeners } = this.#parts.registry.stream(tableName);
    const own = () => listener();
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  async readStream(tableName: string, afterSequence: string | undefined, limit: number) {
    return this.#parts.registry.stream(tableName).reader.read(afterSequence, limit);
  }

  async isReadTo(tableName: string, position: string | undefined): Promise<boolean> {
    const stream = this.#parts.registry.get(tableName)?.stream;
    return stream === undefined || stream.reader.isAtEnd(position);
  }

  async newestSequence(tableName: string): Promise<string> {
    const { database } = this.#parts;
    if (database) return String(database.newestSequence(tableName));
    let newest: string | undefined;
    for (;;) {
      const records = await this.readStream(tableName, newest, 1000);
      if (records.length === 0) return newest ?? '0';
      newest = records.at(-1)?.dynamodb.SequenceNumber;
    }
  }

  async scan(TableName: string): Promise<RawItem[]> {
    const items: RawItem[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const input = { TableName, ConsistentRead: true, ExclusiveStartKey };
      const page = await this.#parts.client.send(`${api}Scan`, input);
      items.push(...(page.Items as RawItem[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  async close(): Promise<void> {
    this.#looking?.cancel();
    await this.#parts.close();
  }

  #transact(input: Input): Promise<Output> {
    const write = (rest: Input) => this.#write('TransactWriteItems', rest);
    return this.#tokens.once(input, write, () => {
      meterRepeat(this.#meter, input);
      return {};
    });
  }

  async #write(action: string, input: Input): Promise<Output> {
    const output = await this.faults.around(action, input, () => this.#forward(action, input));
    for (const table of new Set(tablesOf(action, input))) this.#noteWrite(table);
    await this.#copies.noteWritten(() => itemsOf(action, input, this.#find));
    return output;
  }

  #read(action: string, input: Input): Promise<Output> {
    const redirected = this.#copies.redirect(action, input);
    return this.faults.around(action, input, () => this.#forward(action, redirected));
  }

  async #forward(action: string, input: Input): Promise<Output> {
    const metered = { ...input, ReturnConsumedCapacity: 'INDEXES' };
    try {
      const answer = await this.#parts.client.send(`${api}${action}`, metered);
      const output = this.#copies.restore(answer);
      settleCapacity(this.#meter, writes.has(action), input, output);
      return output;
    } catch (error) {
      if (!(error instanceof AwsError) || error.status >= 500) this.#onDefect?.(error);
      meterRefusal(this.#meter, input, error);
      throw error;
    }
  }

  /** Another DynamoDB's stream may tell of a write only later: it is asked as often as Lambda asks. */
  #lookAgain(kernel: Kernel): void {
    this.#looking = kernel.after(lookAgainMs, 'streams of another DynamoDB', () => {
      for (const { stream } of this.#parts.registry.all())
        for (const listener of stream?.listeners ?? []) listener();
      this.#lookAgain(kernel);
    });
  }

  #noteWrite(tableName: string): void {
    const { registry, database } = this.#parts;
    this.#expiry?.noteWritten(tableName);
    const stream = registry.get(tableName)?.stream;
    if (!stream) return;
    if (database) this.#stamp(tableName, stream.reader, database);
    for (const listener of stream.listeners) listener();
  }

  /** The write is kept whether or not its time is: that is made up for with the next one. */
  #stamp(tableName: string, reader: StreamReader, database: DynoxideDatabase): void {
    try {
      reader.noteWritten(database.newestSequence(tableName));
    } catch (error) {
      this.#onDefect?.(error);
    }
  }

  readonly #find = (name: string): TableModel | undefined => this.#parts.registry.get(name)?.model;
}
