/** V5: what was announced has reached everyone who asked for it, or waits where a person sees it. */
import type { QuietWorld } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { waitingFor, waitingOf } from './left-over.ts';
import { handledMessages, identityOf } from './messages.ts';
import { eventsOf, ordersOf } from './order-row.ts';
import { subscribers } from './subscriptions.ts';

export const delivered: Invariant = {
  id: 'V5',
  name: 'delivered',
  sentence:
    'Every event is handled by every subscriber or waits in sight, and nothing waits needlessly.',
  watch: () => ({ atRest: (world) => [...lostEvents(world), ...needlesslyWaiting(world)] }),
};

function lostEvents(world: QuietWorld): string[] {
  const handled = new Set(
    handledMessages(world).map(({ entry, body }) => `${entry} ${identityOf(body)}`),
  );
  return ordersOf(world).flatMap((order) => {
    const waiting = waitingFor(world, order.id);
    const isLost = (entry: string, id: string) =>
      !handled.has(`${entry} /everonce/orders|${id}`) &&
      !waiting.has(entry) &&
      !waiting.has('stream');
    return eventsOf(order).flatMap(({ id, type }) =>
      (subscribers[type] ?? [])
        .filter((entry) => isLost(entry, id))
        .map((entry) => `${type} ${id} was never handled by ${entry}`),
    );
  });
}

/** Faults that pass leave nothing behind. */
function needlesslyWaiting(world: QuietWorld): string[] {
  if (world.mayPark) return [];
  return waitingOf(world).map(
    ({ name, payload }) => `expected nothing to wait, but ${name} left ${payload}`,
  );
}
