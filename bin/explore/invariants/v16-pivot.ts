/** V16: the decision comes first. Once confirmed nothing is undone, and before that neither. */
import { effectOf } from './effects.ts';
import type { Invariant } from './invariant.ts';
import { findOrder, isUndone, nameOf } from './order-row.ts';

export const pivot: Invariant = {
  id: 'V16',
  name: 'pivot',
  sentence: 'A compensation takes effect only on an order that was rejected or cancelled.',
  watch: () => ({
    always(happening, world) {
      const effect = happening.kind === 'change' ? effectOf(happening.change) : undefined;
      if (effect?.kind !== 'undone') return [];
      const order = findOrder(world, effect.orderId);
      if (order && isUndone(order)) return [];
      return [`${order ? nameOf(order) : effect.orderId}: ${effect.step} was undone`];
    },
  }),
};
