/**
 * What the engine itself must not forget: one SQLite file in which each service keeps its own
 * tables. A row is safe from a kill of the process once its statement has returned; a failing
 * machine is another matter. What the services write is not its business.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Journal {
  /** A service creates its tables with `IF NOT EXISTS`, under names that begin with its own. */
  readonly database: DatabaseSync;
  close(): void;
}

/** The folder cannot be used, and the message says what to do about it. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

/** Raised with every change of a service's tables: an older file is refused, not misread. */
const schemaVersion = 1;

/** Without a path everything is gone at the end, however it comes. */
export function openJournal(path: string | undefined): Journal {
  if (path === undefined) return journalOf(openPassing());
  let database: DatabaseSync | undefined;
  try {
    makeFolder(dirname(path));
    database = new DatabaseSync(path);
    // Exclusive: the lock ends with the process, however it ends, and a second engine finds it.
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF');
    checkVersion(database, path);
    return journalOf(database);
  } catch (error) {
    database?.close();
    throw explained(error, path);
  }
}

/** Node's own recursion never ends where the system says of a new folder that it is not found: /proc, autofs. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** No name: SQLite's own temporary database, in memory until it is large. */
function openPassing(): DatabaseSync {
  const database = new DatabaseSync('');
  database.exec('PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF');
  return database;
}

const journalOf = (database: DatabaseSync): Journal => ({
  database,
  close: () => database.close(),
});

function checkVersion(database: DatabaseSync, path: string): void {
  // Takes the lock.
  database.exec('BEGIN IMMEDIATE');
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (found !== 0 && found !== schemaVersion)
    throw new DataDirError(
      `${path} was written by another version of the engine (${found}, this is ${schemaVersion}): ` +
        'take another folder, or remove this one if its orders are not needed any more',
    );
  database.exec(`PRAGMA user_version=${schemaVersion}; COMMIT`);
}

function explained(error: unknown, path: string): Error {
  if (error instanceof DataDirError) return error;
  const folder = dirname(path);
  const { errcode } = error as { errcode?: number };
  if (errcode === sqliteBusy)
    return new DataDirError(`another engine uses ${folder}: end it, or take another folder`, {
      cause: error,
    });
  const what = error instanceof Error ? error.message : String(error);
  return new DataDirError(
    `${folder} cannot hold the engine's data: ${what}. Take a folder that can be written, and that ` +
      'has no files of others',
    { cause: error },
  );
}

const sqliteBusy = 5;
