/** The order item: placed once, decided once, and what is told of it afterwards. */
import {
  agent,
  done,
  goesOn,
  type Move,
  type Rules,
  refused,
  type Stage,
  type Task,
} from './move.ts';
import type { Order, Parkable, State } from './state.ts';

export const placeOrder: Task = {
  start: (s, rules) => {
    if (s.order !== 'none' && rules.has('intakeOnce')) return done('is a replay');
    const customer = agent('customer', 'CancelOrder');
    const eager = rules.has('captureAfterDecision') ? [] : ['CapturePayment'];
    const messages = eager.map((task) => agent('message', task));
    const starts = [agent('run', 'ReserveStock'), customer, ...messages];
    return [
      { ...decision(s, 'PENDING'), says: 'accepts the order', starts },
      { ...decision(s, 'REFUSED'), says: 'refuses an unknown product' },
    ];
  },
};

/** First action of every forward step. */
export const readOrder =
  (next: string): Stage =>
  (s) => {
    if (s.order !== 'PENDING') return refused('finds the order decided');
    return s.isLate ? refused('finds the deadline over') : goesOn('may proceed', next);
  };

export const confirmOrder: Task = {
  start: (s, rules) => {
    if (s.order === 'CONFIRMED') return done('finds it confirmed');
    if (s.order !== 'PENDING' && rules.has('confirmOnlyPending'))
      return refused('finds the order decided');
    if (s.isLate && rules.has('confirmInTime')) return refused('finds the deadline over');
    const isSecured = s.payment === 'AUTHORIZED' && s.shipment === 'BOOKED';
    if (!isSecured) return refused('misses money or parcel');
    return [
      { ...decision(s, 'CONFIRMED'), says: 'confirms', starts: announced('CONFIRMED', rules) },
    ];
  },
};

export const rejectOrder: Task = {
  start: (s, rules) => {
    if (s.order === 'CONFIRMED' && rules.has('rejectNotConfirmed'))
      return refused('finds that another execution confirmed');
    const isDecided = s.order !== 'PENDING' && s.order !== 'CONFIRMED';
    if (isDecided && rules.has('rejectUndecided')) return done('finds the order decided');
    return [{ ...decision(s, 'REJECTED'), says: 'rejects', starts: announced('REJECTED', rules) }];
  },
};

export const cancelOrder: Task = {
  start: (s, rules) => {
    if (s.order !== 'PENDING' && rules.has('cancelOnlyPending'))
      return refused('finds the order decided');
    return [
      { ...decision(s, 'CANCELLED'), says: 'cancels', starts: announced('CANCELLED', rules) },
    ];
  },
};

/** A compensation that gave up shows on the order; the rest of the undo goes on. */
export const parkCompensation = (step: Parkable): Task => ({
  start: (s) => [
    s.parked.includes(step)
      ? { says: 'finds it parked', next: 'done' }
      : { says: `parks ${step}`, next: 'done', writes: 'order', change: withParked(s, step) },
  ],
});

export const withParked = (s: State, step: Parkable): Partial<State> => ({
  parked: [...s.parked, step].sort(),
});

/** The relay publishes what was decided; only a confirmation moves money. */
const announced = (decided: Order, { consumers }: Rules) =>
  consumers
    .filter((task) => task !== 'CapturePayment' || decided === 'CONFIRMED')
    .map((task) => agent('message', task));

function decision(s: State, order: Order): Omit<Move, 'says'> {
  const isLate = order === 'CONFIRMED' && s.isLate;
  const isAgain = s.order !== 'none' && s.order !== 'PENDING';
  const wrong = isAgain ? `decided again: ${s.order}, then ${order}` : '';
  const change = { order, wrong: isLate ? 'confirmed after the deadline' : wrong };
  return { next: 'done', writes: 'order', change };
}
