/**
 * What has been seen of one run, as invariants read it: committed rows, accepted messages, answers to
 * clients, deliveries, and once it is quiet what is left over. How it is seen is the watcher's business.
 */
import type { EngineRequest } from '../../local/http-api/client.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Tables by what they hold; `Sandbox` is the providers' own truth. */
export const tables = [
  ...(['Orders', 'OrderView', 'Catalogue', 'Stock', 'Payments', 'Shipments'] as const),
  ...(['Notifications', 'Idempotency', 'Parked', 'Sandbox'] as const),
] as const;
export type Table = (typeof tables)[number];

/** One committed change of one row. A transaction makes several, with one `step`. */
export interface Change {
  readonly table: Table;
  /** The row's key, as text. */
  readonly key: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Entry of the function that wrote, or `engine`, e.g. for what expired. */
  readonly by: string;
}

/** A message that a queue has accepted. */
export interface Sent {
  /** Logical id of the queue. */
  readonly queue: string;
  readonly body: string;
  readonly by: string;
}

/** One invocation of a function, seen when it ends. */
export interface Delivery {
  readonly entry: string;
  /** Who invoked: `sqs:…`, `stream:…`, `states.…`, `apigateway:…`. */
  readonly source: string;
  readonly event: unknown;
  /** `ok`, `throttled`, or the type of the error. */
  readonly outcome: string;
  readonly answer: unknown;
  /** Message of the error, where it ended with one. */
  readonly message?: string | undefined;
}

/** One request of a client. Whether it had its effect is known (`ok`, `fail`) or not (`info`). */
export interface Operation {
  readonly client: string;
  readonly request: EngineRequest;
  readonly startedMs: number;
  outcome: 'pending' | 'ok' | 'fail' | 'info';
  endedMs?: number;
  status?: number;
  headers?: Readonly<Record<string, string>>;
  text?: string;
  json?: unknown;
}

export interface LogLine {
  readonly entry: string;
  readonly level: string;
  readonly line: string;
}

/** A fault that has struck. */
export interface Struck {
  readonly site: string;
  readonly kind: string;
  readonly atMs: number;
}

export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** Names of the states it entered, in their order. */
  readonly states: readonly string[];
}

/** Everything that happens, in its order. */
export type Happening = { readonly step: number; readonly atMs: number } & (
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'sent'; readonly sent: Sent }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'answer'; readonly operation: Operation }
  | { readonly kind: 'log'; readonly log: LogLine }
  | { readonly kind: 'fault'; readonly struck: Struck }
);

export interface World {
  readonly happenings: readonly Happening[];
  readonly operations: readonly Operation[];
  readonly faults: readonly Struck[];
  /** Something was broken for good, or with poison: parked things and dead letters may be right. */
  readonly mayPark: boolean;
  now(): number;
  /** The rows of a table as they are committed now. */
  rows(table: Table): readonly Row[];
  row(table: Table, key: string): Row | undefined;
}

/** The world once it is quiet, with what only then can be told. */
export interface QuietWorld extends World {
  readonly executions: readonly Execution[];
  /** Visible and hidden messages by logical id of the dead-letter queue; only those that hold some. */
  readonly deadLetters: Readonly<Record<string, readonly string[]>>;
  /** Keys of the objects that on-failure destinations hold. */
  readonly failureObjects: readonly string[];
  /** What keeps the engine from being quiet, in words. */
  readonly pending: readonly string[];
}
