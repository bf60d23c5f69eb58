/** Executions of the saga's machine, as far as starting and recovering an order needs them. */
import { createHash } from 'node:crypto';
import type { Instant, OrderId } from '../domain/values.ts';

export type Execution =
  | { readonly status: 'RUNNING' | 'SUCCEEDED' }
  /** Failed, timed out or aborted: what it did is not all undone. */
  | { readonly status: 'BROKEN'; readonly stoppedAt: Instant };

export interface Executions {
  /**
   * Starts the machine for an order. `started` also when this very execution is running already;
   * `closed` when one of that name has ended. Throws a `PermanentFault` for another order's.
   */
  start(name: string, orderId: OrderId): Promise<'started' | 'closed'>;
  /** Undefined when there is none of that name. May lag behind a start or an end by moments. */
  find(name: string, orderId: OrderId): Promise<Execution | undefined>;
}

/** An order's first execution has its id as name: starting it twice starts it once. */
export const firstExecution = (orderId: OrderId): string => orderId;

/** Whoever follows the same execution starts the same recovery. */
export function followingExecution(orderId: OrderId, name: string): string {
  return `${orderId}-r${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
