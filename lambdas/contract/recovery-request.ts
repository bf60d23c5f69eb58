/**
 * What the recovery queue carries: EventBridge's word that an execution closed without success, or a
 * reminder `{"orderId"}`. Unknown fields are ignored.
 */
import * as z from 'zod/mini';
import { isOrderId, type OrderId } from '../domain/values.ts';
import { PermanentFault } from './faults.ts';

export type RecoveryRequest = { readonly orderId: OrderId };

const orderId = z.string().check(z.refine(isOrderId));
const reminder = z.object({ orderId });
const statusChange = z.object({
  source: z.literal('aws.states'),
  detail: z.object({
    /** The order's id, with a suffix for a recovery; free for one that an operator started. */
    name: z.string(),
    /** JSON; null when it is too long for an event. */
    input: z.nullish(z.string()),
  }),
});

const orderIdLength = 43;

export function parseRecoveryRequest(body: string): RecoveryRequest {
  const value = parseJson(body);
  const event = statusChange.safeParse(value);
  const request = event.success ? requestOf(event.data.detail) : value;
  const parsed = reminder.safeParse(request);
  if (parsed.success) return { orderId: parsed.data.orderId as OrderId };
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not a recovery request: ${issue?.path.join('.')}: ${issue?.message}`);
}

const requestOf = ({ name, input }: { name: string; input?: string | null | undefined }) =>
  input ? parseJson(input) : { orderId: name.slice(0, orderIdLength) };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PermanentFault('a recovery request must be JSON', { cause });
  }
}
