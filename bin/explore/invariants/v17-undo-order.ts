/** V17: the last effect is the first to go. */
import type { World } from '../world.ts';
import { type Effect, effectOf, StandingEffects, type Step, steps } from './effects.ts';
import type { Invariant } from './invariant.ts';
import { findOrder } from './order-row.ts';

const compensationOf = {
  ReserveStock: 'ReleaseStock',
  AuthorizePayment: 'VoidPayment',
  BookShipment: 'CancelShipment',
} as const satisfies Record<Step, string>;

export const undoOrder: Invariant = {
  id: 'V17',
  name: 'undo-order',
  sentence: 'Compensations take effect in the reverse order of their steps.',
  watch: () => {
    const standing = new StandingEffects();
    return {
      always(happening, world) {
        const effect = happening.kind === 'change' ? effectOf(happening.change) : undefined;
        if (!effect) return [];
        standing.note(effect);
        return effect.kind === 'undone' ? standingAfter(effect, standing, world) : [];
      },
    };
  },
};

function standingAfter(
  { step, orderId }: Effect,
  standing: StandingEffects,
  world: World,
): string[] {
  return steps
    .slice(steps.indexOf(step) + 1)
    .filter((later) => standing.count(later, orderId) > 0 && !hasGivenUp(later, orderId, world))
    .map((later) => `order ${orderId}: ${step} was undone while ${later} still stood`);
}

/** The rest of the undo goes on without a compensation that was parked. */
function hasGivenUp(step: Step, orderId: string, world: World): boolean {
  const name = compensationOf[step];
  const isShown = findOrder(world, orderId)?.parked?.includes(name) === true;
  return isShown || world.row('Parked', `order:${orderId}:${name}`) !== undefined;
}
