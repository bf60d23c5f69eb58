/** V14: what is undone was there, and is undone once. */
import { effectOf, StandingEffects } from './effects.ts';
import type { Invariant } from './invariant.ts';

export const preciseUndo: Invariant = {
  id: 'V14',
  name: 'precise-undo',
  sentence: 'A compensation takes effect only where its step had one, and never twice.',
  watch: () => {
    const standing = new StandingEffects();
    return {
      always(happening) {
        const effect = happening.kind === 'change' ? effectOf(happening.change) : undefined;
        if (!effect || standing.note(effect) >= 0) return [];
        return [`order ${effect.orderId}: ${effect.step} was undone where nothing of it stood`];
      },
    };
  },
};
