/**
 * What a step of the saga has made visible, and what its compensation has taken back, as one change
 * of one row: of the reservation, and of the providers' own truth. Fences alone are no effects.
 */
import type { Change, Row } from '../world.ts';

/** In the order of the saga. */
export const steps = ['ReserveStock', 'AuthorizePayment', 'BookShipment'] as const;
export type Step = (typeof steps)[number];

export interface Effect {
  readonly step: Step;
  readonly kind: 'done' | 'undone';
  readonly orderId: string;
}

export function effectOf({ table, before, after }: Change): Effect | undefined {
  if (!after) return undefined;
  if (table === 'Stock') return stockEffect(after);
  if (table !== 'Sandbox') return undefined;
  if (after.kind === 'payment') return moneyEffect(before, after);
  if (after.kind === 'shipment') return parcelEffect(before, after);
  return undefined;
}

/** Every write of a reservation moves stock; the tombstone of one that never was has no lines. */
function stockEffect({ id, status, lines }: Row): Effect | undefined {
  const [kind, orderId = ''] = String(id).split('#');
  if (kind !== 'order') return undefined;
  const step = 'ReserveStock';
  if (status === 'HELD') return { step, kind: 'done', orderId };
  return (lines as unknown[]).length > 0 ? { step, kind: 'undone', orderId } : undefined;
}

/** A capture lets go of what it does not take: that is no compensation. */
function moneyEffect(before: Row | undefined, after: Row): Effect | undefined {
  const rose = (name: string) => Number(after[name]) > Number(before?.[name] ?? 0);
  const effect = { step: 'AuthorizePayment', orderId: String(after.orderId) } as const;
  if (rose('authorized')) return { ...effect, kind: 'done' };
  return rose('voided') && !rose('captured') ? { ...effect, kind: 'undone' } : undefined;
}

function parcelEffect(before: Row | undefined, after: Row): Effect | undefined {
  const effect = { step: 'BookShipment', orderId: String(after.orderId) } as const;
  if (after.status === 'BOOKED') return { ...effect, kind: 'done' };
  return before ? { ...effect, kind: 'undone' } : undefined;
}

/** How often each step's effect stands, order by order. */
export class StandingEffects {
  readonly #counts = new Map<string, number>();

  /** Answers how often it stands now; below zero when nothing was there to be undone. */
  note({ step, kind, orderId }: Effect): number {
    const count = this.count(step, orderId) + (kind === 'done' ? 1 : -1);
    this.#counts.set(`${step} ${orderId}`, count);
    return count;
  }

  count(step: Step, orderId: string): number {
    return this.#counts.get(`${step} ${orderId}`) ?? 0;
  }
}
