/** What an observer of committed writes sees of the model: who wrote, and what one participant became. */
import type { Participant } from './move.ts';
import type { Order, State } from './state.ts';

export type Visible = {
  /** The Lambda, by its entry: `authorize-payment`. */
  readonly entry: string;
  readonly participant: Participant;
  /**
   * After the write. `order`: see `orderValue`; `reservation`, `payment`, `shipment`, `notification`:
   * the row's status; `intent`: live, declined, cancelled, captured, or error (an answer without
   * effect); `parcel`: BOOKED or CANCELLED; `mail`: SENT.
   */
  readonly value: string;
  /** Of the order after the write; for `notification` and `mail`, of the event that is told. */
  readonly version?: number;
};

type OrderRow = {
  readonly order: Order;
  readonly money: State['money'];
  readonly parked: readonly string[];
};

/** `CONFIRMED`, `CONFIRMED CAPTURED`, `REJECTED parked CancelShipment,VoidPayment`. */
export function orderValue({ order, money, parked }: OrderRow): string {
  const told = money === 'none' ? [] : [money];
  const waiting = parked.length === 0 ? [] : [`parked ${[...parked].sort().join()}`];
  return [order, ...told, ...waiting].join(' ');
}

export function valueAfter(participant: Participant, before: State, after: State): string {
  switch (participant) {
    case 'order':
      return orderValue(after);
    case 'intent':
      return after.intent === 'none' && after.isKeyBroken ? 'error' : after.intent;
    case 'parcel':
      return after.parcels > before.parcels ? 'BOOKED' : 'CANCELLED';
    case 'mail':
      return 'SENT';
    default:
      return after[participant];
  }
}
