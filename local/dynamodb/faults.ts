/**
 * What DynamoDB does to its callers on a bad day, on demand: throttling, transaction conflicts and
 * reads of what was. For tests and the explorer; chance and time are the kernel's.
 */
import { AwsError } from '../gateway/service.ts';
import { type Kernel, sleep } from '../kernel/kernel.ts';
import type { Lag, LaggingCopies } from './lagging-copies.ts';
import { type FindTable, itemsOf, nameOfItem, tablesOf } from './request-items.ts';

type Input = Record<string, unknown>;

/** Which requests a fault meets: all that are not excluded. */
export interface FaultRule {
  /** Physical name or logical id. */
  readonly table?: string;
  /** `PutItem`, `Query` … */
  readonly action?: string;
  /** How many requests it meets before it is over. @default 1 */
  readonly times?: number;
  /** The share of matching requests that it meets, drawn by the kernel. @default 1: every one */
  readonly share?: number;
}

export interface ThrottleRule extends FaultRule {
  /** @default ThrottlingException, as a table on demand answers */
  readonly code?: 'ThrottlingException' | 'ProvisionedThroughputExceededException';
}

export interface DynamoFaults {
  /** Matching requests have no effect and are answered as throttled. Returns the way to end it. */
  throttle(rule: ThrottleRule): () => void;
  /**
   * Matching writes and transactions have no effect, as if their item were part of another
   * transaction. Returns the way to end it.
   */
  conflict(rule: FaultRule): () => void;
  /**
   * Every TransactWriteItems takes up to this long before it has its effect, and whatever else would
   * write its items meanwhile, or read them in a transaction, gets a transaction conflict. 0 ends it.
   */
  holdTransactions(longestMs: number): void;
  /** Weakly consistent reads see what was. Resolves when the copies that they read are made. */
  lag(lag: Lag): Promise<void>;
}

type Failing = (action: string, isMet: readonly boolean[]) => AwsError;
type ActiveRule = {
  readonly rule: FaultRule;
  readonly actions: ReadonlySet<string> | undefined;
  readonly fail: Failing;
  left: number;
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling */
const conflicting = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'TransactGetItems'],
]);

export class Faults implements DynamoFaults {
  readonly #kernel: Kernel;
  readonly #find: FindTable;
  readonly #copies: LaggingCopies;
  readonly #rules = new Set<ActiveRule>();
  readonly #held = new Set<string>();
  #longestHoldMs = 0;

  constructor(kernel: Kernel, find: FindTable, copies: LaggingCopies) {
    this.#kernel = kernel;
    this.#find = find;
    this.#copies = copies;
  }

  throttle({ code = 'ThrottlingException', ...rule }: ThrottleRule): () => void {
    const fail: Failing = (action, isMet) => throttled(code, action, isMet);
    return this.#add({ rule, actions: undefined, fail, left: rule.times ?? 1 });
  }

  conflict(rule: FaultRule): () => void {
    return this.#add({ rule, actions: conflicting, fail: conflict, left: rule.times ?? 1 });
  }

  holdTransactions(longestMs: number): void {
    this.#longestHoldMs = longestMs;
  }

  lag(lag: Lag): Promise<void> {
    return this.#copies.lag(lag);
  }

  /** Runs a request, unless a fault meets it. */
  async around<T>(action: string, input: Input, run: () => Promise<T>): Promise<T> {
    this.#meetRules(action, input);
    const isIdle = this.#longestHoldMs === 0 && this.#held.size === 0;
    if (isIdle || !conflicting.has(action)) return run();
    const names = itemsOf(action, input, this.#find).map(nameOfItem);
    const isMet = names.map((name) => this.#held.has(name));
    if (isMet.includes(true)) throw conflict(action, isMet);
    return action === 'TransactWriteItems' ? this.#hold(names, run) : run();
  }

  async #hold<T>(names: readonly string[], run: () => Promise<T>): Promise<T> {
    for (const name of names) this.#held.add(name);
    try {
      const delayMs = this.#kernel.random() * this.#longestHoldMs;
      await sleep(this.#kernel, delayMs, 'a transaction under way');
      return await run();
    } finally {
      for (const name of names) this.#held.delete(name);
    }
  }

  #add(active: ActiveRule): () => void {
    const { rule, actions } = active;
    if (rule.action !== undefined && actions && !actions.has(rule.action))
      throw new Error(`${rule.action} never conflicts; ${[...actions].join(', ')} do`);
    this.#rules.add(active);
    return () => void this.#rules.delete(active);
  }

  #meetRules(action: string, input: Input): void {
    for (const active of this.#rules) {
      const isMet = this.#meets(active, action, input);
      if (!isMet.includes(true)) continue;
      active.left--;
      if (active.left === 0) this.#rules.delete(active);
      this.#kernel.trace({ kind: 'dynamodb.fault', action, table: active.rule.table });
      throw active.fail(action, isMet);
    }
  }

  /** Of each part of the request, whether the fault meets it. */
  #meets({ rule, actions }: ActiveRule, action: string, input: Input): boolean[] {
    if (actions && !actions.has(action)) return [];
    if (rule.action !== undefined && rule.action !== action) return [];
    const isMet = tablesOf(action, input).map((name) => this.#isTable(rule.table, name));
    if (!isMet.includes(true) || rule.share === undefined) return isMet;
    return this.#kernel.random() < rule.share ? isMet : [];
  }

  #isTable(wanted: string | undefined, name: string): boolean {
    return wanted === undefined || wanted === name || this.#find(name)?.logicalId === wanted;
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const throttledMessages = {
  ThrottlingException:
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
  ProvisionedThroughputExceededException:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
};
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const throttledReasons = {
  ThrottlingException: 'ThrottlingError',
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
};

export function throttled(
  code: keyof typeof throttledMessages,
  action: string,
  isMet: readonly boolean[],
): AwsError {
  const Message = throttledMessages[code];
  if (!action.startsWith('Transact')) return new AwsError(code, Message);
  return canceled(isMet, { Code: throttledReasons[code], Message });
}

export function conflict(action: string, isMet: readonly boolean[]): AwsError {
  const Message = 'Transaction is ongoing for the item';
  if (!action.startsWith('Transact')) return new AwsError('TransactionConflictException', Message);
  return canceled(isMet, { Code: 'TransactionConflict', Message });
}

/** One reason per part of the transaction, in order; `None` for those that nothing was wrong with. */
function canceled(
  isMet: readonly boolean[],
  reason: { readonly Code: string; readonly Message: string },
): AwsError {
  const CancellationReasons = isMet.map((is) => (is ? reason : { Code: 'None' }));
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const said = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', said, { members: { CancellationReasons } });
}
