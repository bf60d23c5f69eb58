/** Holds the order's money, once: however often it is tried, and never after it was voided. */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { isSameMoney } from '../domain/money.ts';
import { mayProceed, type Order, orderTotal } from '../domain/order.ts';
import {
  type Authorization,
  authorized,
  authorizeMove,
  declined,
  isLive,
  type Payment,
  type PaymentRequest,
  settledByLookUp,
  type TriedPayment,
} from '../domain/payment.ts';
import type { OrderId } from '../domain/values.ts';
import type { PaymentGateway, PaymentStore } from './payment-ports.ts';
import type { Clock, OrderStore } from './ports.ts';

export type PaymentStepPorts = {
  readonly payments: PaymentStore;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
};

export type AuthorizeOutcome =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: string };

const maxMoves = 8;

export async function authorizePayment(
  ports: PaymentStepPorts & { readonly orders: OrderStore },
  { orderId }: { orderId: OrderId },
): Promise<AuthorizeOutcome> {
  const order = await ports.orders.find(orderId);
  if (!order) throw new PermanentFault(`no order ${orderId}`);
  const proceed = mayProceed(order, ports.clock());
  return proceed === 'yes'
    ? settle(ports, requestOf(order))
    : { outcome: 'refused', reason: proceed };
}

async function settle(ports: PaymentStepPorts, request: PaymentRequest): Promise<AuthorizeOutcome> {
  let payment: Payment | undefined;
  for (let count = 0; count < maxMoves; count++) {
    const move = authorizeMove(payment, { request, now: ports.clock() });
    switch (move.next) {
      case 'save':
        payment = await ports.payments.save(payment, move.payment);
        break;
      case 'create':
        payment = await ports.payments.save(move.tried, await create(ports, move.tried));
        break;
      case 'look up':
        payment = await ports.payments.save(move.tried, await lookUp(ports, move.tried));
        break;
      case 'refuse':
        return { outcome: 'refused', reason: move.reason };
      case 'done':
        return { outcome: 'done' };
    }
  }
  throw new TransientFault(`payment of ${request.orderId} changed ${maxMoves} times meanwhile`);
}

async function create(ports: PaymentStepPorts, tried: TriedPayment): Promise<Payment> {
  const { request, key } = tried.attempt;
  const answer = await ports.gateway.authorize(request, key);
  switch (answer.outcome) {
    case 'authorized':
      return authorized(tried, answer.id);
    case 'declined':
      return declined(tried);
    case 'key unusable': {
      const found = await findOwn(ports.gateway, request);
      // No new key while the old one is valid: its first request may still make something.
      if (found.length === 0)
        throw new TransientFault(`authorisation of ${request.orderId}: ${answer.code}`);
      return settledByLookUp(tried, found, ports.clock());
    }
  }
}

async function lookUp(ports: PaymentStepPorts, tried: TriedPayment): Promise<Payment> {
  const found = await findOwn(ports.gateway, tried.attempt.request);
  return settledByLookUp(tried, found, ports.clock());
}

async function findOwn(
  gateway: PaymentGateway,
  { orderId, amount }: PaymentRequest,
): Promise<readonly Authorization[]> {
  const found = await gateway.findByOrder(orderId);
  const live = found.filter(isLive);
  if (live.length > 1)
    throw new PermanentFault(`order ${orderId} has ${live.length} authorisations, expected one`);
  if (live.some((one) => !isSameMoney(one.amount, amount)))
    throw new PermanentFault(`the authorisation of order ${orderId} has another amount`);
  return found.filter(({ status }) => status !== 'CANCELLED');
}

const requestOf = ({ id, lines, paymentMethod }: Order): PaymentRequest => ({
  orderId: id,
  amount: orderTotal(lines),
  method: paymentMethod,
});
