/** What must always hold, and what must hold once nobody who is waited for has anything left to do. */
import { isHeld, type Parkable, type State, unitsAtFirst } from './state.ts';

export function alwaysViolated(s: State): string | undefined {
  if (s.wrong) return s.wrong;
  const held = s.reservation === 'HELD' ? 1 : 0;
  const [first, second] = s.available;
  if (first < 0 || second < 0) return 'stock is negative';
  const sold = s.isSold ? unitsAtFirst : 0;
  if (first + held !== unitsAtFirst || second + held + sold !== unitsAtFirst)
    return 'stock is not conserved';
  if (s.parcels > 1) return 'two parcels at once';
  if (s.mails > 1) return 'two messages to the customer';
  if (s.older === 'live' && s.intent === 'live') return 'money is held twice';
  if (s.intent === 'captured' && s.order !== 'CONFIRMED')
    return `money is taken for an order that is ${s.order}`;
  if (s.order === 'CONFIRMED') return undoneAfterAll(s);
  return undefined;
}

function undoneAfterAll(s: State): string | undefined {
  if (s.reservation === 'RELEASED') return 'stock of a confirmed order is given back';
  if (s.payment === 'VOIDED') return 'money of a confirmed order is let go';
  if (s.shipment === 'CANCELLING' || s.shipment === 'CANCELLED')
    return 'the parcel of a confirmed order is cancelled';
  return undefined;
}

/** Whether only those are left whom nobody waits for: what they may still do, they may never do. */
export const isAtRest = ({ agents }: State): boolean =>
  agents.every(({ kind }) => kind === 'zombie' || kind === 'customer');

export function restViolated(s: State, consumers: readonly string[]): string | undefined {
  switch (s.order) {
    case 'none':
    case 'REFUSED':
      return undefined;
    case 'PENDING':
      return s.parked.includes('recovery') ? undefined : 'the order is stuck in PENDING';
    case 'CONFIRMED':
      return unconfirmed(s, consumers) ?? untold(s, consumers);
    default:
      return leftOver(s) ?? untold(s, consumers);
  }
}

function unconfirmed(s: State, consumers: readonly string[]): string | undefined {
  if (s.reservation !== 'HELD') return 'confirmed without stock';
  if (s.parcels !== 1) return `confirmed with ${s.parcels} parcels`;
  if (s.older === 'live') return 'confirmed with money held twice';
  if (!consumers.includes('CapturePayment'))
    return isHeld(s) || s.isHoldExpired ? undefined : 'confirmed without money';
  const isTaken = s.intent === 'captured';
  const truth = isTaken ? 'CAPTURED' : 'PARKED';
  if (s.payment !== truth) return `the money is ${s.intent}, but its row says ${s.payment}`;
  if (s.money !== truth) return `the money is ${truth}, but the order tells ${s.money}`;
  return undefined;
}

/** An effect may be left behind only where a person was told. */
function leftOver(s: State): string | undefined {
  if (s.reservation === 'HELD' && !isTold(s, 'ReleaseStock'))
    return 'stock held for an order that failed';
  if (isHeld(s) && !isTold(s, 'VoidPayment')) return 'money held for an order that failed';
  if (s.parcels > 0 && !isTold(s, 'CancelShipment')) return 'a parcel for an order that failed';
  return undefined;
}

const isTold = ({ parked }: State, step: Parkable): boolean =>
  parked.includes(step) || parked.includes('recovery');

/** No harm by itself, and so no violation; but somebody who comes late would find the door open. */
export function tombstoneMissing(s: State): string | undefined {
  if (s.order !== 'REJECTED' && s.order !== 'CANCELLED') return undefined;
  const { reservation, payment, shipment } = s;
  if (reservation !== 'RELEASED' && !isTold(s, 'ReleaseStock'))
    return `the reservation of an order that failed is ${reservation}`;
  if (payment !== 'VOIDED' && payment !== 'DECLINED' && !isTold(s, 'VoidPayment'))
    return `the payment of an order that failed is ${payment}`;
  if (shipment !== 'CANCELLED' && !isTold(s, 'CancelShipment'))
    return `the shipment of an order that failed is ${shipment}`;
  return undefined;
}

/** A claim too old to be settled is parked, and a person looks whether it was sent. */
function untold(s: State, consumers: readonly string[]): string | undefined {
  if (!consumers.includes('NotifyCustomer')) return undefined;
  if (s.notification === 'SENT') return s.mails === 1 ? undefined : 'a message is marked, not sent';
  return s.isMailKeyOld ? undefined : 'the customer was never told';
}
