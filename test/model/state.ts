/**
 * One order as the model sees it: the rows, what the providers know, and who is at work. Plain data,
 * never changed in place; what moves it is not its business.
 */

export type Order = 'none' | 'PENDING' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED' | 'REFUSED';
export type Reservation = 'none' | 'HELD' | 'RELEASED';
export type Payment =
  | 'none'
  | 'TRIED'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'VOIDED'
  | 'CAPTURED'
  | 'PARKED';
export type Intent = 'none' | 'live' | 'declined' | 'cancelled' | 'captured';
export type Shipment = 'none' | 'TRIED' | 'BOOKED' | 'CANCELLING' | 'CANCELLED';
export type Notification = 'none' | 'CLAIMED' | 'SENT';

/** Steps that a person has to look after once they gave up. */
export const parkable = ['CancelShipment', 'VoidPayment', 'ReleaseStock', 'recovery'] as const;
export type Parkable = (typeof parkable)[number];

/** An invocation of a Lambda that is under way, or will be: where it stands in its code. */
export type Agent = {
  /**
   * `run`: of an execution, which goes on with its answer. `message`: delivered until it is done.
   * `zombie`: nobody waits for it; it goes on, or dies at any moment. `customer`: may act, once.
   */
  readonly kind: 'run' | 'message' | 'zombie' | 'customer';
  readonly task: string;
  readonly stage: string;
  /** The execution has parked a compensation, and will not end well. */
  readonly hasParked?: boolean;
  /** The step that failed; known only where the undo depends on it, which it should not. */
  readonly failed?: string;
};

export type State = {
  readonly order: Order;
  /** What the order tells of its capture. */
  readonly money: 'none' | 'CAPTURED' | 'PARKED';
  readonly parked: readonly Parkable[];
  /** The deadline of a pending order is over. */
  readonly isLate: boolean;

  /** Two products, one line of each: what customers can still order. */
  readonly available: readonly [number, number];
  /** Other orders have taken what there was of the second product. */
  readonly isSold: boolean;
  readonly reservation: Reservation;
  /** It was released although a compensation before it had given up. */
  readonly isUndoneInPart: boolean;

  readonly payment: Payment;
  /** The key's validity is over, and the provider has forgotten it. */
  readonly isKeyOld: boolean;
  /** The provider answers the key by an error, whatever it made. */
  readonly isKeyBroken: boolean;
  /** What the provider made under the newest key, and under an earlier one. */
  readonly intent: Intent;
  readonly older: Intent;
  /** The provider has let go of the money by itself. */
  readonly isHoldExpired: boolean;

  readonly shipment: Shipment;
  /** Live bookings at the carrier. */
  readonly parcels: number;

  /** Of the event that tells the decision; there is one. */
  readonly notification: Notification;
  readonly mails: number;
  readonly isMailKeyOld: boolean;

  readonly agents: readonly Agent[];
  /** Faults that may still happen. */
  readonly faults: number;
  /** What no later state would show: a sentence, or nothing. */
  readonly wrong: string;
};

export const unitsAtFirst = 2;

/** Before a customer has asked for anything. */
export const nothingYet: State = {
  order: 'none',
  money: 'none',
  parked: [],
  isLate: false,
  available: [unitsAtFirst, unitsAtFirst],
  isSold: false,
  reservation: 'none',
  isUndoneInPart: false,
  payment: 'none',
  isKeyOld: false,
  isKeyBroken: false,
  intent: 'none',
  older: 'none',
  isHoldExpired: false,
  shipment: 'none',
  parcels: 0,
  notification: 'none',
  mails: 0,
  isMailKeyOld: false,
  agents: [],
  faults: 0,
  wrong: '',
};

/** Money that is held or was taken. */
export const isHeld = (s: State): boolean =>
  (s.intent === 'live' && !s.isHoldExpired) || s.older === 'live';
