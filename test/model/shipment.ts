/**
 * The shipment fence and its carrier, who books as often as it is asked. TRIED is a lease: whoever
 * takes it from another knows that the other one has ended.
 */
import { done, goesOn, type Move, refused, type Stage, type Task } from './move.ts';
import { readOrder } from './order.ts';
import type { Agent, Shipment, State } from './state.ts';
import { outOfOrder } from './stock.ts';

/** Stages in which a trier has the lease. */
const leased: ReadonlySet<string> = new Set(['look up', 'book', 'save', 'give back']);

export const hasLease = ({ task, stage }: Pick<Agent, 'task' | 'stage'>): boolean =>
  task === 'BookShipment' && leased.has(stage);

/** Somebody has the lease and is waited for; a zombie is waited out, an execution must get on. */
const isWaitedFor = ({ agents }: State, me: Agent): boolean =>
  agents.some((other) => other !== me && other.kind !== 'zombie' && hasLease(other));

export const bookShipment: Task = {
  start: readOrder('fence'),
  fence: (s, rules, me) => {
    if (s.shipment === 'BOOKED') return done('finds it booked');
    const isUndone = s.shipment === 'CANCELLING' || s.shipment === 'CANCELLED';
    if (isUndone && rules.has('shipFence')) return refused(`finds ${s.shipment}`);
    const isFirst = s.shipment === 'none';
    const isExclusive = !isFirst && rules.has('exclusiveLease');
    if (isExclusive && isWaitedFor(s, me)) return waits;
    const next = `at ${isFirst || !rules.has('lookUpFirst') ? 'book' : 'look up'}` as const;
    if (!rules.has('shipTriedFirst')) return [{ says: 'stores no try', next }];
    return [{ ...write('TRIED', next), isAfterLease: isExclusive }];
  },
  'look up': (s) =>
    s.parcels > 0 ? goesOn('finds a booking', 'save') : goesOn('finds nothing', 'book'),
  book: (s) => [
    {
      says: 'books a parcel',
      next: 'at save',
      writes: 'parcel',
      change: { parcels: s.parcels + 1 },
    },
    ...goesOn('hears that the address is undeliverable, or that the carrier is busy', 'give back'),
  ],
  save: (s) => {
    if (s.shipment === 'TRIED' || s.shipment === 'none') return [write('BOOKED', 'done')];
    return s.shipment === 'BOOKED' ? done('finds it booked') : refused(`finds ${s.shipment}`);
  },
  'give back': (s) =>
    s.shipment === 'TRIED'
      ? [write('TRIED', 'refused'), write('TRIED', 'again')]
      : refused(`finds ${s.shipment}`),
};

export const cancelShipment: Task = {
  start: (s, rules, me) => {
    switch (s.shipment) {
      case 'none':
        return rules.has('shipTombstone') ? [write('CANCELLED', 'done')] : done('finds nothing');
      case 'CANCELLED':
        return done('finds it cancelled');
      case 'CANCELLING':
        return rules.has('cancellingIsNotDone')
          ? goesOn('finds CANCELLING', 'cancel')
          : done('finds CANCELLING');
      default:
        return keepTriersOut(s, rules, me);
    }
  },
  cancel: (s, rules) =>
    s.parcels === 0
      ? goesOn('finds no live booking', 'save')
      : [
          {
            says: 'cancels a parcel',
            next: 'at cancel',
            writes: 'parcel',
            change: { parcels: s.parcels - 1, ...outOfOrder(s, 'a parcel is cancelled') },
          },
          ...(rules.has('knownBooking') ? [] : goesOn('is shown no booking yet', 'save')),
        ],
  save: (s) =>
    s.shipment === 'CANCELLED' ? done('finds it cancelled') : [write('CANCELLED', 'done')],
};

const keepTriersOut: Stage = (s, rules, me) => {
  const isAfterLease = s.shipment === 'TRIED' && rules.has('waitOutLease');
  if (isAfterLease && isWaitedFor(s, me)) return waits;
  if (!rules.has('cancellingFirst'))
    return [{ says: 'leaves the row as it is', next: 'at cancel', isAfterLease }];
  return [{ ...write('CANCELLING', 'at cancel'), isAfterLease }];
};

const waits: readonly Move[] = [];

const write = (shipment: Shipment, next: Move['next']): Move => ({
  says: `writes ${shipment}`,
  next,
  writes: 'shipment',
  change: { shipment },
});
