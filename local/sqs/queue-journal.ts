/**
 * Queues and messages as the journal keeps them. A change is written before anyone hears of it, so
 * that what SQS has acknowledged is still there at the next start. What it means is the queue's.
 */
import type { StatementSync } from 'node:sqlite';
import type { Journal } from '../journal/journal.ts';
import type { QueueModel } from '../template/model.ts';
import type { Message, MessageAttributes, MessageState } from './message.ts';

/** What a message is made of; the rest follows from it. */
export type KeptMessage = MessageState &
  Pick<Message, 'id' | 'body' | 'attributes' | 'traceHeader' | 'senderId' | 'sentAtMs'> & {
    readonly deadLetterSourceArn: string | undefined;
    /** When it shows itself; what is past is visible. */
    readonly dueMs: number;
  };

export interface KeptQueue {
  readonly name: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Undefined when the template says what the queue is like. */
  readonly model: QueueModel | undefined;
}

const schema = `
  CREATE TABLE IF NOT EXISTS sqs_queue (
    name TEXT PRIMARY KEY, created_ms REAL NOT NULL, modified_ms REAL NOT NULL, model TEXT);
  CREATE TABLE IF NOT EXISTS sqs_message (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
    trace_header TEXT, sender_id TEXT NOT NULL, sent_ms REAL NOT NULL, source_arn TEXT,
    due_ms REAL NOT NULL, receive_count INTEGER NOT NULL, receives_here INTEGER NOT NULL,
    first_received_ms REAL, last_received_ms REAL NOT NULL, is_repeated INTEGER NOT NULL)`;

type Row = Record<string, string | number | null>;

export class QueueJournal {
  readonly #database: Journal['database'];
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #endDelivery: StatementSync;
  readonly #move: StatementSync;
  readonly #remove: StatementSync;

  constructor({ database }: Journal) {
    database.exec(schema);
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO sqs_message VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, 0, 0, NULL, 0, 0)',
    );
    this.#update = database.prepare(
      'UPDATE sqs_message SET due_ms = ?, receive_count = ?, receives_here = ?, ' +
        'first_received_ms = ?, last_received_ms = ?, is_repeated = ? WHERE id = ?',
    );
    this.#endDelivery = database.prepare('UPDATE sqs_message SET due_ms = 0 WHERE id = ?');
    this.#move = database.prepare(
      'UPDATE sqs_message SET queue = ?, source_arn = ?, due_ms = 0, receives_here = 0 WHERE id = ?',
    );
    this.#remove = database.prepare('DELETE FROM sqs_message WHERE id = ?');
  }

  /** All of it or, when it throws, nothing. */
  atomically<T>(write: () => T): T {
    this.#database.exec('SAVEPOINT sqs');
    try {
      const result = write();
      this.#database.exec('RELEASE sqs');
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO sqs; RELEASE sqs');
      throw error;
    }
  }

  insert(queueName: string, message: Message, dueMs: number): void {
    const { id, body, attributes, traceHeader = null, senderId, sentAtMs } = message;
    const attributesText = JSON.stringify(attributes);
    this.#insert.run(id, queueName, body, attributesText, traceHeader, senderId, sentAtMs, dueMs);
  }

  update(id: string, state: MessageState, dueMs: number): void {
    const { receiveCount, receivesHere, firstReceivedAtMs = null, lastReceivedAtMs } = state;
    const isRepeated = Number(state.isRepeated);
    const counts = [receiveCount, receivesHere, firstReceivedAtMs, lastReceivedAtMs];
    this.#update.run(dueMs, ...counts, isRepeated, id);
  }

  moveToDeadLetters(id: string, queueName: string, sourceArn: string): void {
    this.#move.run(queueName, sourceArn, id);
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  removeAll(queueName: string): void {
    this.#database.prepare('DELETE FROM sqs_message WHERE queue = ?').run(queueName);
  }

  /** The message is visible again: a consumer has failed it, and no kill has cut it off. */
  endDelivery(id: string): void {
    try {
      this.#endDelivery.run(id);
    } catch {
      // Nothing is lost: the next start takes it for cut off, and it is received once more.
    }
  }

  /**
   * Deliveries that the end of the process has cut off are over, however long ago that was: their
   * messages are visible at once. They stay counted as receives, but no consumer has failed them.
   */
  endDeliveries(): void {
    this.#database.exec(
      'UPDATE sqs_message SET due_ms = 0, receives_here = MAX(0, receives_here - 1) ' +
        'WHERE receive_count > 0 AND due_ms > 0',
    );
  }

  /** In the order in which they were sent. */
  *messages(queueName: string): Generator<KeptMessage> {
    const rows = this.#database
      .prepare('SELECT * FROM sqs_message WHERE queue = ? ORDER BY rowid')
      .iterate(queueName);
    for (const row of rows) yield keptMessage(row as Row);
  }

  messageCount(queueName: string): number {
    const row = this.#database
      .prepare('SELECT count(*) AS count FROM sqs_message WHERE queue = ?')
      .get(queueName);
    return Number(row?.count);
  }

  queues(): readonly KeptQueue[] {
    return this.#database.prepare('SELECT * FROM sqs_queue ORDER BY rowid').all().map(keptQueue);
  }

  keepQueue({ name, createdAtMs, modifiedAtMs, model }: KeptQueue): void {
    const text = model ? JSON.stringify(model) : null;
    this.#database
      .prepare(
        'INSERT INTO sqs_queue VALUES (?, ?, ?, ?) ON CONFLICT (name) ' +
          'DO UPDATE SET modified_ms = excluded.modified_ms, model = excluded.model',
      )
      .run(name, createdAtMs, modifiedAtMs, text);
  }

  removeQueue(name: string): void {
    this.atomically(() => {
      this.removeAll(name);
      this.#database.prepare('DELETE FROM sqs_queue WHERE name = ?').run(name);
    });
  }
}

const keptMessage = (row: Row): KeptMessage => ({
  id: String(row.id),
  body: String(row.body),
  attributes: JSON.parse(String(row.attributes)) as MessageAttributes,
  traceHeader: textOf(row.trace_header),
  senderId: String(row.sender_id),
  sentAtMs: Number(row.sent_ms),
  deadLetterSourceArn: textOf(row.source_arn),
  dueMs: Number(row.due_ms),
  receiveCount: Number(row.receive_count),
  receivesHere: Number(row.receives_here),
  firstReceivedAtMs: row.first_received_ms === null ? undefined : Number(row.first_received_ms),
  lastReceivedAtMs: Number(row.last_received_ms),
  isRepeated: row.is_repeated === 1,
});

const keptQueue = (row: Record<string, unknown>): KeptQueue => ({
  name: String(row.name),
  createdAtMs: Number(row.created_ms),
  modifiedAtMs: Number(row.modified_ms),
  model: typeof row.model === 'string' ? (JSON.parse(row.model) as QueueModel) : undefined,
});

const textOf = (value: Row[string] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
