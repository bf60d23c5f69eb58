/** OrderPlaced in, 15 minutes late: what is not finished by now is looked after until it is. */
import { recoveryConsumer } from './adapters/recovery-consumer.ts';
import { parseOrderPlaced } from './contract/order-placed.ts';
import { recoverOrder } from './shell/recover-order.ts';

export const handler = recoveryConsumer((ports, body) =>
  recoverOrder(ports, parseOrderPlaced(body).subject),
);
