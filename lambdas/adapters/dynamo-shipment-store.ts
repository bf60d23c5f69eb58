/** The shipment fence in DynamoDB: one flat row per order, read back strictly. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { BookingId, ShipmentRow } from '../domain/shipment.ts';
import { epochMs, instant, isOrderId, type OrderId } from '../domain/values.ts';
import type { ShipmentStore } from '../shell/shipment-ports.ts';
import type { Attributes } from './dynamo.ts';
import { findRow, replaceRow } from './dynamo-fence-row.ts';

export function dynamoShipmentStore(client: DynamoDBClient, table: string): ShipmentStore {
  return {
    async find(orderId) {
      const item = await findRow(client, table, orderId);
      return item && parseShipmentItem(item);
    },
    async save(expected, next) {
      const item = shipmentItem(next);
      const winner = await replaceRow(client, table, { expectedVersion: expected?.version, item });
      return winner ? parseShipmentItem(winner) : next;
    },
  };
}

const shipmentItem = (row: ShipmentRow): Attributes =>
  row.status === 'TRIED' ? { ...row, leaseUntil: epochMs(row.leaseUntil) } : { ...row };

const row = { orderId: z.string().check(z.refine(isOrderId)), version: z.int() };
const shape = z.discriminatedUnion('status', [
  z.object({
    ...row,
    status: z.literal('TRIED'),
    trier: z.string(),
    /** Epoch milliseconds. */
    leaseUntil: z.int(),
  }),
  z.object({
    ...row,
    status: z.literal('BOOKED'),
    bookingId: z.string(),
    trackingNumber: z.string(),
  }),
  z.object({
    ...row,
    status: z.enum(['CANCELLING', 'CANCELLED']),
    bookingId: z.optional(z.string()),
  }),
]);

/** Reads a row. What is no shipment is a `PermanentFault` naming the attribute. */
export function parseShipmentItem(item: Attributes): ShipmentRow {
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PermanentFault(`not a shipment: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = parsed;
  const orderId = data.orderId as OrderId;
  switch (data.status) {
    case 'TRIED':
      return { ...data, orderId, leaseUntil: instant(data.leaseUntil) };
    case 'BOOKED':
      return { ...data, orderId, bookingId: data.bookingId as BookingId };
    default: {
      const { status, version, bookingId } = data;
      return { orderId, version, status, ...(bookingId && { bookingId: bookingId as BookingId }) };
    }
  }
}
