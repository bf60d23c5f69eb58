/** V4: state and event are one write: the n-th event is there as soon as version n is, and stays. */
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { isOrder, nameOf } from './order-row.ts';

export const outboxAtomic: Invariant = {
  id: 'V4',
  name: 'outbox-atomic',
  sentence: 'Each version of an order has exactly one event, written with it and never rewritten.',
  watch: () => ({
    always(happening) {
      if (happening.kind !== 'change' || happening.change.table !== 'Orders') return [];
      const { before, after } = happening.change;
      return isOrder(after) ? outboxProblems(before, after) : [];
    },
  }),
};

function outboxProblems(before: Row | undefined, after: Row): string[] {
  if (!isOrder(after)) return [];
  const earlier = isOrder(before) ? before.outbox : [];
  const { outbox, version } = after;
  const kept = outbox.slice(0, earlier.length);
  return [
    ...(outbox.length === version
      ? []
      : [`${nameOf(after)}: expected ${version} events, found ${outbox.length}`]),
    ...(isDeepStrictEqual(kept, earlier)
      ? []
      : [`${nameOf(after)}: an event that was written has changed or gone`]),
    ...(outbox.length <= earlier.length + 1
      ? []
      : [`${nameOf(after)}: ${outbox.length - earlier.length} events in one write`]),
  ];
}
