/** The ledger's tables and prepared statements. What they mean is the ledger's business. */
import type { DatabaseSync } from 'node:sqlite';
import { atOnce } from './at-once.ts';

/**
 * `states_history` has one row for each state entered: the events since the row before, the entry last.
 * What follows the last entry is written when the execution closes, into `ending`.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS states_executions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine TEXT NOT NULL,
    definition INTEGER NOT NULL, input TEXT NOT NULL, started REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'RUNNING', stopped REAL, output TEXT, error TEXT, cause TEXT,
    events INTEGER, ending TEXT,
    redrives INTEGER NOT NULL DEFAULT 0, redriven REAL, tokens TEXT NOT NULL DEFAULT '[]'
  );
  CREATE INDEX IF NOT EXISTS states_executions_by_machine ON states_executions (machine);
  CREATE INDEX IF NOT EXISTS states_executions_by_end ON states_executions (stopped)
    WHERE stopped IS NOT NULL;
  CREATE INDEX IF NOT EXISTS states_executions_open ON states_executions (number)
    WHERE status = 'RUNNING';
  CREATE TABLE IF NOT EXISTS states_history (
    execution INTEGER NOT NULL, last INTEGER NOT NULL, events TEXT NOT NULL,
    state TEXT NOT NULL, entered INTEGER NOT NULL, variables TEXT NOT NULL,
    PRIMARY KEY (execution, last)
  ) WITHOUT ROWID`;

const ofMachine = 'SELECT number FROM states_executions WHERE machine = ?';
const ofOld = 'SELECT number FROM states_executions WHERE stopped < ?';

export function prepareLedger(database: DatabaseSync) {
  database.exec(tables);
  const sql = (text: string) => database.prepare(text);
  return {
    add: sql(`INSERT INTO states_executions (arn, name, machine, definition, input, started)
      VALUES (?, ?, ?, ?, ?, ?) RETURNING *`),
    enter: sql(`INSERT INTO states_history (execution, last, events, state, entered, variables)
      VALUES (?, ?, ?, ?, ?, ?)`),
    close:
      sql(`UPDATE states_executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?,
      events = ?, ending = ? WHERE number = ?`),
    keepEnding: sql(`INSERT INTO states_history (execution, last, events, state, entered, variables)
      SELECT number, ?, ending, ?, ?, ? FROM states_executions WHERE number = ?`),
    reopen: sql(`UPDATE states_executions SET status = 'RUNNING', stopped = NULL, output = NULL,
      error = NULL, cause = NULL, events = NULL, ending = NULL, redrives = ?, redriven = ?, tokens = ?
      WHERE number = ?`),
    find: sql('SELECT * FROM states_executions WHERE arn = ?'),
    running: sql(`SELECT arn FROM states_executions WHERE status = 'RUNNING' ORDER BY number`),
    last: sql('SELECT * FROM states_history WHERE execution = ? ORDER BY last DESC LIMIT 1'),
    entry: sql('SELECT events FROM states_history WHERE execution = ? AND last = ?'),
    events: sql(`SELECT last, events FROM states_history WHERE execution = ? AND last >= ?
      ORDER BY last`),
    list: sql(`SELECT * FROM states_executions WHERE machine = ? AND number < ?
      AND status = coalesce(?, status) AND coalesce(stopped >= ?, TRUE)
      ORDER BY number DESC LIMIT ?`),
    forgetHistory: sql(`DELETE FROM states_history WHERE execution IN (${ofOld})`),
    forget: sql('DELETE FROM states_executions WHERE stopped < ?'),
    forgetMachineHistory: sql(`DELETE FROM states_history WHERE execution IN (${ofMachine})`),
    forgetMachine: sql('DELETE FROM states_executions WHERE machine = ?'),
    atOnce: (write: () => void) => atOnce(database, write),
  };
}

export type LedgerStatements = ReturnType<typeof prepareLedger>;
