/** Undoes the authorisation, or keeps it from ever happening; captured money is never voided here. */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import {
  type AuthorizationId,
  isLive,
  keyUnusable,
  type Payment,
  type TriedPayment,
  voided,
  voidMove,
} from '../domain/payment.ts';
import type { OrderId } from '../domain/values.ts';
import type { PaymentGateway, PaymentStore } from './payment-ports.ts';
import type { Clock } from './ports.ts';

export type VoidPaymentPorts = {
  readonly payments: PaymentStore;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  /** See `Undoing.searchLagMs`. */
  readonly searchLagMs: number;
};

const maxMoves = 8;

export async function voidPayment(
  ports: VoidPaymentPorts,
  { orderId }: { orderId: OrderId },
): Promise<{ outcome: 'done' }> {
  const { payments, gateway, clock, searchLagMs } = ports;
  let payment: Payment | undefined;
  for (let count = 0; count < maxMoves; count++) {
    const move = voidMove(payment, { orderId, now: clock(), searchLagMs });
    switch (move.next) {
      case 'save':
        payment = await payments.save(payment, move.payment);
        break;
      case 'burn':
        payment = await payments.save(move.tried, await burnKey(ports, move.tried));
        break;
      case 'look up':
        await cancelFound(gateway, orderId);
        payment = await payments.save(move.tried, voided(move.tried));
        break;
      case 'wait':
        throw new TransientFault(
          `payment of ${orderId}: its key gives only errors, and what it made may not be listed before ${move.until}`,
        );
      case 'cancel':
        await cancel(gateway, orderId, move.authorized.authorizationId);
        payment = await payments.save(move.authorized, voided(move.authorized));
        break;
      case 'refuse':
        throw new PermanentFault(`the payment of order ${orderId} is ${move.status}, not voided`);
      case 'done':
        return { outcome: 'done' };
    }
  }
  throw new TransientFault(`payment of ${orderId} changed ${maxMoves} times meanwhile`);
}

/** Repeats the same create, so that a late one only gets its answer; then cancels what that made. */
async function burnKey(
  { gateway, clock }: VoidPaymentPorts,
  tried: TriedPayment,
): Promise<Payment> {
  const { orderId, attempt } = tried;
  const answer = await gateway.authorize(attempt.request, attempt.key);
  if (answer.outcome === 'authorized') await cancel(gateway, orderId, answer.id);
  if (answer.outcome !== 'key unusable') return voided(tried);
  const count = await cancelFound(gateway, orderId);
  // Each attempt makes one at most: with fewer, the last one's may not be listed yet.
  return count < attempt.number ? keyUnusable(tried, clock()) : voided(tried);
}

/** Returns how many are listed, whatever their state. */
async function cancelFound(gateway: PaymentGateway, orderId: OrderId): Promise<number> {
  const found = await gateway.findByOrder(orderId);
  for (const { id } of found.filter(isLive)) await cancel(gateway, orderId, id);
  return found.length;
}

async function cancel(
  gateway: PaymentGateway,
  orderId: OrderId,
  id: AuthorizationId,
): Promise<void> {
  const { outcome } = await gateway.cancel(id);
  if (outcome === 'captured')
    throw new PermanentFault(`the payment of order ${orderId} is captured, not voided`);
}
