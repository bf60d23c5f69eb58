/**
 * dynoxide's SQLite file, seen from beside: the index it lacks, the newest sequence number, expired
 * items, the trimming of old stream records, a fast reset. It depends on a private schema and
 * therefore checks it.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DynoxideFailed, knownVersion } from './dynoxide-failed.ts';
import { createExpiryStore, type ExpiryStore } from './expiry-store.ts';

export interface DynoxideDatabase {
  readonly expiry: ExpiryStore;
  /** Sequence number of the newest stream record of a table; 0 before the first. */
  newestSequence(table: string): number;
  /**
   * Deletes up to `most` of a table's stream records, none behind `upTo`, and says how many. The
   * newest stays: without it dynoxide would give the next one a number that was there before.
   */
  trimStream(table: string, upTo: string, most: number): number;
  /** Up to `most` of a table's stream records from behind a sequence number, oldest first. */
  streamRecords(table: string, after: string, most: number): readonly StoredRecord[];
  /** Deletes all of a deleted table's stream records: a new one of its name begins afresh. */
  dropStream(table: string): void;
  /** Deletes every item and every stream record; the tables stay. */
  reset(): void;
  /** Keeps a copy of every item and forgets the one before. */
  keep(): void;
  /** The items are those of the copy again, and there are no stream records. */
  restore(): void;
  /** Every row of a table: its keys and its item as JSON. */
  rows(table: string): readonly StoredRow[];
  close(): void;
}

/** JSON, and null for what the record does not have. */
export type StoredRecord = {
  readonly event_name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys_json: string;
  readonly new_image: string | null;
  readonly old_image: string | null;
  readonly sequence_number: string;
  readonly user_identity: string | null;
};

export type StoredRow = { readonly pk: string; readonly sk: string; readonly item_json: string };

const streamTable = '_stream_records';
const recordColumns = [
  ...['event_name', 'keys_json', 'new_image', 'old_image', 'sequence_number'],
  'user_identity',
];
const expectedColumns = ['id', 'table_name', ...recordColumns];

export function openDatabase(path: string): DynoxideDatabase {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA busy_timeout=5000');
  checkSchema(database);
  // Without it each write looks through all records of the stream for the newest number.
  database.exec(
    `CREATE INDEX IF NOT EXISTS ix_stream_seq ON ${streamTable}(table_name, CAST(sequence_number AS INTEGER))`,
  );
  const newest = database.prepare(
    `SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) AS newest FROM ${streamTable} WHERE table_name = ?`,
  );
  const trim = database.prepare(
    `DELETE FROM ${streamTable} WHERE id IN (
      SELECT id FROM ${streamTable}
      WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= CAST(?2 AS INTEGER)
        AND CAST(sequence_number AS INTEGER) < (
          SELECT MAX(CAST(sequence_number AS INTEGER)) FROM ${streamTable} WHERE table_name = ?1)
      ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3)`,
  );
  const records = database.prepare(
    `SELECT ${recordColumns.join(', ')} FROM ${streamTable}
    WHERE table_name = ? AND CAST(sequence_number AS INTEGER) > CAST(? AS INTEGER)
    ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?`,
  );
  const all = new Map<string, StatementSync>();
  const expiry = createExpiryStore(database, streamTable);
  /** A mark that its engine did not live to take back says nothing of these items. */
  const begin = (statements: readonly string[]) => {
    expiry.unmark();
    inOneCommit(database, statements);
  };
  const drop = database.prepare(`DELETE FROM ${streamTable} WHERE table_name = ?`);
  return {
    expiry,
    newestSequence: (table) => Number(newest.get(table)?.newest),
    trimStream: (table, upTo, most) => Number(trim.run(table, upTo, most).changes),
    streamRecords: (...which) => records.all(...which) as StoredRecord[],
    dropStream: (table) => void drop.run(table),
    reset: () => begin(deletionsOf(namesOf(database))),
    keep: () => inOneCommit(database, namesOf(database).flatMap(copyOf)),
    restore: () => {
      const names = namesOf(database);
      const copies = names.map(
        (name) => `INSERT INTO "${name}" SELECT * FROM ${copyNameOf(name)};`,
      );
      begin([...deletionsOf(names), ...copies]);
    },
    rows(table) {
      const rows = all.get(table) ?? database.prepare(`SELECT pk, sk, item_json FROM "${table}"`);
      all.set(table, rows);
      return rows.all() as StoredRow[];
    },
    close: () => database.close(),
  };
}

function checkSchema(database: DatabaseSync): void {
  const rows = database.prepare(`PRAGMA table_info(${streamTable})`).all();
  const columns = rows.map((row) => String(row.name));
  const missing = expectedColumns.filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const found = columns.length === 0 ? 'no such table' : columns.join(', ');
  throw new DynoxideFailed(
    `${streamTable} of dynoxide was expected to have the columns ${expectedColumns.join(', ')}, ` +
      `and has ${found}: another version of dynoxide than ${knownVersion}? Run \`npm ci\``,
  );
}

/** Names of the tables that hold items and their indexes; those that start with `_` are dynoxide's own. */
const namesOf = (database: DatabaseSync): string[] =>
  database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map((row) => String(row.name))
    .filter((name) => !name.startsWith('_'));

const deletionsOf = (names: readonly string[]): string[] =>
  [...names, streamTable].map((name) => `DELETE FROM "${name}";`);

const copyNameOf = (name: string): string => `temp."copy of ${name}"`;

const copyOf = (name: string): string[] => [
  `DROP TABLE IF EXISTS ${copyNameOf(name)};`,
  `CREATE TABLE ${copyNameOf(name)} AS SELECT * FROM "${name}";`,
];

function inOneCommit(database: DatabaseSync, statements: readonly string[]): void {
  database.exec(`BEGIN IMMEDIATE; ${statements.join(' ')} COMMIT;`);
}
