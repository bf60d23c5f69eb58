/** What follows an attempt to process a batch of stream records, decided from its outcome alone. */
import type { InvokeOutcome } from '../lambda/invoker.ts';
import type { StreamMappingModel } from '../template/model.ts';
import { readItemFailures } from './batch-item-failures.ts';
import type { StreamRecord } from './stream-source.ts';

export interface Attempt {
  /** In stream order, at least one. */
  readonly records: readonly StreamRecord[];
  /** Failed attempts that count towards the retry limit. */
  readonly retries: number;
  /** How often any of these records was handed to the function. */
  readonly invokes: number;
  /** Whether the last of these ended in an error, and not in a list of failed items. */
  readonly isFunctionError: boolean;
  /** Failures in a row, throttling included; what the wait grows with. */
  readonly setbacks: number;
  /** Delivered once more although it had succeeded. */
  readonly isRepeated: boolean;
}

export type Decision =
  | { readonly kind: 'done' }
  /** Goes on with these, in order; the first after a wait if it had setbacks. */
  | { readonly kind: 'again'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'exhausted' };

type Policy = Pick<
  StreamMappingModel,
  'bisectsOnError' | 'maxRetries' | 'reportsBatchItemFailures'
>;

export const firstAttempt = (records: readonly StreamRecord[]): Attempt => ({
  records,
  retries: 0,
  invokes: 0,
  isFunctionError: false,
  setbacks: 0,
  isRepeated: false,
});

export function decide(attempt: Attempt, outcome: InvokeOutcome, policy: Policy): Decision {
  // Nothing ran: neither the retry limit nor bisecting applies, only the record's age does.
  if (outcome.kind === 'throttled') return again(setBack(attempt));
  const isFunctionError = outcome.kind === 'error';
  const ran = { ...attempt, invokes: attempt.invokes + 1, isFunctionError };
  const failedAt = firstFailure(ran, outcome, policy);
  if (failedAt === 'none') return { kind: 'done' };
  if (failedAt === 'all') return policy.bisectsOnError ? bisect(ran, policy) : retry(ran, policy);
  const rest = { ...ran, records: ran.records.slice(failedAt) };
  // With bisecting on, the checkpoint is where the batch is split, and splitting is not a retry.
  return policy.bisectsOnError && failedAt > 0 ? again(afresh(rest)) : retry(rest, policy);
}

/** The lowest failed sequence number is the checkpoint: it and all behind it come again. */
function firstFailure(
  { records }: Attempt,
  outcome: InvokeOutcome,
  { reportsBatchItemFailures }: Policy,
): number | 'none' | 'all' {
  if (outcome.kind !== 'ok') return 'all';
  if (!reportsBatchItemFailures) return 'none';
  const ids = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const failed = readItemFailures(outcome.payload, ids);
  if (failed === 'whole batch') return 'all';
  return failed.size === 0 ? 'none' : ids.findIndex((id) => failed.has(id));
}

function bisect(attempt: Attempt, policy: Policy): Decision {
  const { records } = attempt;
  if (records.length === 1) return retry(attempt, policy);
  const middle = Math.ceil(records.length / 2);
  const halves = [records.slice(0, middle), records.slice(middle)];
  return again(...halves.map((half) => afresh({ ...attempt, records: half })));
}

function retry(attempt: Attempt, { maxRetries }: Policy): Decision {
  if (maxRetries >= 0 && attempt.retries >= maxRetries) return { kind: 'exhausted' };
  return again(setBack({ ...attempt, retries: attempt.retries + 1 }));
}

const again = (...attempts: readonly Attempt[]): Decision => ({ kind: 'again', attempts });
const afresh = (attempt: Attempt): Attempt => ({ ...attempt, setbacks: 0 });
const setBack = (attempt: Attempt): Attempt => ({ ...attempt, setbacks: attempt.setbacks + 1 });
