/**
 * dynoxide's SQLite file, seen from beside: the index it lacks, the newest sequence number, and a
 * fast reset. It depends on a private schema and therefore checks it.
 */
import { DatabaseSync } from 'node:sqlite';

export interface DynoxideDatabase {
  /** Sequence number of the newest stream record of a table; 0 before the first. */
  newestSequence(table: string): number;
  /** Deletes every item and every stream record; the tables stay. */
  reset(): void;
  close(): void;
}

const streamTable = '_stream_records';
const expectedColumns = ['table_name', 'sequence_number'];

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
  return {
    newestSequence: (table) => Number(newest.get(table)?.newest),
    reset: () => deleteRows(database),
    close: () => database.close(),
  };
}

function checkSchema(database: DatabaseSync): void {
  const rows = database.prepare(`PRAGMA table_info(${streamTable})`).all();
  const columns = rows.map((row) => String(row.name));
  const missing = expectedColumns.filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const found = columns.length === 0 ? 'no such table' : columns.join(', ');
  throw new Error(
    `${streamTable} of dynoxide was expected to have the columns ${expectedColumns.join(', ')}, and has ${found}: another version of dynoxide than 1.2.1?`,
  );
}

/** Tables that start with `_` are dynoxide's own; of these only the stream records are data. */
function deleteRows(database: DatabaseSync): void {
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map((row) => String(row.name))
    .filter((name) => !name.startsWith('_') || name === streamTable);
  const deletions = names.map((name) => `DELETE FROM "${name}";`);
  database.exec(`BEGIN IMMEDIATE; ${deletions.join(' ')} COMMIT;`);
}
