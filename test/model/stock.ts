/** The reservation of two lines: the fence and both quantities move in one transaction. */
import { done, type Move, refused, type Task } from './move.ts';
import { readOrder } from './order.ts';
import type { State } from './state.ts';

export const reserveStock: Task = {
  start: readOrder('commit'),
  commit: (s, rules) => {
    if (s.reservation === 'HELD' && rules.has('holdOnce')) return done('holds it already');
    if (s.reservation === 'RELEASED' && rules.has('reserveFence'))
      return refused('finds the tombstone');
    const isShort = s.available.some((units) => units < 1) && rules.has('stockCondition');
    if (!isShort) return [held(s)];
    const [first, second] = s.available;
    const lost: Partial<State> = rules.has('allOrNone') ? {} : { available: [first - 1, second] };
    return [{ says: 'is short of the second product', next: 'refused', change: lost }];
  },
};

const held = (s: State): Move => ({
  says: 'holds both lines',
  next: 'done',
  writes: 'reservation',
  change: { reservation: 'HELD', available: [s.available[0] - 1, s.available[1] - 1] },
});

export const releaseStock: Task = {
  start: (s, rules, me) => {
    const isGiven = s.reservation === 'HELD' || !rules.has('releaseOnce');
    if (isGiven) return [given(s, Boolean(me.hasParked))];
    if (s.reservation === 'RELEASED') return done('finds it released');
    if (!rules.has('releaseTombstone')) return done('finds nothing');
    const change: Partial<State> = { reservation: 'RELEASED' };
    return [{ says: 'leaves a tombstone', next: 'done', writes: 'reservation', change }];
  },
};

const given = (s: State, hasParked: boolean): Move => ({
  says: 'gives both lines back',
  next: 'done',
  writes: 'reservation',
  change: {
    reservation: 'RELEASED',
    isUndoneInPart: s.isUndoneInPart || hasParked,
    available: [s.available[0] + 1, s.available[1] + 1],
  },
});

/** The stock goes last: whatever else is undone after it is undone out of order. */
export const outOfOrder = (s: State, what: string): Pick<State, 'wrong'> => {
  const isRight = s.reservation !== 'RELEASED' || s.isUndoneInPart;
  return { wrong: isRight ? s.wrong : `${what} after stock was given back` };
};
