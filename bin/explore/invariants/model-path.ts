/** What is written for each order, in its order, is a path of the exhaustive model of the saga. */
import { abstracted, type ObservedTable, observedTables } from '../../../test/model/abstraction.ts';
import { createFollower, type Follower } from '../../../test/model/conformance.ts';
import type { Visible } from '../../../test/model/visible.ts';
import type { Happening } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { waitingFor } from './left-over.ts';
import { erasedIds } from './order-row.ts';

export const modelPath: Invariant = {
  id: 'model',
  name: 'model-path',
  sentence:
    'What is committed for an order is a path of the model in test/model, and ends where the model may rest.',
  watch() {
    const paths = new Map<string, Visible[]>();
    const followers = new Map<string, Follower>();
    let parkingMayFail = false;
    const followerOf = (orderId: string): Follower => {
      const follower = followers.get(orderId) ?? createFollower({ parkingMayFail });
      if (!followers.has(orderId)) for (const event of pathOf(orderId)) follower.see(event);
      followers.set(orderId, follower);
      return follower;
    };
    const pathOf = (orderId: string): Visible[] => {
      const path = paths.get(orderId) ?? [];
      paths.set(orderId, path);
      return path;
    };
    return {
      always(happening) {
        if (!parkingMayFail && isParkingHit(happening)) {
          parkingMayFail = true;
          followers.clear();
        }
        const seen = seenOf(happening);
        if (!seen) return [];
        const { orderId, event } = seen;
        const refusal = followerOf(orderId).see(event);
        if (refusal !== undefined) return [`order ${orderId}: ${refusal}`];
        pathOf(orderId).push(event);
        return [];
      },
      atRest(world) {
        const erased = erasedIds(world);
        return [...paths.keys()].flatMap((orderId) => {
          const waits = waitingFor(world, orderId).size + world.failureObjects.length > 0;
          const problem = waits || erased.has(orderId) ? undefined : followerOf(orderId).atRest();
          return problem === undefined ? [] : [`order ${orderId}: ${problem}`];
        });
      },
    };
  },
};

/** Only then may a compensation be given up without being parked. */
function isParkingHit(happening: Happening): boolean {
  const entry = 'park-compensation';
  if (happening.kind === 'fault') return happening.struck.site.startsWith(`${entry}/`);
  if (happening.kind !== 'delivery' || happening.delivery.entry !== entry) return false;
  return happening.delivery.outcome !== 'ok';
}

function seenOf(happening: Happening): ReturnType<typeof abstracted> {
  if (happening.kind !== 'change') return undefined;
  const { by: entry, table, before, after } = happening.change;
  return isObserved(table) && entry !== 'operator'
    ? abstracted({ entry, table, before, after })
    : undefined;
}

const isObserved = (table: string): table is ObservedTable =>
  (observedTables as readonly string[]).includes(table);
