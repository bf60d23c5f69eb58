/** The machines' tables and prepared statements. What they mean is the machine book's business. */
import type { DatabaseSync } from 'node:sqlite';
import { atOnce } from './at-once.ts';

const tables = `
  CREATE TABLE IF NOT EXISTS states_machines (
    number INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE,
    definition INTEGER NOT NULL, origin TEXT NOT NULL, created REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'ACTIVE'
  );
  CREATE TABLE IF NOT EXISTS states_definitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, machine TEXT NOT NULL, name TEXT NOT NULL,
    logical_id TEXT NOT NULL, role TEXT NOT NULL, text TEXT NOT NULL, made REAL NOT NULL,
    revision TEXT
  );
  CREATE INDEX IF NOT EXISTS states_definitions_by_machine ON states_definitions (machine)`;

/** After the ledger's tables exist. */
export function prepareMachines(database: DatabaseSync) {
  database.exec(tables);
  const sql = (text: string) => database.prepare(text);
  return {
    all: sql('SELECT arn, origin FROM states_machines ORDER BY number'),
    machine: sql('SELECT * FROM states_machines WHERE arn = ?'),
    create: sql(
      `INSERT INTO states_machines (arn, definition, origin, created) VALUES (?, ?, ?, ?)`,
    ),
    update: sql('UPDATE states_machines SET definition = ? WHERE arn = ?'),
    markDeleting: sql(`UPDATE states_machines SET status = 'DELETING' WHERE arn = ?`),
    remove: sql('DELETE FROM states_machines WHERE arn = ?'),
    define:
      sql(`INSERT INTO states_definitions (machine, name, logical_id, role, text, made, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`),
    definition: sql('SELECT * FROM states_definitions WHERE id = ?'),
    definitionIds: sql('SELECT id FROM states_definitions WHERE machine = ?'),
    removeDefinitions: sql('DELETE FROM states_definitions WHERE machine = ?'),
    countOpen: sql(`SELECT count(*) AS count FROM states_executions
      WHERE machine = ? AND status = 'RUNNING'`),
    atOnce: (write: () => void) => atOnce(database, write),
  };
}

export type MachineStatements = ReturnType<typeof prepareMachines>;
