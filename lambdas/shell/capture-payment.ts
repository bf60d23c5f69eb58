/** Takes the money of a confirmed order, once; a refusal for good is parked and shows on the order. */
import assert from 'node:assert/strict';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { CloudEvent } from '../contract/order-events.ts';
import { type Order, recordCapture, recordCaptureRefused } from '../domain/order.ts';
import {
  type AuthorizedPayment,
  captured,
  captureKey,
  captureParked,
  type Payment,
} from '../domain/payment.ts';
import type { OrderId } from '../domain/values.ts';
import { decideFrom, existing } from './decide-order.ts';
import type { PaymentGateway, PaymentStore } from './payment-ports.ts';
import type { Clock, OrderStore, ParkingLot } from './ports.ts';

export type CapturePaymentPorts = {
  readonly orders: OrderStore;
  readonly payments: PaymentStore;
  readonly gateway: PaymentGateway;
  readonly parking: ParkingLot;
  readonly clock: Clock;
};

const maxMoves = 4;

/** Only a confirmation moves money; any other event has lost its way. */
export async function captureOnConfirmation(
  ports: CapturePaymentPorts,
  { type, subject }: CloudEvent,
): Promise<void> {
  if (type !== 'OrderConfirmed')
    throw new PermanentFault(`nothing to capture for ${type}, expected OrderConfirmed`);
  await capturePayment(ports, subject);
}

/**
 * Each stage finds the one before it done, so a redelivery at any point finishes the rest. Parked is
 * what the order does not tell yet: a row that a person has deleted stays deleted.
 */
export async function capturePayment(ports: CapturePaymentPorts, orderId: OrderId): Promise<void> {
  const payment = await settle(ports, await findAuthorized(ports.payments, orderId));
  const order = existing(orderId, await ports.orders.find(orderId));
  if (payment.status === 'PARKED' && order.payment !== 'PARKED') await park(ports, orderId);
  await recordOnOrder(ports, order, payment);
}

async function settle(
  ports: CapturePaymentPorts,
  found: AuthorizedPayment,
): Promise<AuthorizedPayment> {
  let payment = found;
  for (let count = 0; count < maxMoves; count++) {
    if (payment.status !== 'AUTHORIZED') return payment;
    const { authorizationId, attempt } = payment;
    const { outcome } = await ports.gateway.capture(authorizationId, {
      amount: attempt.request.amount,
      key: captureKey(payment),
    });
    const next = outcome === 'captured' ? captured(payment) : captureParked(payment);
    payment = expectAuthorized(await ports.payments.save(payment, next), payment.orderId);
  }
  throw new TransientFault(`payment of ${found.orderId} changed ${maxMoves} times meanwhile`);
}

async function recordOnOrder(
  { orders, clock }: CapturePaymentPorts,
  found: Order,
  { orderId, status }: AuthorizedPayment,
): Promise<void> {
  assert(status !== 'AUTHORIZED', 'the capture is settled before the order tells it');
  const record = status === 'CAPTURED' ? recordCapture : recordCaptureRefused;
  const { outcome } = await decideFrom(orders, found, (order) => record(order, { at: clock() }));
  if (outcome === 'refused')
    throw new PermanentFault(`order ${orderId} is not confirmed, but its payment is ${status}`);
}

const park = ({ parking, clock }: CapturePaymentPorts, orderId: OrderId): Promise<void> =>
  parking.park({
    id: `order:${orderId}:CapturePayment`,
    reason: 'CAPTURE_REFUSED',
    at: clock(),
    payload: JSON.stringify({ orderId }),
  });

const findAuthorized = async (store: PaymentStore, orderId: OrderId): Promise<AuthorizedPayment> =>
  expectAuthorized(await store.find(orderId), orderId);

function expectAuthorized(payment: Payment | undefined, orderId: OrderId): AuthorizedPayment {
  if (payment && 'authorizationId' in payment && payment.status !== 'VOIDED') return payment;
  const status = payment?.status ?? 'missing';
  throw new PermanentFault(`the payment of order ${orderId} is ${status}, expected AUTHORIZED`);
}
