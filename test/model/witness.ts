/** Sees every committed write of a running pipeline to a row of an order, and follows it in the model. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Call } from '../../local/gateway/gateway.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { abstracted, type Observed, type ObservedTable, type Row } from './abstraction.ts';
import { createFollower, type Follower, type FollowerOptions } from './conformance.ts';
import type { Visible } from './visible.ts';

/** By table: the beginning of its logical id, and its key. */
const tables = {
  Orders: { logicalId: 'OrdersTable', key: ['id'] },
  Stock: { logicalId: 'Stock', key: ['id'] },
  Payments: { logicalId: 'Payments', key: ['orderId'] },
  Shipments: { logicalId: 'Shipments', key: ['orderId'] },
  Notifications: { logicalId: 'Notifications', key: ['eventId'] },
  Sandbox: { logicalId: 'Sandbox', key: ['pk', 'sk'] },
} as const satisfies Record<ObservedTable, unknown>;
const tableNames = Object.keys(tables) as readonly ObservedTable[];

type Item = Record<string, AttributeValue>;
type Write = { readonly TableName?: string; readonly Item?: Item; readonly Key?: Item };
type Target = { readonly table: ObservedTable; readonly TableName: string; readonly Key: Item };

/** Attach it before any fault: it must stand closest to the tables. */
export class Witness {
  /** What the model does not explain. */
  readonly problems: string[] = [];
  readonly #pipeline: Pipeline;
  readonly #options: FollowerOptions;
  readonly #traces = new Map<string, { follower: Follower; events: Visible[] }>();
  /** One write at a time, so that every change has one author. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pipeline, options: FollowerOptions = {}) {
    this.#pipeline = pipeline;
    this.#options = options;
    pipeline.disturb((call, next) => this.#watch(call, next));
  }

  trace(orderId: string): readonly Visible[] {
    return this.#traces.get(orderId)?.events ?? [];
  }

  /** What of an order, or of all, may not end as it has. */
  atRest(): string[] {
    return [...this.#traces].flatMap(([id, { follower }]) => {
      const problem = follower.atRest();
      return problem ? [`${id}: ${problem}`] : [];
    });
  }

  async #watch(call: Call, next: () => Promise<object>): Promise<object> {
    const targets = writesOf(call).flatMap((write) => this.#target(write));
    if (targets.length === 0) return next();
    const mine = this.#turn.then(() => this.#observe(call, targets, next));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #observe(
    call: Call,
    targets: readonly Target[],
    next: () => Promise<object>,
  ): Promise<object> {
    const before = await this.#read(targets);
    const answer = await next();
    const after = await this.#read(targets);
    const entry = this.#pipeline.entryOf(call);
    for (const [index, { table }] of targets.entries())
      this.#note(abstracted({ entry, table, before: before[index], after: after[index] }));
    return answer;
  }

  #target({ TableName = '', Item, Key }: Write): Target[] {
    return tableNames
      .filter((table) => this.#pipeline.table(tables[table].logicalId) === TableName)
      .map((table) => {
        const named = tables[table].key.map((name) => [name, Item?.[name]]);
        return { table, TableName, Key: Key ?? (Object.fromEntries(named) as Item) };
      });
  }

  async #read(targets: readonly Target[]): Promise<(Row | undefined)[]> {
    const rows: (Row | undefined)[] = [];
    for (const { TableName, Key } of targets) {
      const input = { TableName, Key, ConsistentRead: true };
      const caller = { name: 'witness', roleArn: undefined };
      const call = { service: 'dynamodb', action: 'GetItem', input, caller };
      const { Item } = (await this.#pipeline.engine.gateway.call(call)) as { Item?: Item };
      rows.push(Item && unmarshall(Item));
    }
    return rows;
  }

  #note(seen: Observed | undefined): void {
    if (!seen) return;
    const { orderId, event } = seen;
    const fresh = { follower: createFollower(this.#options), events: [] };
    const trace = this.#traces.get(orderId) ?? fresh;
    this.#traces.set(orderId, trace);
    trace.events.push(event);
    const problem = trace.follower.see(event);
    if (problem) this.problems.push(`${orderId}: ${problem}`);
  }
}

function writesOf({ action, input }: Call): Write[] {
  if (action === 'PutItem' || action === 'UpdateItem') return [input as Write];
  if (action !== 'TransactWriteItems') return [];
  return (input.TransactItems as Record<string, Write>[]).flatMap((item) => Object.values(item));
}
