/** OrderPlaced in, the order's saga started: once per order, however often delivered. */
import { recoveryConsumer } from './adapters/recovery-consumer.ts';
import { parseOrderPlaced } from './contract/order-placed.ts';
import { startSaga } from './shell/start-saga.ts';

export const handler = recoveryConsumer((ports, body) =>
  startSaga(ports, parseOrderPlaced(body).subject),
);
