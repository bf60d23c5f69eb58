/** Several statements of the journal as one: all of them are written, or none. */
import type { DatabaseSync } from 'node:sqlite';

export function atOnce(database: DatabaseSync, write: () => void): void {
  database.exec('BEGIN');
  try {
    write();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
