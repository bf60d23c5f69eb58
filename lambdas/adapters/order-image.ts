/** What an image of the Orders table's stream, or an item of the table itself, stands for. */
import type { AttributeValue as Attribute } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { PermanentFault } from '../contract/faults.ts';
import type { Order } from '../domain/order.ts';
import { parseOrderItem } from './order-item.ts';

/** A refused request is recorded beside the orders, but it is none. */
export function parseImage(image: Record<string, Attribute>): Order | 'refused' {
  const item = unmarshall(image);
  return item.status === 'REFUSED' ? 'refused' : parseOrderItem(item);
}

/** Why `what` cannot be parsed. Parsing is pure, so whatever it throws, it throws every time. */
export const poisonReason = (error: unknown, what: string): string =>
  error instanceof PermanentFault ? error.message : `unreadable ${what}: ${nameOf(error)}`;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
