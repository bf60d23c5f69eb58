/**
 * How far a stream mapping has got: the position up to which every record is finished, kept in the
 * journal. What is behind it is read again after a start. Reading is not its business.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StreamMappingModel } from '../template/model.ts';

type Owner = Pick<StreamMappingModel, 'logicalId' | 'tableName'>;

export class Checkpoint {
  readonly #owner: Owner;
  readonly #write: StatementSync;
  /** Unfinished records in stream order, each with the position right before it. */
  readonly #open = new Map<string, string | undefined>();
  #lastRead: string | undefined;
  #saved: string | undefined;
  #isKept: boolean;

  constructor(database: DatabaseSync, { logicalId, tableName }: Owner) {
    this.#owner = { logicalId, tableName };
    createTable(database);
    this.#write = database.prepare(
      'INSERT OR REPLACE INTO streams_positions (mapping, table_name, position) VALUES (?, ?, ?)',
    );
    const kept = database
      .prepare('SELECT position FROM streams_positions WHERE mapping = ? AND table_name = ?')
      .get(logicalId, tableName);
    this.#isKept = kept !== undefined;
    this.#saved = typeof kept?.position === 'string' ? kept.position : undefined;
    this.#lastRead = this.#saved;
  }

  /** Whether the mapping has begun before, in this run or an earlier one. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Sequence number of the last record read; undefined before the oldest. */
  get lastRead(): string | undefined {
    return this.#lastRead;
  }

  /** In stream order; what is not `open` is finished by having been read. */
  noteRead(sequence: string, isOpen: boolean): void {
    if (isOpen) this.#open.set(sequence, this.#lastRead);
    this.#lastRead = sequence;
  }

  noteFinished(sequences: Iterable<string>): void {
    for (const sequence of sequences) this.#open.delete(sequence);
    this.save();
  }

  save(): void {
    const [oldest] = this.#open;
    const position = oldest ? oldest[1] : this.#lastRead;
    if (this.#isKept && position === this.#saved) return;
    this.#write.run(this.#owner.logicalId, this.#owner.tableName, position ?? null);
    this.#saved = position;
    this.#isKept = true;
  }
}

const createTable = (database: DatabaseSync): void =>
  database.exec(
    `CREATE TABLE IF NOT EXISTS streams_positions (
      mapping TEXT NOT NULL, table_name TEXT NOT NULL, position TEXT,
      PRIMARY KEY (mapping, table_name)
    ) WITHOUT ROWID`,
  );

/**
 * Forgets mappings that the template does not have any more. One that had not come to the end of its
 * stream would lose records, so that is refused.
 */
export async function dropAbandoned(
  database: DatabaseSync,
  mappings: readonly Owner[],
  isReadTo: (tableName: string, position: string | undefined) => Promise<boolean>,
): Promise<void> {
  createTable(database);
  const isKnown = (mapping: unknown, table: unknown) =>
    mappings.some(({ logicalId, tableName }) => logicalId === mapping && tableName === table);
  const rows = database
    .prepare('SELECT mapping, table_name, position FROM streams_positions')
    .all();
  const drop = database.prepare(
    'DELETE FROM streams_positions WHERE mapping = ? AND table_name = ?',
  );
  for (const { mapping, table_name: table, position } of rows) {
    if (isKnown(mapping, table)) continue;
    const kept = typeof position === 'string' ? position : undefined;
    if (!(await isReadTo(String(table), kept))) throw abandoned(String(mapping), String(table));
    drop.run(String(mapping), String(table));
  }
}

const abandoned = (mapping: string, table: string): Error =>
  new Error(
    `the stream mapping ${mapping} is not in the template any more, and has not read the stream of ` +
      `${table} to its end: start once more with the template that has it and wait until ` +
      'nothing is in flight, or take another data folder',
  );
