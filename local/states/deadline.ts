/** When an execution times out. */
import type { ExecutionFacts } from './facts.ts';

/**
 * AWS's longest execution: a year, whatever its machine says.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const longestRunMs = 365 * 24 * 3600 * 1000;

/** The machine's timeout counts from the last redrive, the year from the start. */
export function deadlineOf(facts: ExecutionFacts, timeoutMs = longestRunMs): number {
  const { startMs, redriveMs = startMs } = facts;
  return Math.min(redriveMs + timeoutMs, startMs + longestRunMs);
}
