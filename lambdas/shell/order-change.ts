/** One write of an order, as its stream tells it. */
import type { Order } from '../domain/order.ts';

export type OrderChange = {
  /** Position in the stream; handed back where the change could not be handled. */
  readonly sequenceNumber: string;
  /** Absent for an order that was not there before. */
  readonly before?: Order;
  /** Absent for an order that was deleted. */
  readonly after?: Order;
};
