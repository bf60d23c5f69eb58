/**
 * When an order's machine runs again: after each execution that closed without finishing its work,
 * at growing intervals, and a bounded number of times; then a person has to look.
 */
import { epochMs, type Instant } from './values.ts';

const second = 1_000;
const minute = 60 * second;

/** Wait before the n-th recovery, in ms, counted from the end of the execution it follows. */
export const recoveryWaitsMs = [0, 30 * second, 2 * minute, 5 * minute, 15 * minute] as const;

export type RecoveryMove =
  | { readonly move: 'start' }
  | { readonly move: 'wait'; readonly seconds: number }
  | { readonly move: 'give up' };

/** `stops`: when the executions of the order so far closed without success, oldest first. */
export function nextRecovery(stops: readonly Instant[], now: Instant): RecoveryMove {
  const last = stops.at(-1);
  if (last === undefined) return { move: 'start' };
  const waitMs = recoveryWaitsMs[stops.length - 1];
  if (waitMs === undefined) return { move: 'give up' };
  const remainingMs = epochMs(last) + waitMs - epochMs(now);
  if (remainingMs <= 0) return { move: 'start' };
  return { move: 'wait', seconds: Math.ceil(remainingMs / second) };
}
