/** V19: however many executions run for an order, it is decided once and has the effects of one. */
import type { Row } from '../world.ts';
import { effectOf, StandingEffects } from './effects.ts';
import type { Invariant } from './invariant.ts';
import { isOrder, nameOf } from './order-row.ts';

const decisions = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled']);

export const oneDecision: Invariant = {
  id: 'V19',
  name: 'one-decision',
  sentence: 'An order is decided at most once, and no step of it stands twice.',
  watch: () => {
    const standing = new StandingEffects();
    return {
      always(happening) {
        if (happening.kind !== 'change') return [];
        const { change } = happening;
        const effect = effectOf(change);
        const count = effect ? standing.note(effect) : 0;
        return [
          ...(change.table === 'Orders' ? decisionProblems(change.after) : []),
          ...(effect && count > 1
            ? [`order ${effect.orderId}: ${effect.step} stands ${count} times`]
            : []),
        ];
      },
    };
  },
};

function decisionProblems(row: Row | undefined): string[] {
  if (!isOrder(row)) return [];
  const taken = row.outbox.map(({ type }) => type).filter((type) => decisions.has(type));
  return taken.length <= 1 ? [] : [`${nameOf(row)}: decided as ${taken.join(' and ')}`];
}
