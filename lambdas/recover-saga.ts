/** Executions that broke, and reminders of unfinished orders, in; the machine run again out. */
import { recoveryConsumer } from './adapters/recovery-consumer.ts';
import { parseRecoveryRequest } from './contract/recovery-request.ts';
import { recoverOrder } from './shell/recover-order.ts';

export const handler = recoveryConsumer((ports, body) =>
  recoverOrder(ports, parseRecoveryRequest(body).orderId),
);
