/** The payment fence in DynamoDB: one flat row per order, read back strictly. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Attempt, AuthorizationId, Payment } from '../domain/payment.ts';
import { type Currency, epochMs, instant, isOrderId, type OrderId } from '../domain/values.ts';
import type { PaymentStore } from '../shell/payment-ports.ts';
import type { Attributes } from './dynamo.ts';
import { findRow, replaceRow } from './dynamo-fence-row.ts';

export function dynamoPaymentStore(client: DynamoDBClient, table: string): PaymentStore {
  return {
    async find(orderId) {
      const item = await findRow(client, table, orderId);
      return item && parsePaymentItem(item);
    },
    async save(expected, next) {
      const item = paymentItem(next);
      const winner = await replaceRow(client, table, { expectedVersion: expected?.version, item });
      return winner ? parsePaymentItem(winner) : next;
    },
  };
}

function paymentItem({ orderId, version, status, ...rest }: Payment): Attributes {
  const authorizationId = 'authorizationId' in rest ? rest.authorizationId : undefined;
  const since = 'keyUnusableSince' in rest ? rest.keyUnusableSince : undefined;
  return {
    ...{ orderId, version, status, ...attemptAttributes(rest.attempt), authorizationId },
    keyUnusableSince: since && epochMs(since),
  };
}

function attemptAttributes(attempt: Attempt | undefined): Attributes {
  if (!attempt) return {};
  const { number, key, keyValidUntil, request } = attempt;
  const { amount, currency } = request.amount;
  const keyUntil = epochMs(keyValidUntil);
  return { attempt: number, key, keyUntil, amount, currency, method: request.method };
}

const orderId = z.string().check(z.refine(isOrderId));
const row = { orderId, version: z.int() };
const attempt = {
  attempt: z.int(),
  key: z.string(),
  /** Epoch milliseconds. */
  keyUntil: z.int(),
  amount: z.int(),
  currency: z.string(),
  method: z.string(),
};
const tombstone = z.object({ ...row, status: z.literal('VOIDED') });
const tried = z.object({
  ...row,
  ...attempt,
  status: z.enum(['TRIED', 'DECLINED', 'VOIDED']),
  /** Epoch milliseconds. */
  keyUnusableSince: z.optional(z.int()),
});
const authorized = z.object({
  ...row,
  ...attempt,
  status: z.enum(['AUTHORIZED', 'CAPTURED', 'PARKED', 'VOIDED']),
  authorizationId: z.string(),
});

/** Reads a row. What is no payment is a `PermanentFault` naming the attribute. */
export function parsePaymentItem(item: Attributes): Payment {
  const parsed = shapeOf(item).safeParse(item);
  if (parsed.success) return paymentOf(parsed.data);
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not a payment: ${issue?.path.join('.')}: ${issue?.message}`);
}

function shapeOf(item: Attributes) {
  if (item.authorizationId !== undefined) return authorized;
  if (item.status === 'AUTHORIZED' || item.status === 'CAPTURED' || item.status === 'PARKED')
    return authorized;
  return item.status === 'VOIDED' && item.attempt === undefined ? tombstone : tried;
}

type Item = z.infer<typeof tombstone> | z.infer<typeof tried> | z.infer<typeof authorized>;

function paymentOf(item: Item): Payment {
  const { version, status } = item;
  const id = { orderId: item.orderId as OrderId, version };
  if (!('attempt' in item)) return { ...id, status: item.status };
  const rest = { ...id, attempt: attemptOf(item, id.orderId) };
  if (!('authorizationId' in item)) {
    const { keyUnusableSince: since } = item;
    if (item.status !== 'TRIED' || since === undefined) return { ...rest, status: item.status };
    return { ...rest, status: item.status, keyUnusableSince: instant(since) };
  }
  return {
    ...rest,
    status,
    authorizationId: item.authorizationId as AuthorizationId,
  } as Payment;
}

const attemptOf = (
  item: Omit<z.infer<typeof tried>, 'status' | 'keyUnusableSince'>,
  orderId: OrderId,
): Attempt => ({
  number: item.attempt,
  key: item.key,
  keyValidUntil: instant(item.keyUntil),
  request: {
    orderId,
    amount: { amount: item.amount, currency: item.currency as Currency },
    method: item.method,
  },
});
