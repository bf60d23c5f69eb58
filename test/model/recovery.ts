/** Whoever looks after an order whose execution has broken: runs the machine again, or gives up. */
import { agent, done, type Task } from './move.ts';
import { withParked } from './order.ts';

export const recoverSaga: Task = {
  start: (s) => {
    if (s.order === 'CONFIRMED') return done('finds the order confirmed');
    if (s.parked.includes('recovery')) return done('finds it parked');
    return [
      { says: 'starts the machine again', next: 'done', starts: [agent('run', 'ReserveStock')] },
      { says: 'has tried too often', next: 'at park', isFault: true },
    ];
  },
  park: (s) =>
    s.parked.includes('recovery')
      ? done('finds it parked')
      : [
          {
            says: 'parks the order',
            next: 'done',
            writes: 'order',
            change: withParked(s, 'recovery'),
          },
        ],
};
