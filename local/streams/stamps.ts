/**
 * When a table's stream records were written, by the engine's clock, and which of them are older than
 * a stream keeps them. Kept in the journal: a restart changes the age of no record that is finished.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Kernel } from '../kernel/kernel.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export const streamLifetimeMs = 24 * 3_600_000;

/** Up to this sequence number everything had been written by the end of this second. */
type Mark = { readonly upTo: string; readonly second: number };

export class Stamps {
  readonly #kernel: Kernel;
  readonly #table: string;
  readonly #statements: ReturnType<typeof prepare>;
  #newest: Mark | undefined;
  /** The mark that answered last, and the lowest number it is known to answer for. */
  #answer: { readonly from: string; readonly mark: Mark } | undefined;

  constructor(kernel: Kernel, database: DatabaseSync, table: string) {
    this.#kernel = kernel;
    this.#table = table;
    this.#statements = prepare(database);
    this.#newest = asMark(this.#statements.newest.get(table));
  }

  /** Everything up to this sequence number has been written by now. */
  note(sequence: string): void {
    const upTo = padded(sequence);
    const newest = this.#newest;
    if (newest && newest.upTo >= upTo) return;
    const second = Math.max(Math.floor(this.#kernel.now() / 1000), newest?.second ?? 0);
    if (newest?.second === second) this.#statements.extend.run(upTo, this.#table, newest.upTo);
    else this.#statements.add.run(this.#table, upTo, second);
    this.#newest = { upTo, second };
  }

  /** What the store has at the start. It cannot have less than what was noted. */
  meet(sequence: string): void {
    const newest = this.#newest;
    if (newest && newest.upTo > padded(sequence))
      throw new Error(
        `the stream of ${this.#table} ends at ${sequence}, but has been read up to ` +
          `${bare(newest.upTo)}: the files of the data folder do not belong together; ` +
          'bring back the missing one, or take another folder',
      );
    if (sequence !== '0') this.note(sequence);
  }

  /** What is behind a position is as young as if it were written now. Asked before anything is read. */
  renewBehind(position: string | undefined): void {
    const second = Math.floor(this.#kernel.now() / 1000);
    this.#statements.renew.run(second, this.#table, padded(position ?? ''), second);
    this.#newest = asMark(this.#statements.newest.get(this.#table));
  }

  /** In whole seconds, as DynamoDB gives it. */
  secondsOf(sequence: string): number {
    const wanted = padded(sequence);
    const known = this.#answer;
    if (known && known.from <= wanted && wanted <= known.mark.upTo) return known.mark.second;
    const mark = asMark(this.#statements.covering.get(this.#table, wanted));
    if (!mark) return Math.floor(this.#kernel.now() / 1000);
    this.#answer = { from: wanted, mark };
    return mark.second;
  }

  /** The newest sequence number that is too old to be read, if there is any. */
  horizon(): string | undefined {
    const latest = Math.floor((this.#kernel.now() - streamLifetimeMs) / 1000);
    const mark = asMark(this.#statements.expired.get(this.#table, latest));
    return mark && bare(mark.upTo);
  }

  /** When the oldest record behind the given sequence number becomes too old. */
  expiryAfter(sequence: string | undefined): number | undefined {
    const mark = asMark(this.#statements.next.get(this.#table, padded(sequence ?? '0')));
    return mark && mark.second * 1000 + streamLifetimeMs;
  }

  /** Records before this one are asked for no more. Its own mark stays: it tells how old it is. */
  forgetBefore(sequence: string): void {
    this.#statements.forget.run(this.#table, padded(sequence));
  }
}

/** The stream is gone, and a new one under its name begins afresh. */
export function forgetStamps(database: DatabaseSync, table: string): void {
  database.prepare('DELETE FROM streams_stamps WHERE table_name = ?').run(table);
}

function prepare(database: DatabaseSync) {
  database.exec(
    `CREATE TABLE IF NOT EXISTS streams_stamps (
      table_name TEXT NOT NULL, up_to TEXT NOT NULL, second INTEGER NOT NULL,
      PRIMARY KEY (table_name, up_to)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS streams_stamps_by_second ON streams_stamps (table_name, second)`,
  );
  const select = (rest: string) =>
    database.prepare(
      `SELECT up_to, second FROM streams_stamps WHERE table_name = ? ${rest} LIMIT 1`,
    );
  return {
    newest: select('ORDER BY up_to DESC'),
    covering: select('AND up_to >= ? ORDER BY up_to'),
    next: select('AND up_to > ? ORDER BY up_to'),
    expired: select('AND second <= ? ORDER BY second DESC'),
    add: database.prepare(
      'INSERT INTO streams_stamps (table_name, up_to, second) VALUES (?, ?, ?)',
    ),
    extend: database.prepare(
      'UPDATE streams_stamps SET up_to = ? WHERE table_name = ? AND up_to = ?',
    ),
    renew: database.prepare(
      'UPDATE streams_stamps SET second = ? WHERE table_name = ? AND up_to > ? AND second < ?',
    ),
    forget: database.prepare('DELETE FROM streams_stamps WHERE table_name = ? AND up_to < ?'),
  };
}

const asMark = (row: Record<string, unknown> | undefined): Mark | undefined =>
  row && { upTo: String(row.up_to), second: Number(row.second) };

/** Sequence numbers have up to 40 digits, too many for a number: of equal length, text orders them. */
const padded = (sequence: string): string => sequence.padStart(40, '0');
const bare = (sequence: string): string => sequence.replace(/^0+(?=.)/, '');

/** The later of two positions in a stream. */
export const laterOf = (a: string | undefined, b: string | undefined): string | undefined =>
  padded(a ?? '') >= padded(b ?? '') ? a : b;
