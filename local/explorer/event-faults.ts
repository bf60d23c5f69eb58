/** What can happen to an event that a service tells of itself: the bus delivers at best. */
import { minute } from './durations.ts';
import type { EventFault } from './fault-kind.ts';

export const eventFaults: readonly EventFault[] = [
  {
    ...{ what: 'event', id: 'B', letter: 'B', title: 'is never sent', appliesTo: () => true },
    strike: () => undefined,
  },
  {
    ...{ what: 'event', id: 'D', letter: 'D', title: 'is sent twice', appliesTo: () => true },
    strike({ publish }) {
      publish();
      publish();
    },
  },
  {
    ...{ what: 'event', id: 'R20m', letter: 'R', title: 'is sent 20 minutes late' },
    appliesTo: () => true,
    strike: ({ publish }, { later }) => later(20 * minute, 'late event', async () => publish()),
  },
];
