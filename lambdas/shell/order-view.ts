/** What the reads of orders need from outside: the view, and leave to wait for it. */
import type { OrderRepresentation } from '../contract/order-representation.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { OrderId, Principal } from '../domain/values.ts';

export interface OrderView {
  /** The customer's own order, read consistently; undefined while the view has none. */
  find(
    id: OrderId,
    principal: Principal,
  ): Promise<OrderRepresentation | 'of another customer' | undefined>;
}

export type OrderPosition = readonly [placedAt: string, id: string];

export type OrderPageRequest = {
  readonly principal: Principal;
  readonly status: OrderStatus | undefined;
  readonly limit: number;
  /** The position after which the page starts. */
  readonly after: OrderPosition | undefined;
};

export type OrderPage = {
  readonly orders: readonly OrderRepresentation[];
  /** Where to go on; undefined on the last page. */
  readonly next: OrderPosition | undefined;
};

export interface OrderList {
  /** Newest first. A page may be short, or empty, and still have a next one. */
  page(request: OrderPageRequest): Promise<OrderPage>;
}

/** Few may wait at once, so that waiting never uses up what reading needs. */
export interface WaitBudget {
  /** True when this request may wait. */
  take(): Promise<boolean>;
}
