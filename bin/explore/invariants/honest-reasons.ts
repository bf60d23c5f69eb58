/** Our own: a "no" is given for a reason that was there, never for a fault that has passed. */
import type { Change, Delivery, Operation, World } from '../world.ts';
import type { Invariant } from './invariant.ts';
import { bodyOf, isPlacing, keyOf, problemOf } from './operations.ts';
import { isOrder, nameOf, type OrderRow, ordersOf } from './order-row.ts';
import { paymentsOf } from './provider-truth.ts';

export const honestReasons: Invariant = {
  id: 'reasons',
  name: 'honest-reasons',
  sentence:
    'An order is rejected, and a request refused, only for a reason that was there: a fault that passes is none.',
  watch: () => {
    const seen = new Seen();
    return {
      always(happening, world) {
        if (happening.kind === 'delivery') seen.noteTry(happening.delivery, world);
        if (happening.kind === 'answer') return refusalProblems(happening.operation, seen, world);
        if (happening.kind !== 'change') return [];
        seen.noteChange(happening.change, world);
        return rejectionProblems(happening.change, seen, world);
      },
    };
  },
};

const forward = ['reserve-stock', 'authorize-payment', 'book-shipment', 'confirm-order'] as const;
/** A step's impatient retrier, that of unknown outcomes, tries so often; the others try more. */
const fewestTries = 3;
/** Of one function's clock against another's. */
const clockSkewMs = 5_000;
/** The carrier does not go there. */
const undeliverable = '00000';

/** What has been so at some moment, whether or not it still is. */
class Seen {
  readonly #tries = new Map<string, number>();
  readonly #short = new Set<string>();
  readonly #soldSince = new Map<string, number>();

  noteTry({ entry, source, event, outcome }: Delivery, { faults }: World): void {
    if (!source.startsWith('states.')) return;
    // Reserving waits for nobody and nothing: a try that fails of itself, with no fault at it, is none.
    const isBroken = faults.some(({ site }) => site.startsWith(`${entry}/`));
    if (entry === 'reserve-stock' && outcome === 'TransientFault' && !isBroken) return;
    const name = `${entry} ${(event as { orderId?: unknown }).orderId}`;
    // A provider's broken answer does not pass: no try of it is left.
    const isGarbled = faults.some(({ site, kind }) => kind === 'P' && site.startsWith(`${entry}/`));
    const counts = outcome === 'PermanentFault' && isGarbled ? fewestTries : 1;
    this.#tries.set(name, (this.#tries.get(name) ?? 0) + counts);
  }

  noteChange({ table, before, after }: Change, world: World): void {
    if (table === 'Catalogue' && !before) this.#soldSince.set(String(after?.sku), world.now());
    if (table === 'Stock' || table === 'Orders')
      for (const order of ordersOf(world))
        if (order.status === 'PENDING' && isShort(order, world)) this.#short.add(order.id);
  }

  hasBeenShort = ({ id }: OrderRow): boolean => this.#short.has(id);

  /** A delivery that failed before its function began has left no more than its fault. */
  hasUsedUpItsTries({ id }: OrderRow, { faults }: World): boolean {
    return forward.some((entry) => {
      const failed = faults.filter(({ site }) => site.startsWith(`${entry}/on.states@`)).length;
      return (this.#tries.get(`${entry} ${id}`) ?? 0) + failed >= fewestTries;
    });
  }

  isSoldSince(sku: string, sinceMs: number, world: World): boolean {
    const isSold = world.rows('Catalogue').some((row) => row.sku === sku);
    return isSold && (this.#soldSince.get(sku) ?? Number.NEGATIVE_INFINITY) < sinceMs;
  }
}

/** What the order holds itself it does not lack. */
function isShort({ id, lines }: OrderRow, world: World): boolean {
  if (world.row('Stock', `order#${id}`)?.status === 'HELD') return false;
  return lines.some(
    ([sku, , quantity]) => Number(world.row('Stock', `sku#${sku}`)?.available ?? 0) < quantity,
  );
}

const isTrue: Readonly<Record<string, (order: OrderRow, seen: Seen, world: World) => boolean>> = {
  OUT_OF_STOCK: (order, seen) => seen.hasBeenShort(order),
  PAYMENT_DECLINED: ({ id }, _, world) =>
    paymentsOf(world, id).some(({ authorized }) => authorized === 0),
  UNDELIVERABLE_ADDRESS: ({ shipping }) => shipping.postalCode === undeliverable,
  DEADLINE_EXCEEDED: ({ deadline }, _, world) => world.now() + clockSkewMs >= Number(deadline),
  UNAVAILABLE: (order, seen, world) => seen.hasUsedUpItsTries(order, world),
};

function rejectionProblems({ table, before, after }: Change, seen: Seen, world: World): string[] {
  if (table !== 'Orders' || !isOrder(after) || after.status !== 'REJECTED') return [];
  if (before?.status === 'REJECTED') return [];
  const { reason = 'nothing' } = after;
  if (isTrue[reason]?.(after, seen, world)) return [];
  return [`${nameOf(after)} is rejected for ${reason}, which was never so`];
}

/** The first request is answered for all: the products that it named were there before it, or not. */
function refusalProblems(operation: Operation, seen: Seen, world: World): string[] {
  if (!isPlacing(operation) || problemOf(operation) !== 'unknown-product') return [];
  const { lines = [] } = (bodyOf(operation) ?? {}) as { lines?: readonly { sku: string }[] };
  const alike = world.operations.filter(
    (other) => other.client === operation.client && keyOf(other) === keyOf(operation),
  );
  const sinceMs = Math.min(...alike.map(({ startedMs }) => startedMs));
  if (!lines.every(({ sku }) => seen.isSoldSince(sku, sinceMs, world))) return [];
  return [
    `${keyOf(operation)} of ${operation.client}: refused for an unknown product, and all are sold`,
  ];
}
