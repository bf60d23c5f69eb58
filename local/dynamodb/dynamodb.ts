/**
 * DynamoDB as a service of the engine: forwards requests to the process that stores the items, and
 * supplies what that process takes from the wall clock: request tokens, times, ARNs.
 */

import type { Meter } from '../gateway/meter.ts';
import { AwsError, type Service } from '../gateway/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createStreamReader, findShard, type StreamReader } from '../streams/stream-reader.ts';
import type { StreamRecord } from '../streams/stream-source.ts';
import type { TableModel } from '../template/model.ts';
import { meterRefusal, meterRepeat, settleCapacity, tablesOfTransaction } from './capacity.ts';
import { createDynamoClient, type DynamoClient, type Output } from './client.ts';
import { type DynoxideDatabase, openDatabase } from './database.ts';
import { asDeployed, ensureTable } from './tables.ts';
import { TransactionTokens } from './transaction-tokens.ts';

type Input = Record<string, unknown>;
/** An item as DynamoDB's JSON has it: `{ "id": { "S": "…" } }`. */
export type RawItem = Record<string, Record<string, unknown>>;

export interface DynamoDbSettings {
  readonly kernel: Kernel;
  readonly endpoint: string;
  /** dynoxide's SQLite file, if it is dynoxide that answers at the endpoint. */
  readonly databasePath?: string | undefined;
  readonly tables: readonly TableModel[];
  readonly meter: Meter;
}

export interface DynamoDb extends Service {
  /** `listener` runs after each successful write to a table that has a stream. Returns the way to stop it. */
  onWrite(tableName: string, listener: () => void): () => void;
  readStream(
    tableName: string,
    afterSequence: string | undefined,
    limit: number,
  ): Promise<StreamRecord[]>;
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

/** Creates the tables, before the kernel's time begins, and answers for them. */
export async function createDynamoDb(settings: DynamoDbSettings): Promise<DynamoDb> {
  const { kernel, endpoint, databasePath, tables } = settings;
  const setup = createDynamoClient(endpoint);
  const client = createDynamoClient(endpoint, kernel);
  for (const table of tables) await ensureTable(setup, table);
  const database = databasePath === undefined ? undefined : openDatabase(databasePath);
  const streams = new Map<string, Stream>();
  for (const table of tables.filter(({ stream }) => stream)) {
    const reader = createStreamReader(kernel, client, table, await findShard(setup, table.name));
    streams.set(table.name, { reader, listeners: new Set() });
  }
  await setup.close();
  return new DynamoDbService(settings, { client, database, streams });
}

type Stream = { readonly reader: StreamReader; readonly listeners: Set<() => void> };

type Parts = {
  readonly client: DynamoClient;
  readonly database: DynoxideDatabase | undefined;
  readonly streams: ReadonlyMap<string, Stream>;
};

class DynamoDbService implements DynamoDb {
  readonly name = 'dynamodb';
  readonly #client: DynamoClient;
  readonly #database: DynoxideDatabase | undefined;
  readonly #streams: ReadonlyMap<string, Stream>;
  readonly #tables: ReadonlyMap<string, TableModel>;
  readonly #tokens: TransactionTokens;
  readonly #meter: Meter;
  readonly #createdMs: number;

  constructor({ kernel, tables, meter }: DynamoDbSettings, parts: Parts) {
    this.#client = parts.client;
    this.#database = parts.database;
    this.#streams = parts.streams;
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.#tokens = new TransactionTokens(kernel);
    this.#meter = meter;
    this.#createdMs = kernel.now();
  }

  async call(action: string, input: Input): Promise<Output> {
    if (action === 'TransactWriteItems') return this.#transact(input);
    if (writes.has(action)) return this.#write(action, input);
    if (reads.has(action)) return this.#forward(action, input);
    if (action === 'ListTables') return this.#client.send(`${api}${action}`, input);
    if (action === 'DescribeTable') return this.#describe(input);
    const known = [...writes, ...reads, 'DescribeTable', 'ListTables'].join(', ');
    const what = `the local engine's DynamoDB does not have ${action}, only ${known}`;
    throw new AwsError('UnknownOperationException', what);
  }

  onWrite(tableName: string, listener: () => void): () => void {
    const { listeners } = this.#stream(tableName);
    const own = () => listener();
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  readStream(tableName: string, afterSequence: string | undefined, limit: number) {
    return this.#stream(tableName).reader.read(afterSequence, limit);
  }

  async newestSequence(tableName: string): Promise<string> {
    if (this.#database) return String(this.#database.newestSequence(tableName));
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
      const page = await this.#client.send(`${api}Scan`, input);
      items.push(...(page.Items as RawItem[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  async close(): Promise<void> {
    this.#database?.close();
    await this.#client.close();
  }

  #transact(input: Input): Promise<Output> {
    const write = (rest: Input) => this.#write('TransactWriteItems', rest);
    return this.#tokens.once(input, write, () => {
      meterRepeat(this.#meter, input);
      return {};
    });
  }

  async #write(action: string, input: Input): Promise<Output> {
    const output = await this.#forward(action, input);
    for (const table of writtenTables(action, input)) this.#noteWrite(table);
    return output;
  }

  async #forward(action: string, input: Input): Promise<Output> {
    const metered = { ...input, ReturnConsumedCapacity: 'INDEXES' };
    try {
      const output = await this.#client.send(`${api}${action}`, metered);
      settleCapacity(this.#meter, writes.has(action), input, output);
      return output;
    } catch (error) {
      meterRefusal(this.#meter, input, error);
      throw error;
    }
  }

  async #describe(input: Input): Promise<Output> {
    const output = await this.#client.send(`${api}DescribeTable`, input);
    const table = this.#tables.get(String(input.TableName));
    return table ? asDeployed(output, table, this.#createdMs) : output;
  }

  #noteWrite(tableName: string): void {
    const stream = this.#streams.get(tableName);
    if (!stream) return;
    if (this.#database) stream.reader.noteWritten(this.#database.newestSequence(tableName));
    for (const listener of stream.listeners) listener();
  }

  #stream(tableName: string): Stream {
    const stream = this.#streams.get(tableName);
    if (stream) return stream;
    const known = [...this.#streams.keys()].join(', ') || 'no table has one';
    throw new Error(`table ${tableName} was expected to have a stream: ${known}`);
  }
}

function writtenTables(action: string, input: Input): Iterable<string> {
  if (action === 'BatchWriteItem') return Object.keys(input.RequestItems as object);
  if (action === 'TransactWriteItems') return new Set(tablesOfTransaction(input));
  return [String(input.TableName)];
}
