/**
 * Counts what AWS would bill. Plain numbers under names, so that a snapshot is JSON and two of them
 * can be subtracted; prices are not its business.
 */

type Counts = Record<string, number>;

/** What one table consumed, in capacity units, indexes and transactional doubling included. */
export type TableUsage = { readUnits: number; writeUnits: number };
/** `billedRequests`: one per 64 KB of payload, at least one per request. */
export type QueueUsage = { requests: number; billedRequests: number; messages: number };
export type FunctionUsage = {
  invocations: number;
  billedMs: number;
  /** Billed milliseconds × memory, in GB·s. */
  gbSeconds: number;
  logBytes: number;
};

export interface Usage {
  /** Requests by `service.Action`, failed ones included. */
  readonly requests: Counts;
  /** Requests by `service.Action` that were answered by an error. */
  readonly errors: Counts;
  readonly tables: Record<string, TableUsage>;
  readonly queues: Record<string, QueueUsage>;
  readonly functions: Record<string, FunctionUsage>;
  /** State transitions by machine. */
  readonly transitions: Counts;
  /** Requests of the HTTP API by API id. */
  readonly apiRequests: Counts;
  /** Request and answer bodies, in characters: bytes, but for text beyond ASCII. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Execution history written by Step Functions, were it logged. */
  readonly historyBytes: number;
}

/** SQS bills a request for every started 64 KB of payload. */
const billedChunkBytes = 64 * 1024;

export class Meter {
  #usage = noUsage();

  request(service: string, action: string, bytesIn: number): void {
    bump(this.#usage.requests, `${service}.${action}`, 1);
    this.#usage.bytesIn += bytesIn;
  }

  answer(service: string, action: string, bytesOut: number, isError: boolean): void {
    if (isError) bump(this.#usage.errors, `${service}.${action}`, 1);
    this.#usage.bytesOut += bytesOut;
  }

  capacity(table: string, readUnits: number, writeUnits: number): void {
    const usage = entryOf(this.#usage.tables, table, { readUnits: 0, writeUnits: 0 });
    usage.readUnits += readUnits;
    usage.writeUnits += writeUnits;
  }

  /** `messages` are those sent, received or deleted by this request. */
  sqsRequest(_action: string, queue: string, bytes: number, messages: number): void {
    const none = { requests: 0, billedRequests: 0, messages: 0 };
    const usage = entryOf(this.#usage.queues, queue, none);
    usage.requests++;
    usage.billedRequests += Math.max(1, Math.ceil(bytes / billedChunkBytes));
    usage.messages += messages;
  }

  transition(machine: string): void {
    bump(this.#usage.transitions, machine, 1);
  }

  historyBytes(bytes: number): void {
    this.#usage.historyBytes += bytes;
  }

  apiRequest(api: string): void {
    bump(this.#usage.apiRequests, api, 1);
  }

  /** Lambda bills every started millisecond. */
  invocation(functionName: string, memoryMb: number, durationMs: number): void {
    const usage = this.#function(functionName);
    const billedMs = Math.max(1, Math.ceil(durationMs));
    usage.invocations++;
    usage.billedMs += billedMs;
    usage.gbSeconds += (billedMs / 1000) * (memoryMb / 1024);
  }

  logBytes(functionName: string, bytes: number): void {
    this.#function(functionName).logBytes += bytes;
  }

  /** A copy that later counting does not change. */
  snapshot(): Usage {
    return structuredClone(this.#usage);
  }

  #function(name: string): FunctionUsage {
    const none = { invocations: 0, billedMs: 0, gbSeconds: 0, logBytes: 0 };
    return entryOf(this.#usage.functions, name, none);
  }
}

/** What was used between two snapshots; names without any use in between are left out. */
export const diff = (before: Usage, after: Usage): Usage => ({
  ...noUsage(),
  ...(difference(before, after) as Partial<Usage> | undefined),
});

type Tree = { readonly [name: string]: number | Tree };
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const noUsage = (): Writable<Usage> => ({
  requests: {},
  errors: {},
  tables: {},
  queues: {},
  functions: {},
  transitions: {},
  apiRequests: {},
  bytesIn: 0,
  bytesOut: 0,
  historyBytes: 0,
});

function entryOf<T>(entries: Record<string, T>, name: string, none: T): T {
  entries[name] ??= none;
  return entries[name];
}

function bump(counts: Counts, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}

function difference(before: object | undefined, after: object): Tree | undefined {
  const changed: Record<string, number | Tree> = {};
  for (const [name, value] of Object.entries(after)) {
    const past = (before as Record<string, unknown> | undefined)?.[name];
    const change =
      typeof value === 'number'
        ? value - (typeof past === 'number' ? past : 0)
        : difference(past as object | undefined, value);
    if (change !== undefined && change !== 0) changed[name] = change;
  }
  return Object.keys(changed).length === 0 ? undefined : changed;
}
