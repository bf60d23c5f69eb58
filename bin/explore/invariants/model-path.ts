/** What is written for each order, in its order, is a path of the exhaustive model of the saga. */
import { abstracted, type ObservedTable, observedTables } from '../../../test/model/abstraction.ts';
import { createFollower } from '../../../test/model/conformance.ts';
import type { Invariant } from './invariant.ts';

type Follower = ReturnType<typeof createFollower>;

export const modelPath: Invariant = {
  id: 'model',
  name: 'model-path',
  sentence: 'What is committed for an order is a path of the model in test/model.',
  watch() {
    const followers = new Map<string, Follower>();
    return {
      always(happening) {
        if (happening.kind !== 'change') return [];
        const { by: entry, table, before, after } = happening.change;
        if (!isObserved(table) || happening.change.by === 'operator') return [];
        const seen = abstracted({ entry, table, before, after });
        if (!seen) return [];
        const { orderId, event } = seen;
        const follower = followers.get(orderId) ?? createFollower({ parkingMayFail: true });
        followers.set(orderId, follower);
        const refusal = follower.see(event);
        return refusal === undefined ? [] : [`order ${orderId}: ${refusal}`];
      },
    };
  },
};

const isObserved = (table: string): table is ObservedTable =>
  (observedTables as readonly string[]).includes(table);
