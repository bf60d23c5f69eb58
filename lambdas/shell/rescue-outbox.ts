/**
 * What the stream has forgotten, told again from the items: a page of orders to both readers of the
 * stream, then the next page. Both recognise what they know, so that a repeat at any time is harmless.
 */
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import type { RescueCounts, RescuePage } from '../contract/rescue-request.ts';
import type { Order } from '../domain/order.ts';
import { epochMs, type Instant } from '../domain/values.ts';
import type { OrderChange } from './order-change.ts';
import type { Clock, ParkingLot } from './ports.ts';
import { projectOrders, type ViewStore } from './project-orders.ts';
import { type EventPublisher, type OutboxRoutes, relayOutbox } from './relay-outbox.ts';

export interface StoredOrders {
  /** At most `limit` items behind `after`, strongly consistent. No `next`: these were the last ones. */
  page(position: { readonly after: string | undefined; readonly limit: number }): Promise<{
    readonly items: readonly StoredItem[];
    readonly next: string | undefined;
  }>;
}

export type StoredItem =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'refusal' }
  | {
      readonly kind: 'poison';
      readonly id: string;
      readonly reason: string;
      readonly item: string;
    };

export interface RescueRuns {
  /**
   * Makes this page the run's newest. False for a page that is past, and for a page that is another
   * message's: of twins that a repeated delivery has sent, one goes on, so that runs never multiply.
   */
  claim(page: RescuePage): Promise<boolean>;
  /** Delivers the page, at least once, after `seconds`. */
  goOn(page: RescuePage, seconds: number): Promise<void>;
}

export type RescuePorts = {
  readonly runs: RescueRuns;
  readonly stored: StoredOrders;
  readonly publisher: EventPublisher;
  readonly routes: OutboxRoutes;
  readonly view: ViewStore;
  readonly parking: ParkingLot;
  readonly clock: Clock;
  /** Never the same twice. */
  readonly newToken: () => string;
};

export type RescueOutcome = {
  readonly outcome: 'goes on' | 'over' | 'superseded';
  /** Of the run, up to and with this page. */
  readonly total: RescueCounts;
};

/**
 * The cap: at most 100 items, and one scan's 1 MiB or 256 read units, a second. Items of a kilobyte
 * make that 25 read units a second at most; a million orders take three hours at least.
 */
export const itemsPerPage = 100;
export const pauseSeconds = 1;

/** The row of an item that a rescue could not read, or not show. */
export const parkedItemId = (id: string): string => `item:${id}`;

export async function rescuePage(ports: RescuePorts, page: RescuePage): Promise<RescueOutcome> {
  if (!(await ports.runs.claim(page))) return { outcome: 'superseded', total: page.total };
  const { items, next } = await ports.stored.page({ after: page.after, limit: itemsPerPage });
  const forgotten = changesSince(page.since, items);
  const parked = (await parkPoison(ports, items)) + (await feed(ports, forgotten));
  const total = {
    read: page.total.read + items.length,
    fed: page.total.fed + forgotten.length,
    parked: page.total.parked + parked,
  };
  if (next === undefined) return { outcome: 'over', total };
  const following = { page: page.page + 1, token: ports.newToken(), after: next, total };
  await ports.runs.goOn({ ...page, ...following }, pauseSeconds);
  return { outcome: 'goes on', total };
}

/** As the stream tells an order that was not there before; its id stands for the position. */
function changesSince(since: Instant, items: readonly StoredItem[]): OrderChange[] {
  return items.flatMap((item) =>
    item.kind === 'order' && isTouchedSince(since, item.order)
      ? [{ sequenceNumber: item.order.id, after: item.order }]
      : [],
  );
}

function isTouchedSince(since: Instant, { events }: Order): boolean {
  const last = events.at(-1);
  return last !== undefined && epochMs(last.time) >= epochMs(since);
}

/** Whatever its age, which nobody can read either. Answers how many there were. */
async function parkPoison({ parking, clock }: RescuePorts, items: readonly StoredItem[]) {
  const poison = items.filter((item) => item.kind === 'poison');
  for (const { id, reason, item } of poison)
    await parking.park({ id: parkedItemId(id), reason, at: clock(), payload: item });
  return poison.length;
}

/** Answers how many were parked because no repeat can show them. */
async function feed(ports: RescuePorts, changes: readonly OrderChange[]): Promise<number> {
  const [unsent, unshown] = await Promise.all([
    relayOutbox(ports.publisher, ports.routes, changes),
    projectOrders(ports.view, changes),
  ]);
  const hopeless = unshown.filter(({ error }) => error instanceof PermanentFault);
  for (const { change, error } of hopeless) await parkUnshown(ports, change, String(error));
  const delayed = unshown.filter(({ error }) => !(error instanceof PermanentFault));
  if (unsent.length + delayed.length === 0) return hopeless.length;
  const first = delayed[0] ? `, the first by ${delayed[0].error}` : '';
  throw new TransientFault(
    `${unsent.length} queues and ${delayed.length} rows of the view have to be served again${first}`,
  );
}

async function parkUnshown(
  { parking, clock }: RescuePorts,
  { sequenceNumber: orderId }: OrderChange,
  reason: string,
): Promise<void> {
  const payload = JSON.stringify({ orderId });
  await parking.park({ id: parkedItemId(orderId), reason, at: clock(), payload });
}
