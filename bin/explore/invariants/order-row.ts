/** Orders as they are stored: their events, their total. Whether a row is right is not its business. */
import type { Row, World } from '../world.ts';

export type Line = readonly [sku: string, title: string, quantity: number, priceMinor: number];

export interface OrderRow extends Row {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly issuer: string;
  readonly customer: string;
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly paymentMethod: string;
  readonly shipping: Readonly<Record<string, string>>;
  readonly payment: string;
  readonly shipment: Row;
  readonly reason?: string;
  readonly parked?: readonly string[];
  readonly cancelledFrom?: number;
  /** The n-th event belongs to version n. */
  readonly outbox: readonly { readonly type: string; readonly time: number }[];
}

export interface OrderEvent {
  /** `<order id>:<version>` */
  readonly id: string;
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A request that was refused for good is recorded beside the orders, but it is none. */
export const isOrder = (row: Row | undefined): row is OrderRow =>
  row !== undefined && row.status !== 'REFUSED';

export const ordersOf = (world: World): readonly OrderRow[] => world.rows('Orders').filter(isOrder);

export function findOrder(world: World, id: unknown): OrderRow | undefined {
  const row = world.row('Orders', String(id));
  return isOrder(row) ? row : undefined;
}

/** Ids of orders whose items an operator has deleted. */
export const erasedIds = (world: World): ReadonlySet<string> =>
  new Set(
    world.happenings.flatMap((happening) => {
      if (happening.kind !== 'change' || happening.change.table !== 'Orders') return [];
      const { before, after, by } = happening.change;
      return after || by !== 'operator' ? [] : [String(before?.id)];
    }),
  );

export const eventsOf = ({ id, outbox }: OrderRow): readonly OrderEvent[] =>
  outbox.map(({ type, time }, index) => ({
    id: `${id}:${index + 1}`,
    type,
    at: new Date(time).toISOString(),
  }));

/** In minor units. */
export const totalOf = ({ lines }: OrderRow): number =>
  lines.reduce((total, [, , quantity, price]) => total + quantity * price, 0);

export const isUndone = ({ status }: OrderRow): boolean =>
  status === 'REJECTED' || status === 'CANCELLED';

/** How problems name an order. */
export const nameOf = ({ id, status, version }: OrderRow): string =>
  `order ${id} (${status}, version ${version})`;
