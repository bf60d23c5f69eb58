/**
 * Accepted events that a target has not taken yet, and since when a rate counts, as the journal keeps
 * them: what is accepted survives a kill of the process. When and how to try is not its business.
 */
import type { Journal } from '../journal/journal.ts';
import type { BusEvent } from './event-bridge.ts';

export interface KeptDelivery {
  readonly id: number;
  readonly rule: string;
  readonly targetId: string;
  readonly event: BusEvent;
  readonly acceptedAtMs: number;
  readonly tries: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS events_delivery (
    id INTEGER PRIMARY KEY, rule TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
    accepted_ms REAL NOT NULL, tries INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS events_schedule (
    rule TEXT PRIMARY KEY, expression TEXT NOT NULL, since_ms REAL NOT NULL)`;

export type DeliveryJournal = ReturnType<typeof createDeliveryJournal>;

export function createDeliveryJournal({ database }: Journal) {
  database.exec(schema);
  const insert = database.prepare(
    'INSERT INTO events_delivery (rule, target, event, accepted_ms, tries) VALUES (?, ?, ?, ?, 0)',
  );
  const update = database.prepare('UPDATE events_delivery SET tries = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM events_delivery WHERE id = ?');
  const all = database.prepare('SELECT * FROM events_delivery ORDER BY id');
  const start = database.prepare('INSERT OR REPLACE INTO events_schedule VALUES (?, ?, ?)');
  const started = database.prepare(
    'SELECT since_ms FROM events_schedule WHERE rule = ? AND expression = ?',
  );
  return {
    accept(delivery: Omit<KeptDelivery, 'id' | 'tries'>): KeptDelivery {
      const { rule, targetId, event, acceptedAtMs } = delivery;
      const { lastInsertRowid } = insert.run(rule, targetId, JSON.stringify(event), acceptedAtMs);
      return { ...delivery, id: Number(lastInsertRowid), tries: 0 };
    },
    tried: (id: number, tries: number): void => void update.run(tries, id),
    done: (id: number): void => void remove.run(id),
    open: (): KeptDelivery[] =>
      all.all().map((row) => ({
        id: Number(row.id),
        rule: String(row.rule),
        targetId: String(row.target),
        event: JSON.parse(String(row.event)) as BusEvent,
        acceptedAtMs: Number(row.accepted_ms),
        tries: Number(row.tries),
      })),
    /** When this schedule of this rule was first seen. */
    scheduledSince(rule: string, expression: string, nowMs: number): number {
      const row = started.get(rule, expression);
      if (row) return Number(row.since_ms);
      start.run(rule, expression, nowMs);
      return nowMs;
    },
  };
}
