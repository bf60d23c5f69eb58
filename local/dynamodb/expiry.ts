/**
 * Time to live: deletes items some time after they have expired, by the engine's clock.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
import { AwsError } from '../gateway/service.ts';
import type { Kernel, Timer } from '../kernel/kernel.ts';
import type { TableModel } from '../template/model.ts';
import type { DynamoClient } from './client.ts';
import type { Expiring, ExpiryStore } from './expiry-store.ts';
import { keyOf, type RawItem } from './request-items.ts';

/** AWS says "within a few days"; a person who watches shall see it happen. */
const longestDelayMs = { virtual: 48 * 3_600_000, real: 5 * 60_000 };
/** What expired longer ago is taken for a mistake, and stays. */
const oldestSeconds = 5 * 365.25 * 24 * 3600;
const portion = 100;

export interface ExpirySettings {
  readonly kernel: Kernel;
  readonly store: ExpiryStore;
  /** One that does not wait its turn: the exchange is the kernel's as a whole. */
  readonly client: DynamoClient;
  readonly onDelete: (table: string) => void;
}

type Watched = Expiring & { readonly model: TableModel };
type Look = { readonly atMs: number; readonly timer: Timer };

export class Expiry {
  readonly #settings: ExpirySettings;
  readonly #watched = new Map<string, Watched>();
  readonly #looks = new Map<string, Look>();

  constructor(settings: ExpirySettings) {
    this.#settings = settings;
  }

  /** Follows the table's TTL attribute from now on, or no longer if it has none. */
  watch(model: TableModel): void {
    this.forget(model.name);
    if (model.ttlAttribute === undefined) return;
    const { name: table, ttlAttribute: attribute } = model;
    this.#watched.set(table, { table, attribute, model });
    this.noteWritten(table);
  }

  forget(table: string): void {
    this.#watched.delete(table);
    this.#looks.get(table)?.timer.cancel();
    this.#looks.delete(table);
  }

  /** A table in which nothing can expire any more is left alone until it is written. */
  noteWritten(table: string): void {
    const watched = this.#watched.get(table);
    if (watched) this.#lookAfter(watched, this.#settings.kernel.now());
  }

  /** At a random moment after `fromMs`, unless a look is due before that can be too late. */
  #lookAfter(watched: Watched, fromMs: number): void {
    const { kernel } = this.#settings;
    const longestMs = longestDelayMs[kernel.mode];
    const { table } = watched;
    const due = this.#looks.get(table);
    if (due && due.atMs <= fromMs + longestMs) return;
    due?.timer.cancel();
    const atMs = fromMs + kernel.random() * longestMs;
    const timer = kernel.after(atMs - kernel.now(), `time to live of ${table}`, () => {
      this.#looks.delete(table);
      void this.#look(watched);
    });
    this.#looks.set(table, { atMs, timer });
  }

  async #look(watched: Watched): Promise<void> {
    const { kernel, store } = this.#settings;
    const now = kernel.now() / 1000;
    try {
      for (const item of store.expired(
        watched,
        { after: now - oldestSeconds, before: now },
        portion,
      ))
        await this.#delete(watched, item);
      const next = store.next(watched, now - oldestSeconds);
      if (next !== undefined && this.#watched.get(watched.table) === watched)
        this.#lookAfter(watched, Math.max(next * 1000, kernel.now()));
    } catch (error) {
      const { table } = watched;
      kernel.trace({ kind: 'dynamodb.expiry-failed', table, error: String(error) });
      this.#lookAfter(watched, kernel.now());
    }
  }

  /** On condition that nobody has given it more time meanwhile. */
  #delete({ table, attribute, model }: Watched, item: RawItem): Promise<void> {
    const { kernel, store, client, onDelete } = this.#settings;
    const Key = keyOf(item, model);
    return kernel.outside(`time to live of ${table}`, async () => {
      store.mark(table, Key);
      try {
        await client.send('DynamoDB_20120810.DeleteItem', {
          TableName: table,
          Key,
          ConditionExpression: '#expires = :expires',
          ExpressionAttributeNames: { '#expires': attribute },
          ExpressionAttributeValues: { ':expires': item[attribute] },
        });
        kernel.trace({ kind: 'dynamodb.expire', table });
        onDelete(table);
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException')
          throw error;
      } finally {
        store.unmark();
      }
    });
  }
}
