/** An order's saga starts once, however often its placing is told. */
import type { OrderId } from '../domain/values.ts';
import { firstExecution } from './executions.ts';
import { type RecoveryOutcome, type RecoveryPorts, recoverOrder } from './recover-order.ts';

/** A closed execution may have left the order undecided, so a late repeat looks after it. */
export async function startSaga(ports: RecoveryPorts, orderId: OrderId): Promise<RecoveryOutcome> {
  const started = await ports.executions.start(firstExecution(orderId), orderId);
  return started === 'started' ? 'started' : recoverOrder(ports, orderId);
}
