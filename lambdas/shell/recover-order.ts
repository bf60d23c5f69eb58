/**
 * Brings an order to its end by running its machine again, whatever became of earlier executions.
 * Harmless at any time and any number of times: every step answers a repeat with its first answer.
 */
import { PermanentFault } from '../contract/faults.ts';
import { recordParked } from '../domain/order.ts';
import { nextRecovery } from '../domain/recovery.ts';
import type { Instant, OrderId } from '../domain/values.ts';
import { decideOrder } from './decide-order.ts';
import { type Executions, firstExecution, followingExecution } from './executions.ts';
import type { Clock, OrderStore, ParkingLot } from './ports.ts';

export interface Reminders {
  /** Has the order looked at again, at least once, after `seconds` (0 to 900). */
  remind(orderId: OrderId, seconds: number): Promise<void>;
}

export type RecoveryPorts = {
  readonly orders: Pick<OrderStore, 'find' | 'commit'>;
  readonly parking: ParkingLot;
  readonly executions: Executions;
  readonly reminders: Reminders;
  readonly clock: Clock;
};

export type RecoveryOutcome =
  | 'confirmed'
  | 'parked'
  | 'succeeded'
  | 'running'
  | 'started'
  | 'waiting';

/** The longest delay of a message, and the interval at which a running execution is looked at. */
export const longestReminderSeconds = 900;

/** The row that stops all automatic recovery of an order: given up, or held by an operator. */
export const parkedOrderId = (orderId: OrderId): string => `order:${orderId}`;

/** Whatever is still under way when this returns has a reminder, so that nobody loses sight of it. */
export async function recoverOrder(
  ports: RecoveryPorts,
  orderId: OrderId,
): Promise<RecoveryOutcome> {
  const order = await ports.orders.find(orderId);
  if (!order) throw new PermanentFault(`no order ${orderId}`);
  if (order.status === 'CONFIRMED') return 'confirmed';
  if (await ports.parking.isParked(parkedOrderId(orderId))) return 'parked';

  const { last, stops, name } = await followExecutions(ports.executions, orderId);
  if (last === 'SUCCEEDED') return 'succeeded';
  if (last === 'RUNNING') {
    await ports.reminders.remind(orderId, longestReminderSeconds);
    return 'running';
  }
  return runAgain(ports, { orderId, stops, name });
}

type Chain = {
  /** The newest execution: running, succeeded, or undefined when `name` is still to be started. */
  readonly last: 'RUNNING' | 'SUCCEEDED' | undefined;
  readonly stops: readonly Instant[];
  readonly name: string;
};

async function followExecutions(executions: Executions, orderId: OrderId): Promise<Chain> {
  const stops: Instant[] = [];
  for (let name = firstExecution(orderId); ; name = followingExecution(orderId, name)) {
    const execution = await executions.find(name, orderId);
    if (execution?.status !== 'BROKEN') return { last: execution?.status, stops, name };
    stops.push(execution.stoppedAt);
  }
}

async function runAgain(
  ports: RecoveryPorts,
  { orderId, stops, name }: { orderId: OrderId; stops: readonly Instant[]; name: string },
): Promise<RecoveryOutcome> {
  const next = nextRecovery(stops, ports.clock());
  if (next.move === 'give up') return park(ports, orderId, stops.length - 1);
  if (next.move === 'wait') {
    await ports.reminders.remind(orderId, Math.min(next.seconds, longestReminderSeconds));
    return 'waiting';
  }
  // The end of an execution is told by a best-effort event only, so someone looks at this one too.
  await ports.reminders.remind(orderId, longestReminderSeconds);
  const started = await ports.executions.start(name, orderId);
  return started === 'started' ? 'started' : 'waiting';
}

/** The order shows it first: once the row is there, no redelivery comes this far again. */
async function park(
  { orders, parking, clock }: RecoveryPorts,
  orderId: OrderId,
  recoveries: number,
): Promise<RecoveryOutcome> {
  const at = clock();
  await decideOrder(orders, orderId, (order) => recordParked(order, { step: 'recovery', at }));
  await parking.park({
    id: parkedOrderId(orderId),
    reason: `not finished by ${recoveries} recoveries`,
    at,
    payload: JSON.stringify({ orderId }),
  });
  return 'parked';
}
