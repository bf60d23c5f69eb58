/**
 * Every table there is: those of the template, and those that clients have created since. Knows when
 * each was created, and reads and announces its stream. What is in them is not its business.
 */
import { AwsError } from '../gateway/service.ts';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { findShard, shardPages } from '../streams/shard-pages.ts';
import { forgetStamps } from '../streams/stamps.ts';
import { storedPages } from '../streams/stored-pages.ts';
import { createStreamReader, type StreamReader } from '../streams/stream-reader.ts';
import { accountId, region, type TableModel } from '../template/model.ts';
import type { DynamoClient, Output } from './client.ts';
import type { DynoxideDatabase } from './database.ts';
import { ensureTable } from './tables.ts';

export interface Table {
  readonly model: TableModel;
  readonly createdMs: number;
  /** Of the template, whose tables nobody changes or deletes. */
  readonly isDeployed: boolean;
  readonly stream: Stream | undefined;
}
export type Stream = { readonly reader: StreamReader; readonly listeners: Set<() => void> };

export interface RegistrySettings {
  readonly kernel: Kernel;
  readonly client: DynamoClient;
  /** For before the kernel's time begins. */
  readonly setup: DynamoClient;
  readonly database: DynoxideDatabase | undefined;
  readonly journal: Journal;
}

const api = 'DynamoDB_20120810.';

export class TableRegistry {
  readonly #settings: RegistrySettings;
  readonly #rows: ReturnType<typeof prepare>;
  readonly #tables = new Map<string, Table>();

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
    this.#rows = prepare(settings.journal);
  }

  /**
   * Makes the template's tables, but those known to be there, and finds again those that were created
   * at an earlier run.
   */
  async open(models: readonly TableModel[], known: WeakSet<TableModel>): Promise<void> {
    const { setup } = this.#settings;
    for (const model of models) {
      if (!known.has(model)) await ensureTable(setup, model);
      known.add(model);
      this.#rows.add.run(model.name, this.#settings.kernel.now());
      await this.#add(setup, model, true);
    }
    const others = this.#rows.names.all().map((row) => String(row.name));
    for (const name of others.filter((each) => !this.#tables.has(each))) await this.#readd(name);
  }

  get(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  find(name: string): Table {
    const found = this.#tables.get(name);
    if (found) return found;
    const what = `Requested resource not found: Table: ${name} not found`;
    throw new AwsError('ResourceNotFoundException', what);
  }

  all(): Table[] {
    return [...this.#tables.values()];
  }

  stream(name: string): Stream {
    const stream = this.#tables.get(name)?.stream;
    if (stream) return stream;
    const known = this.all().filter((table) => table.stream);
    const names = known.map(({ model }) => model.name).join(', ') || 'no table has one';
    throw new Error(`table ${name} was expected to have a stream: ${names}`);
  }

  /** A table that DynamoDB is about to create: noted first, so that no kill leaves it unknown. */
  async create(name: string, create: () => Promise<Output>): Promise<Table> {
    const isNew = this.#rows.add.run(name, this.#settings.kernel.now()).changes === 1;
    try {
      const { TableDescription } = await create();
      return await this.#add(this.#settings.client, modelOf(TableDescription as Output), false);
    } catch (error) {
      if (isNew) this.#rows.remove.run(name);
      throw error;
    }
  }

  /** The table has other properties from now on. */
  change(model: TableModel): void {
    this.#tables.set(model.name, { ...this.find(model.name), model });
  }

  remove(name: string): void {
    this.#tables.delete(name);
    this.#settings.database?.dropStream(name);
    forgetStamps(this.#settings.journal.database, name);
    // Last: whoever finds the row at a start does the rest again.
    this.#rows.remove.run(name);
  }

  /** A table of which it is known only that it was there: of a client, or of an older template. */
  async #readd(TableName: string): Promise<void> {
    const { setup } = this.#settings;
    try {
      const { Table: found } = await setup.send(`${api}DescribeTable`, { TableName });
      const live = await setup.send(`${api}DescribeTimeToLive`, { TableName });
      const { AttributeName: ttlAttribute } = live.TimeToLiveDescription as Output;
      const model = modelOf(found as Output);
      await this.#add(setup, { ...model, ttlAttribute: ttlAttribute as string | undefined }, false);
    } catch (error) {
      const isGone = error instanceof AwsError && error.code === 'ResourceNotFoundException';
      if (!isGone) throw error;
      // A kill came between its deletion and the rest of it.
      this.remove(TableName);
    }
  }

  async #add(via: DynamoClient, model: TableModel, isDeployed: boolean): Promise<Table> {
    const createdMs = Number(this.#rows.created.get(model.name)?.created_ms);
    const stream = model.stream && (await this.#openStream(via, model));
    const table = { model, createdMs, isDeployed, stream };
    this.#tables.set(model.name, table);
    return table;
  }

  /** Where the store's file is at hand it is read, and else the store is asked. */
  async #openStream(via: DynamoClient, table: TableModel): Promise<Stream> {
    const { kernel, client, setup, database, journal } = this.#settings;
    const settings = { kernel, table, database, journal };
    const listeners = new Set<() => void>();
    if (database) {
      const page = storedPages(table, { database, kernel });
      return { reader: createStreamReader({ ...settings, page, firstPage: page }), listeners };
    }
    const shard = await findShard(via, table.name);
    const page = shardPages(client, shard);
    const firstPage = shardPages(setup, shard);
    return { reader: createStreamReader({ ...settings, page, firstPage }), listeners };
  }
}

function prepare({ database }: Journal) {
  database.exec(
    `CREATE TABLE IF NOT EXISTS dynamodb_tables (
      name TEXT PRIMARY KEY, created_ms REAL NOT NULL
    ) WITHOUT ROWID`,
  );
  return {
    add: database.prepare('INSERT OR IGNORE INTO dynamodb_tables (name, created_ms) VALUES (?, ?)'),
    remove: database.prepare('DELETE FROM dynamodb_tables WHERE name = ?'),
    created: database.prepare('SELECT created_ms FROM dynamodb_tables WHERE name = ?'),
    names: database.prepare('SELECT name FROM dynamodb_tables ORDER BY name'),
  };
}

type Key = { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' };

/** A table that no template describes. */
function modelOf(description: Output): TableModel {
  const name = String(description.TableName);
  const keys = description.KeySchema as Key[];
  const nameOf = (type: Key['KeyType']) => keys.find((key) => key.KeyType === type)?.AttributeName;
  const streams = description.StreamSpecification as { StreamViewType?: string } | undefined;
  const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
  return {
    logicalId: name,
    name,
    arn,
    createTable: creationOf(description),
    partitionKey: nameOf('HASH') ?? '',
    sortKey: nameOf('RANGE'),
    ttlAttribute: undefined,
    stream: streams?.StreamViewType
      ? {
          arn: `${arn}/stream/${String(description.LatestStreamLabel)}`,
          viewType: streams.StreamViewType,
        }
      : undefined,
  };
}

/** What a copy of the table would be created by. */
const creationOf = (description: Output): Output => ({
  TableName: description.TableName,
  AttributeDefinitions: description.AttributeDefinitions,
  KeySchema: description.KeySchema,
  BillingMode: 'PAY_PER_REQUEST',
  ...indexesOf(description, 'GlobalSecondaryIndexes'),
  ...indexesOf(description, 'LocalSecondaryIndexes'),
});

type Index = {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection: unknown;
};

function indexesOf(description: Output, kind: string): Output {
  const indexes = description[kind] as Index[] | undefined;
  if (!indexes) return {};
  const members = indexes.map(({ IndexName, KeySchema, Projection }) => ({
    ...{ IndexName, KeySchema, Projection },
  }));
  return { [kind]: members };
}
