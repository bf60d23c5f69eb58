/**
 * Expired items in dynoxide's SQLite file: found by an index of their own, and their deletion marked
 * in the stream as DynamoDB's, in the same commit. When they are deleted is not its business.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { RawItem } from './request-items.ts';

export interface Expiring {
  readonly table: string;
  /** The TTL attribute. */
  readonly attribute: string;
}

export interface ExpiryStore {
  /** Items whose time, in epoch seconds, lies in between, both excluded; earliest first. */
  expired(what: Expiring, between: { after: number; before: number }, most: number): RawItem[];
  /** The earliest time behind `after` at which an item expires. */
  next(what: Expiring, after: number): number | undefined;
  /** Until it is unmarked, a deletion of the item leaves a record that says DynamoDB did it. */
  mark(table: string, key: RawItem): void;
  unmark(): void;
}

/** What a stream says of a deletion by TTL, as Lambda gets it. */
const identity = '{"type":"Service","principalId":"dynamodb.amazonaws.com"}';
const marks = '_everonce_expiring';

export function createExpiryStore(database: DatabaseSync, streamTable: string): ExpiryStore {
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${marks} (table_name TEXT NOT NULL, keys_json TEXT NOT NULL);
    DELETE FROM ${marks};
    CREATE TRIGGER IF NOT EXISTS _everonce_expired AFTER INSERT ON ${streamTable}
    WHEN NEW.event_name = 'REMOVE' BEGIN
      UPDATE ${streamTable} SET user_identity = '${identity}' WHERE id = NEW.id AND EXISTS (
        SELECT 1 FROM ${marks} WHERE table_name = NEW.table_name AND keys_json = NEW.keys_json);
    END`,
  );
  const add = database.prepare(`INSERT INTO ${marks} (table_name, keys_json) VALUES (?, ?)`);
  const clear = database.prepare(`DELETE FROM ${marks}`);
  const statements = new Map<string, ReturnType<typeof prepare>>();
  const of = (what: Expiring) => {
    const name = `${what.table} ${what.attribute}`;
    const found = statements.get(name) ?? prepare(database, what);
    statements.set(name, found);
    return found;
  };
  return {
    expired: (what, { after, before }, most) =>
      of(what)
        .expired.all(after, before, most)
        .map((row) => JSON.parse(String(row.item_json)) as RawItem),
    next(what, after) {
      const next = of(what).next.get(after)?.next;
      return typeof next === 'number' ? next : undefined;
    },
    mark(table, key) {
      for (const spelling of spellings(key)) add.run(table, spelling);
    },
    unmark: () => void clear.run(),
  };
}

/** dynoxide writes the members of a key, at most two, in any order. */
function spellings(key: RawItem): Set<string> {
  const members = Object.entries(key);
  const spelled = [members, members.toReversed()];
  return new Set(spelled.map((each) => JSON.stringify(Object.fromEntries(each))));
}

function prepare(database: DatabaseSync, { table, attribute }: Expiring) {
  if (/["']/.test(attribute))
    throw new Error(`${table}: ${attribute} cannot be a TTL attribute here, for it has a quote`);
  const time = `CAST(json_extract(item_json, '$."${attribute}".N') AS REAL)`;
  database.exec(`CREATE INDEX IF NOT EXISTS "${table}::ttl::${attribute}" ON "${table}"(${time})`);
  return {
    expired: database.prepare(
      `SELECT item_json FROM "${table}" WHERE ${time} > ? AND ${time} < ? ORDER BY ${time}, pk, sk LIMIT ?`,
    ),
    next: database.prepare(`SELECT MIN(${time}) AS next FROM "${table}" WHERE ${time} > ?`),
  };
}
