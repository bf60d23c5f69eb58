/** What the state machine hands to its steps: ids and codes, never prices or people. */
import * as z from 'zod/mini';
import { isOrderId, type OrderId } from '../domain/values.ts';
import { PermanentFault } from './faults.ts';

/** Input of the machine, and of every forward step and compensation. Unknown fields are ignored. */
export type SagaInput = { readonly orderId: OrderId };

/** `$states.errorOutput` of the step that failed. `cause` is Lambda's JSON, or free text. */
export type StepFailure = { readonly error: string; readonly cause: string };

/** Input of the abort decision. */
export type AbortInput = SagaInput & { readonly failure: StepFailure };

/** Input of the step that parks a compensation that gave up. */
export type ParkInput = SagaInput & { readonly step: string; readonly failure: StepFailure };

/** The abort decision's answer: the machine ends well on CONFIRMED and undoes otherwise. */
export type AbortOutput = { readonly decision: 'CONFIRMED' | 'REJECTED' | 'CANCELLED' };

const orderId = z.string().check(z.refine(isOrderId));
const failure = z.object({ error: z.string(), cause: z._default(z.string(), '') });
const sagaInput = z.object({ orderId });
const abortInput = z.object({ orderId, failure });
const parkInput = z.object({ orderId, step: z.string().check(z.minLength(1)), failure });

export const parseSagaInput = (input: unknown): SagaInput => parse(sagaInput, input) as SagaInput;
export const parseAbortInput = (input: unknown): AbortInput =>
  parse(abortInput, input) as AbortInput;
export const parseParkInput = (input: unknown): ParkInput => parse(parkInput, input) as ParkInput;

function parse<T>(shape: z.ZodMiniType<T>, input: unknown): T {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PermanentFault(`not a saga input: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** The reason of a `Refusal` out of the cause that Step Functions passes on; undefined for others. */
export const refusalCode = (failure: StepFailure): string | undefined =>
  failure.error === 'Refusal' ? messageOf(failure) : undefined;

/** The message of the error that a step threw; undefined when the step did not end by throwing. */
export function messageOf({ cause }: StepFailure): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : undefined;
  } catch {
    return undefined;
  }
}
