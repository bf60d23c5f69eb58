/** The first answer to a request as an item of the Orders table, and back. */
import * as z from 'zod/mini';
import { PermanentFault } from '../contract/faults.ts';
import type { Problem } from '../contract/problems.ts';
import { isOrderId, type OrderId } from '../domain/values.ts';
import type { RecordedAnswer } from '../shell/order-intake.ts';
import type { Attributes } from './dynamo.ts';
import { orderItem, parseOrderItem } from './order-item.ts';

/** The status of a record that is no order: nobody but the intake reads it. */
const refused = 'REFUSED';

const attempt = z.object({ fingerprint: z.string(), writeId: z.string(), status: z.string() });
const refusal = z.object({
  id: z.string().check(z.refine(isOrderId)),
  issuer: z.string(),
  customer: z.string(),
  problem: z.string(),
});

/** The problem is kept as text: a map would come back in another order of fields. */
export function answerItem({ answer, fingerprint, writeId }: RecordedAnswer): Attributes {
  if (answer.kind === 'order') return { ...orderItem(answer.order), fingerprint, writeId };
  const { id, principal, problem } = answer;
  return {
    id,
    status: refused,
    issuer: principal.issuer,
    customer: principal.subject,
    problem: JSON.stringify(problem),
    fingerprint,
    writeId,
  };
}

export function parseAnswerItem(item: unknown): RecordedAnswer {
  const { fingerprint, writeId, status } = parse(attempt, item);
  if (status !== refused)
    return { answer: { kind: 'order', order: parseOrderItem(item) }, fingerprint, writeId };
  const { id, issuer, customer, problem } = parse(refusal, item);
  const principal = { issuer, subject: customer };
  const answer = { id: id as OrderId, principal, problem: JSON.parse(problem) as Problem };
  return { answer: { kind: 'refusal', ...answer }, fingerprint, writeId };
}

function parse<T>(shape: z.ZodMiniType<T>, item: unknown): T {
  const parsed = shape.safeParse(item);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not a recorded answer: ${issue?.path.join('.')}: ${issue?.message}`);
}
